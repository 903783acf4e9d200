"""What does Django have to know of the people?"""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and tokens."""

    name = "accounts"
