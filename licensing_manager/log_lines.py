"""How is a line of the log written? Without the secrets that are part of an address.

Django writes the path of a request that failed, and more people read a log than may know such an address.
"""

import logging
import re

SECRET = re.compile(r"(/(?:feeds/(?:calendar|alerts)|setup)/)[^/\s?\"']+")


class WithoutSecrets(logging.Formatter):
    """The whole line is cleaned, whoever wrote it, with the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with *** in the place of a secret."""
        return SECRET.sub(r"\1***", super().format(record))
