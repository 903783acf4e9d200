"""How does Django know the receiver? By its one command; its store and its one page are its own."""

from django.apps import AppConfig


class ReceiverConfig(AppConfig):
    name = "receiver"
    verbose_name = "Receiver"
