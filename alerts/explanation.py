"""What is an answer to "why was I told?" or "why was I not told?"? One sentence, and the steps that lead to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alerts.local_forms import a_moment, days
from alerts.models import Alert, Condition, Notice
from languages.sentences import listed


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one fact. `ok`: it went on from here, it stopped here, or (None) that is not known.

    `has_failed`: it stopped because something went wrong, not because somebody chose so. `is_kept`: the text is in the
    language of the installation, as it was written down.
    """

    title: str
    text: str
    ok: bool | None = True
    at: datetime | None = None
    has_failed: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """`was_told` is None where that is not known, or not yet decided."""

    was_told: bool | None
    sentence: str
    steps: tuple[Step, ...]

    @property
    def question(self) -> str:
        """What is answered."""
        return _("Why was I told?") if self.was_told else _("Why was I not told?")


def answer(was_told: bool | None, sentence: str, steps: Iterable[Step]) -> Explanation:
    """The three together."""
    return Explanation(was_told, sentence, tuple(steps))


def moment(at: datetime) -> str:
    """A moment as all explanations write it."""
    return f"{a_moment(at)} UTC"


def rung_in_words(rung: int, *, rule: str, due: date | None) -> str:
    """A step of the ladder as a name: percent in use, days left or over, or days since it began."""
    if rule == Condition.USAGE:
        return _("%(percent)s %% in use") % {"percent": 100 - rung}
    if due is None and rung <= 0:
        return _("%(days)s after it began") % {"days": days(-rung)} if rung else _("its beginning")
    if rung < 0:
        return _("%(days)s over") % {"days": days(-rung)}
    return _("%(days)s left") % {"days": days(rung)} if rung else _("the last day")


def steps_passed(notice: Notice, alert: Alert) -> str:
    """The steps that came and went before this notice; those before the day by their number alone."""
    is_plain = alert.rule != Condition.USAGE and alert.due is not None
    steps = notice.passed_over
    return listed(one if is_plain and one > 0 else rung_in_words(one, rule=alert.rule, due=alert.due) for one in steps)


def reached_in_words(rung: int, *, rule: str, due: date | None) -> str:
    """That it was reached, to stand behind "because", in the words of the messages."""
    if rule == Condition.USAGE:
        return pgettext("because", "%(percent)s %% in use were reached") % {"percent": 100 - rung}
    if due is None and rung <= 0:
        lasts = pgettext("because", "it has lasted for %(days)s or longer")
        return lasts % {"days": days(-rung)} if rung else pgettext("because", "it was found")
    if rung == -1:
        return pgettext("because", "it was overdue")
    if rung < 0:
        return pgettext("because", "it had been overdue for %(days)s or longer") % {"days": days(-rung)}
    reached = pgettext("because", "the %(step)s-day step was reached")
    return reached % {"step": rung} if rung else pgettext("because", "the last day was reached")


def reason_in_words(notice: Notice) -> str:
    """Why a notice was made, to stand behind "because"."""
    match notice.reason:
        case Notice.Reason.WOKEN:
            return pgettext("because", "a snooze had ended")
        case Notice.Reason.ESCALATED:
            return pgettext("because", "nobody had reacted")
        case Notice.Reason.CLOSED:
            return pgettext("because", "it was over")
    return reached_in_words(notice.rung, rule=notice.alert.rule, due=notice.alert.due)


def was_to_be_said(notice: Notice) -> str:
    """What a notice was, and why there was one."""
    words = _("“%(title)s” was to be said, because %(reason)s.")
    return words % {"title": notice.title, "reason": reason_in_words(notice)}
