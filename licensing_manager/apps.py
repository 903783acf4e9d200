"""What does Django have to know of the wiring? Its system checks and its commands."""

from django.apps import AppConfig


class LicensingManagerConfig(AppConfig):
    """The wiring as an app, so that `serve` and the checks are found."""

    name = "licensing_manager"

    def ready(self) -> None:
        """Register the checks, and make our Celery application the one that every task is sent through."""
        from licensing_manager import celery, checks  # noqa: F401  # both need loaded apps and settings
