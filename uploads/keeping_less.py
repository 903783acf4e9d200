"""What goes if less is kept? Named before anything is deleted, because nobody brings it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from languages.numbers import number
from licenses.usage import usage_before
from servers.installation import choose, in_force
from servers.installation_models import InstallationChoice, Setting
from servers.installation_values import checked
from uploads.retention import history_before

MOST_COUNTED = 100_000  # ours: more is said as "more than"


@dataclass(frozen=True, slots=True)
class Going:
    """Rows that the next ticks would delete: uploads of the history, samples and daily peaks of use."""

    uploads: int
    usage: int

    @property
    def sentences(self) -> list[str]:
        """What goes, each in words of its own."""
        return [words(count) for words, count in ((_uploads, self.uploads), (_readings, self.usage)) if count]

    def __bool__(self) -> bool:
        return bool(self.uploads or self.usage)


class WouldDelete(Exception):
    """Nothing was changed: something would go, and nobody confirmed that."""

    def __init__(self, going: Going) -> None:
        words = _("Nothing was changed: %(uploads)s and %(usage)s would be deleted. Confirm it to go on.")
        super().__init__(words % {"uploads": _uploads(going.uploads), "usage": _readings(going.usage)})
        self.going = going


def _uploads(count: int) -> str:
    if count > MOST_COUNTED:
        return _("more than %(most)s uploads of the history") % {"most": number(MOST_COUNTED)}
    words = ngettext("%(number)s upload of the history", "%(number)s uploads of the history", count)
    return words % {"number": number(count)}


def _readings(count: int) -> str:
    if count > MOST_COUNTED:
        return _("more than %(most)s readings of use") % {"most": number(MOST_COUNTED)}
    return ngettext("%(number)s reading of use", "%(number)s readings of use", count) % {"number": number(count)}


def going_with(values: Mapping[Setting, str], *, now: datetime) -> Going:
    """What these values would delete that is kept today. Raises InstallationRefused."""
    days = {one: checked(one, values[one]) for one in (Setting.HISTORY_DAYS, Setting.USAGE_DAYS) if one in values}
    kept, uploads, usage = in_force(), 0, 0
    history, use = (int(days.get(one) or 0) for one in (Setting.HISTORY_DAYS, Setting.USAGE_DAYS))
    if 0 < history < kept.history_days:
        uploads = history_before(days=history, now=now, most=MOST_COUNTED + 1)
    if 0 < use < kept.usage_days:
        usage = usage_before(days=use, now=now, most=MOST_COUNTED + 1)
    return Going(uploads, usage)


def choose_for_installation(
    values: Mapping[Setting, str], *, password: str | None = None, confirmed: bool, by: User, now: datetime
) -> list[InstallationChoice]:
    """Write down what was chosen, for pages and REST alike. Raises WouldDelete, InstallationRefused."""
    going = going_with(values, now=now)
    if going and not confirmed:
        raise WouldDelete(going)
    return choose(values, password=password, by=by, now=now)
