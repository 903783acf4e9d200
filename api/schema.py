"""How does the API describe itself? An OpenAPI document, and a viewer of it that needs no inline script."""

import json
from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from api.permissions import SIGNED_IN, HasNamedPermission


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tokens in the words of OpenAPI."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "Made on the account page, shown once."}


class CanonicalAddresses(EndpointEnumerator):
    """One address for each endpoint: the form without the slash."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        """Without the second form of every address."""
        return not path.endswith("/") and bool(super().should_include_endpoint(path, callback))


class Description(SchemaGenerator):
    """The generator, for the endpoint and for `manage.py spectacular --generator-class api.schema.Description`."""

    endpoint_inspector_cls = CanonicalAddresses


class SchemaDocument(SpectacularAPIView):
    """The OpenAPI document; YAML, or JSON by Accept or `?format=json`."""

    permissions = {"GET": SIGNED_IN}
    permission_classes = [HasNamedPermission]
    generator_class = Description
    http_method_names = ["get", "head"]


# The viewer's stylesheet draws its arrows and locks as data: images. Nothing else is loosened, and only here.
@method_decorator(csp_update({"img-src": ["'self'", "data:"]}), name="dispatch")
class Viewer(SpectacularSwaggerSplitView):
    """Swagger UI from local files."""

    permissions = {"GET": SIGNED_IN}
    permission_classes = [HasNamedPermission]
    template_name = "api/viewer.html"
    url_name = "api-schema"
    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page, or with `?script` the script that starts it."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        if "settings" in response.data:
            # Without this it would ask a service on the internet whether our document is valid.
            quiet = {**spectacular_settings.SWAGGER_UI_SETTINGS, "validatorUrl": None}
            response.data["settings"] = json.dumps(quiet, indent=2)
        return response
