"""What does a message say, before a channel gives it its form? Fixed when it is composed, kept as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.severity import Severity
from languages.sentences import listed

OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One alert in a message. `word` says how much it presses, `names` are a few of its servers."""

    alert: int
    is_over: bool = False
    severity: str
    word: str
    rule: str
    title: str
    detail: str
    action: str
    why: str
    due: str = ""
    rung: int = 0
    reason: str = ""
    servers: int = 0
    names: Sequence[str] = ()
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole message. `left_out` counts by severity ("over" for what is over) what is not shown in full."""

    kind: str  # alerts, digest or test
    subject: str
    channel: str
    parts: Sequence[Part] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    words: str = ""  # of a test
    where: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the database and for webhooks; the same content gives the same."""
        return asdict(self)


def content_from(data: Mapping[str, Any]) -> Content:
    """What `as_json` wrote."""
    return Content(**{**data, "parts": tuple(Part(**part) for part in data["parts"])})


def counted(numbers: Mapping[str, int]) -> str:
    """“2 act this week, 1 watch, 1 over”: the most pressing first."""
    order = [*(one.value for one in sorted(Severity, key=lambda one: -one.rank)), OVER]
    return listed(_counted(one, numbers[one]) for one in order if numbers.get(one))


def _counted(what: str, number: int) -> str:
    """Of one severity, or of what is over. Not the labels of the choices: here they stand in the middle of a line."""
    match what:
        case Severity.ACT:
            words = ngettext("%(count)s act this week", "%(count)s act this week", number)
        case Severity.PLAN:
            words = ngettext("%(count)s plan this month", "%(count)s plan this month", number)
        case Severity.WATCH:
            words = ngettext("%(count)s watch", "%(count)s watch", number)
        case Severity.UNKNOWN:
            words = ngettext("%(count)s could not be checked", "%(count)s could not be checked", number)
        case _:
            words = ngettext("%(count)s over", "%(count)s over", number)
    return words % {"count": number}


def counts_of(parts: Sequence[Part]) -> dict[str, int]:
    """How many there are of each severity; what is over counts as over."""
    return dict(Counter(OVER if part.is_over else part.severity for part in parts))


def link_to(path: str) -> str:
    """The address of a page for a person outside; "" where PUBLIC_URL is not set."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""


def where_to_look() -> str:
    """The last line of every message."""
    return link_to("/alerts/") or _("Open the alerts page of Licensing Manager for everything that is open.")
