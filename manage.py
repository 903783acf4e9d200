#!/usr/bin/env python
"""Which command shall run? Django's own entry point, with our settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "licensing_manager.settings")
    execute_from_command_line(sys.argv)
