"""How does a change of a ladder travel through the form of a button that takes it back? Signed, as it was."""

from dataclasses import asdict
from datetime import datetime

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.threshold_changes import Change
from alerts.thresholds import ThresholdRefused
from dashboard.undoing import offer_undo

SALT = "dashboard.threshold_undo"


def said_with_undo(request: HttpRequest, words: str, change: Change) -> None:
    """Say what was done, with a button that takes it back."""
    facts = asdict(change) | {"at": change.at.isoformat() if change.at else None}
    fields = [("change", signing.dumps(facts, salt=SALT))]
    offer_undo(request, words, address=reverse("undo_threshold"), fields=fields)


def change_from(words: str) -> Change:
    """What is to be taken back. Raises ThresholdRefused for what was not signed here."""
    try:
        facts = signing.loads(words, salt=SALT)
    except signing.BadSignature as error:
        raise ThresholdRefused(_("This button is not known here. Nothing was changed.")) from error
    return Change(**facts | {"at": datetime.fromisoformat(facts["at"]) if facts["at"] else None})
