"""How is a line of the log written? Without the secrets that are part of an address.

Django writes the path of a request that failed, and more people read a log than may know such an address.
"""

import logging
import re
from typing import Any

SECRET = re.compile(r"(/(?:feeds/(?:calendar|alerts)|setup)/)[^/\s?\"']+")


class WithoutSecrets(logging.Formatter):
    """The whole line is cleaned, whoever wrote it, with the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with *** in the place of a secret."""
        return SECRET.sub(r"\1***", super().format(record))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "licensing_manager.log_lines.WithoutSecrets",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        # It writes addresses of channels, with their credentials; what it says of a delivery is kept with the message.
        "apprise": {"handlers": ["nowhere"], "propagate": False},
    },
}
