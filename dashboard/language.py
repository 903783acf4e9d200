"""In which language does this reader read? As chosen here, or else as the browser asks, or else as installed."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class ReadersLanguage(LocaleMiddleware):
    """Django's choice of a language. It also tells whoever keeps answers that a cookie may have made it: without
    that, a proxy could show one reader the page of another one's language."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer with the language it is in, and with what it depends on."""
        answer: HttpResponseBase = super().process_response(request, response)
        patch_vary_headers(answer, ("Cookie",))
        return answer


def in_its_language(words: str, language: str) -> SafeString:
    """Words that were written down, marked with their language where the reader reads another one."""
    if not words or not language or language == get_language():
        return conditional_escape(words)
    return format_html('<span lang="{}">{}</span>', language, words)


def as_kept(words: str) -> SafeString:
    """Words in the language of the installation, as rows keep them that nobody can say anew."""
    return in_its_language(words, settings.LANGUAGE_CODE)


def languages(request: HttpRequest) -> dict[str, Any]:
    """For the menu of languages: all of them, which one this is, and the page to come back to."""
    now = get_language() or settings.LANGUAGE_CODE
    names = dict(settings.LANGUAGES)
    return {"languages": settings.LANGUAGES, "language_name": names.get(now, now), "here": _here(request)}


def _here(request: HttpRequest) -> str:
    """The address of this page; after a form that of the page it was on, because a link cannot send the form again.

    Empty where the address is a secret, which no page repeats; the browser tells it then (`Referer`).
    """
    if request.resolver_match and "secret" in request.resolver_match.kwargs:
        return ""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.get_host():
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")
