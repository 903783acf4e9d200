"""What is an answer to "why was I told?" or "why was I not told?"? One sentence, and the steps that lead to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from alerts.models import Condition, Notice


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one fact. `ok`: it went on from here, it stopped here, or (None) that is not known."""

    title: str
    text: str
    ok: bool | None = True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`was_told` is None where that is not known, or not yet decided."""

    was_told: bool | None
    sentence: str
    steps: tuple[Step, ...]

    @property
    def question(self) -> str:
        """What is answered."""
        return "Why was I told?" if self.was_told else "Why was I not told?"


def answer(was_told: bool | None, sentence: str, steps: Iterable[Step]) -> Explanation:
    """The three together."""
    return Explanation(was_told, sentence, tuple(steps))


def moment(at: datetime) -> str:
    """A moment as all explanations write it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def days(number: int) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number:,} days"


def rung_in_words(rung: int, *, rule: str, due: date | None) -> str:
    """A step of the ladder as a name: percent in use, days left or over, or days since it began."""
    if rule == Condition.USAGE:
        return f"{100 - rung} % in use"
    if due is None and rung <= 0:
        return f"{days(-rung)} after it began" if rung else "its beginning"
    if rung < 0:
        return f"{days(-rung)} over"
    return f"{days(rung)} left" if rung else "the last day"


def reached_in_words(rung: int, *, rule: str, due: date | None) -> str:
    """That it was reached, to stand behind "because", in the words of the messages."""
    if rule == Condition.USAGE:
        return f"{100 - rung} % in use were reached"
    if due is None and rung <= 0:
        return f"it has lasted for {days(-rung)} or longer" if rung else "it was found"
    if rung < 0:
        return "it was overdue" if rung == -1 else f"it had been overdue for {days(-rung)} or longer"
    return f"the {rung}-day step was reached" if rung else "the last day was reached"


def reason_in_words(notice: Notice) -> str:
    """Why a notice was made, to stand behind "because"."""
    match notice.reason:
        case Notice.Reason.WOKEN:
            return "a snooze had ended"
        case Notice.Reason.ESCALATED:
            return "nobody had reacted"
        case Notice.Reason.CLOSED:
            return "it was over"
    return reached_in_words(notice.rung, rule=notice.alert.rule, due=notice.alert.due)
