"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Clocks, alerts, and the channels that tell of them."""

    name = "alerts"
