"""How is an endpoint described? As the framework sees it, plus what every endpoint of ours has."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.serializers.problems import ProblemSerializer

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 128 printable characters. The same request under the same key is carried out once in 24 hours.",
)


class Operation(AutoSchema):
    """Adds the key to every POST and the problem to every operation."""

    def get_override_parameters(self) -> list[Any]:
        """The key that makes a repeat harmless."""
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        kinds = ["application/problem+json"]
        shape = self._get_response_for_code(ProblemSerializer, "default", kinds, direction)  # type: ignore[no-untyped-call]
        return {**bodies, "default": {**shape, "description": "A problem, RFC 9457"}}
