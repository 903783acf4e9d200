"""In which language is something written down? Readers choose theirs; what is kept has one of these two.

English: evidence, facts of the ledger, and whatever a program reads, so that they are the same on every installation.
The installation's own: sentences in rows, whoever caused them and whatever that person reads in.
"""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def in_english() -> AbstractContextManager[None]:
    """Sentences that are made inside are English."""
    return translation.override("en")


def in_our_language() -> AbstractContextManager[None]:
    """Sentences that are made inside are in the language of the installation."""
    return translation.override(settings.LANGUAGE_CODE)
