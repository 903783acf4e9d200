"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Data-collection programs, declared in files."""

    name = "programs"
