"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Uploads, their attempts and their bundles."""

    name = "uploads"
