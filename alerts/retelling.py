"""How does a page say an alert to somebody who reads another language than it is kept in? In the words of a new look.

What is kept is in the language of the installation. An open alert is judged once more from the facts of now, as the
rules do every minute, and says itself anew. What is over, and any alert of a very large fleet, is shown as it is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language

from alerts.clocks import read_facts
from alerts.models import Alert
from alerts.thresholds import Ladders
from alerts.troubles import Trouble, troubles
from servers.models import LicenseServer

MOST_SERVERS = 200  # ours: a look at them takes a tenth of a second; nobody waits longer for words


def retell(alerts: Sequence[Alert], *, now: datetime) -> None:
    """Give rows that are only shown the words of the reader; `language` names that of words that stay as kept.

    Never save such a row. A reader of the installation's own language costs no question to the database.
    """
    if get_language() in {settings.LANGUAGE_CODE, None}:
        return
    found = _troubles_of([one.problem for one in alerts if not one.closed_at], now=now)
    for alert in alerts:
        trouble = None if alert.closed_at else found.get(alert.problem)
        if trouble is None:
            alert.language = settings.LANGUAGE_CODE
        else:
            worst = trouble.worst
            alert.title, alert.detail, alert.action = trouble.title, worst.detail, worst.action


def _troubles_of(problems: Sequence[str], *, now: datetime) -> dict[str, Trouble]:
    if not problems or LicenseServer.objects.in_service().count() > MOST_SERVERS:
        return {}
    return troubles(read_facts(now=now), Ladders.read(), known=frozenset(problems))
