"""What is the same at every address? The checks before a view, and the headers after it."""

from collections.abc import Sequence
from typing import Any, BinaryIO, ClassVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.bodies import MOST_JSON, measure_chunks, refuse_unreadable
from api.operations import Operation
from api.parsers import Json
from languages.sentences import listed


class OneForm(DefaultContentNegotiation):
    """Every address answers in one form, so Accept is not asked: an error is JSON even where a zip was expected."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first."""
        return renderers[0], str(renderers[0].media_type)


@method_decorator(conditional_page, name="dispatch")  # ETag from the body, and 304 to who has it
class Endpoint(APIView):
    """A view of the API. It declares `permissions` for each method and the query parameters that it knows."""

    permissions: ClassVar[dict[str, str]] = {}
    query_parameters: ClassVar[frozenset[str]] = frozenset()
    parser_classes: Sequence[type[BaseParser]] = [Json]
    content_negotiation_class = OneForm
    http_method_names = ["get", "head", "post", "patch"]
    schema = Operation()
    measured: BinaryIO | None = None

    @property
    def most_bytes(self) -> int:
        """The longest body that is read."""
        return MOST_JSON

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Cheap refusals first, then who and whether, then what was asked."""
        refuse_unreadable(request._request, most=self.most_bytes)
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        self.measured = measure_chunks(request._request, most=self.most_bytes)
        self._refuse_unknown(request)

    def finalize_response(  # type: ignore[override]  # files and problems are no Response, and the framework takes them
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Nobody between us and the client keeps an answer, and the client asks again before it uses one."""
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        if self.measured:
            self.measured.close()
        patch_cache_control(final, private=True, no_cache=True)
        return final

    def known_parameters(self) -> frozenset[str]:
        """The query parameters that mean something here."""
        return self.query_parameters

    def _refuse_unknown(self, request: Request) -> None:
        known = self.known_parameters()
        sentence = _("Not known here. Known are: %(names)s.") % {"names": listed(sorted(known)) or _("none")}
        if unknown := request.query_params.keys() - known:
            raise ValidationError({name[:100]: sentence for name in sorted(unknown)[:20]})


class Listing(Endpoint, GenericAPIView[Any]):
    """A list, newest first. `newest_by` names the columns that order it; together they are unique.

    Of a list that `is_ascending` the lowest come first.
    """

    newest_by: tuple[str, ...] = ("created_at", "id")
    is_ascending = False

    def known_parameters(self) -> frozenset[str]:
        """The filters, and where in the list."""
        filters = getattr(self, "filterset_class", None)
        return self.query_parameters | {"cursor", "limit"} | frozenset(filters.base_filters if filters else ())

    def page(self) -> Response:
        """One page of the list."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
