"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class PayloadsConfig(AppConfig):
    """Documents and bundles."""

    name = "payloads"

    def ready(self) -> None:
        """Register the checks."""
        from payloads import checks  # noqa: F401  # registering needs loaded apps
