"""What does the one page for people look like? Plain HTML without scripts; every foreign text is escaped."""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape

from receiver.answers import Answer
from receiver.codes import CODE_LENGTH, Registration

PATH = "/registration/"
STYLE = (
    ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}"
    "body{max-width:34rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}"
    "label,input,button{display:block;font:inherit}"
    "input,button{box-sizing:border-box;width:100%;margin:.5rem 0;padding:.6rem;min-height:2.75rem}"
    "[role=alert]{border-left:.3rem solid #c33;padding-left:.7rem}"
    "dt{font-weight:600}dd{margin:0 0 .5rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = (
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # Not no-referrer: browsers would then hide the origin of our own form, too.
    ("Referrer-Policy", "same-origin"),
)


def asking(nonce: str, *, code: str = "", problem: str = "", status: int = 200, seconds: int = 0) -> Answer:
    """The form for the code; `problem` says what was wrong with the last one, `seconds` when to come again."""
    alert = f'<p role="alert" id="problem">{escape(problem)}</p>' if problem else ""
    described = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    body = f"""<h1>Register a license server</h1>
<p>Enter the code that the license server shows. It has {CODE_LENGTH} letters and digits.</p>
{alert}
<form method="post" action="{PATH}">
{_hidden("nonce", nonce)}
<label for="code">Code</label>
<input id="code" name="code" value="{escape(code)}" required maxlength="20" autocomplete="off"
 autocapitalize="characters" spellcheck="false"{described}>
<button>Continue</button>
</form>"""
    retry = (("Retry-After", str(seconds)),) if seconds else ()
    return _page("Register a license server", body, status=status, headers=retry)


def deciding(nonce: str, *, wish: Registration) -> Answer:
    """Who asks, and the two buttons."""
    body = f"""<h1>Register this license server?</h1>
<dl>
<dt>Server</dt><dd>{escape(wish.server_name)}</dd>
<dt>GUID</dt><dd>{escape(wish.server_guid)}</dd>
<dt>Asked at</dt><dd>{_moment(wish.asked_at)}</dd>
<dt>Tenant</dt><dd>{escape(wish.customer_id)}</dd>
</dl>
<p>Confirm only if you asked for this code yourself.</p>
<form method="post" action="{PATH}">
{_hidden("nonce", nonce)}
{_hidden("code", wish.code)}
<button name="decision" value="confirm">Register</button>
<button name="decision" value="refuse">Refuse</button>
</form>"""
    return _page("Register this license server?", body)


def decided(wish: Registration, *, accepted: bool) -> Answer:
    """What was done."""
    name = escape(wish.server_name)
    title, sentence = (
        ("Registered", f"{name} is registered with {escape(wish.customer_id)}.")
        if accepted
        else ("Refused", f"{name} is not registered. Its code does not count any more.")
    )
    body = f"""<h1>{title}</h1>
<p role="status">{sentence} The license server learns of it within a minute.</p>
<p><a href="{PATH}">Enter another code</a></p>"""
    return _page(title, body)


def _page(title: str, body: str, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    text = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{STYLE}</style></head>
<body><main>
{body}
</main></body>
</html>
"""
    kind = "text/html; charset=utf-8"
    return Answer(status=status, body=text.encode(), content_type=kind, headers=(*HEADERS, *headers))


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M} UTC"
