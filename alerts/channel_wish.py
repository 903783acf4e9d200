"""What does a person want of a channel? Everything that can be chosen, and whether it can be had."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from alerts.channel_models import Channel
from alerts.channels.addresses import read_addresses
from alerts.channels.apprise_address import read_service
from alerts.channels.target import Target, TargetRefused
from alerts.channels.webhook_address import read_webhook
from alerts.models import RULES
from alerts.severity import Severity
from languages.sentences import listed, said_after_each_other
from servers.models import LicenseServer, ServerGroup

LONGEST_NAME = 100


class ChannelRefused(Exception):
    """Nothing was changed. `problems` has a sentence for each field that is wrong; "" stands for the whole."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(said_after_each_other(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWish:
    """A channel as somebody wants it. An empty `target` keeps the address that is there."""

    name: str
    way: str
    target: str = field(default="", repr=False)
    plain_http: bool = False
    floor: str = Severity.PLAN
    rules: Sequence[str] = ()
    groups: Sequence[ServerGroup] = ()
    servers: Sequence[LicenseServer] = ()
    digest: str = Channel.Digest.NONE
    digest_hour: int = 7
    digest_weekday: int = 0
    quiet_from: time | None = None
    quiet_until: time | None = None
    time_zone: str = "UTC"
    is_escalation: bool = False
    tells_end: bool = True


def problems_of(wish: ChannelWish) -> dict[str, str]:
    """A sentence for each field that cannot be had, the address aside."""
    known = {name for name, _label in RULES}
    strange = sorted(set(wish.rules) - known)
    no_rule = _("There is no rule %(rule)s. Choose from the list.") % {"rule": listed(strange)[:100]}
    rows = (
        ("name", not wish.name.strip(), _("Give the channel a name, so that people know who is told there.")),
        (
            "name",
            len(wish.name.strip()) > LONGEST_NAME,
            _("A name has at most %(longest_name)s characters.") % {"longest_name": LONGEST_NAME},
        ),
        ("name", not wish.name.isprintable(), _("There are control characters in this name.")),
        ("way", wish.way not in Channel.Way.values, _choose(Channel.Way.values)),
        ("floor", wish.floor not in Severity.values, _choose(Severity.values)),
        ("rules", bool(strange), no_rule),
        ("digest", wish.digest not in Channel.Digest.values, _choose(Channel.Digest.values)),
        ("digest_hour", not 0 <= wish.digest_hour <= 23, _("An hour is a number from 0 to 23.")),
        ("digest_weekday", not 0 <= wish.digest_weekday <= 6, _("A weekday is a number from 0, Monday, to 6, Sunday.")),
        (
            "time_zone",
            wish.time_zone not in available_timezones(),
            _("This is not a time zone such as Europe/Amsterdam."),
        ),
        (
            "quiet_until",
            (wish.quiet_from is None) != (wish.quiet_until is None),
            _("Quiet hours need a begin and an end."),
        ),
        (
            "quiet_until",
            wish.quiet_from is not None and wish.quiet_from == wish.quiet_until,
            _("Quiet hours that begin and end at the same time would last for ever. Disable the channel instead."),
        ),
    )
    return {name: sentence for name, is_wrong, sentence in reversed(rows) if is_wrong}


def _choose(values: Sequence[str]) -> str:
    return _("Choose one of: %(choices)s.") % {"choices": listed(values)}


def target_of(wish: ChannelWish) -> Target:
    """Where it is to lead. Raises TargetRefused."""
    if wish.way == Channel.Way.EMAIL:
        return read_addresses(wish.target)
    if wish.way == Channel.Way.WEBHOOK:
        return read_webhook(wish.target, plain_http=wish.plain_http)
    if wish.way == Channel.Way.APPRISE:
        return read_service(wish.target)
    raise TargetRefused(_("Choose first how it is told."))
