"""How does Django know the receiver? By its one command; it has no tables and no pages."""

from django.apps import AppConfig


class ReceiverConfig(AppConfig):
    name = "receiver"
    verbose_name = "Receiver"
