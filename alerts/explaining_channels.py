"""What became of one notice on one channel? From its delivery, its message and the answers of each recipient."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alerts.channel_models import Channel, Delivery, Message
from alerts.explanation import Step, moment
from alerts.models import Notice

WORDS = {
    "delivered": gettext_lazy("%(who)s accepted it"),
    "again": gettext_lazy("%(who)s could not take it then"),
    "refused": gettext_lazy("%(who)s refused it for good"),
    "gone": gettext_lazy("%(who)s refuses everything for good"),
    "unknown": gettext_lazy("%(who)s gave no answer that was written down"),
}
NOT_KNOWN = gettext_lazy("%(who)s gave an answer that nobody knows")
NOT_KEPT = gettext_lazy("It went into a message that is not kept any more; what was answered is not known.")
MOST_ANSWERS = 20  # of one message: the newest of each recipient; the log of the channel has them all


@dataclass(frozen=True, slots=True)
class Heard:
    """`was_told`: yes, no, or (None) not yet, or not known, which `is_known` tells apart. `because` is a sentence."""

    channel: Channel
    notice: Notice
    was_told: bool | None
    because: str
    steps: tuple[Step, ...]
    at: datetime | None = None
    is_known: bool = True


def heard_of(notices: list[Notice], channel: Channel | None, *, person: str) -> defaultdict[int, list[Heard]]:
    """By notice, what became of it on every channel, or on this one. One question."""
    rows = Delivery.objects.filter(notice__in=notices).select_related("channel", "message")
    by_notice: defaultdict[int, list[Delivery]] = defaultdict(list)
    for row in rows.filter(channel=channel) if channel else rows:
        by_notice[row.notice_id].append(row)
    found: defaultdict[int, list[Heard]] = defaultdict(list)
    for notice in notices:
        found[notice.pk] = [heard(notice, row.channel, row, person=person) for row in by_notice[notice.pk]]
        if channel and not found[notice.pk]:
            found[notice.pk] = [heard(notice, channel, None)]
    return found


def heard(notice: Notice, channel: Channel, delivery: Delivery | None, *, person: str = "") -> Heard:
    """`person` is a recipient as the answers name it, such as an e-mail address; "" means the channel as a whole."""
    if delivery is None:
        return _no_row(notice, channel)
    if delivery.verdict != Delivery.Verdict.SENT:
        waits = delivery.verdict != Delivery.Verdict.SKIPPED
        step = Step(_title(channel), delivery.because, ok=None if waits else False, at=delivery.due_at, is_kept=True)
        return Heard(channel, notice, None if waits else False, delivery.because, (step,))
    if delivery.message is None:
        text = str(NOT_KEPT)
        return Heard(channel, notice, None, text, (Step(_title(channel), text, ok=None),), is_known=False)
    return _in_message(notice, channel, delivery.message, person=person)


def _no_row(notice: Notice, channel: Channel) -> Heard:
    if channel.created_at > notice.at:
        words, known = _("The channel was added later, on %(moment)s."), True
        text = words % {"moment": moment(channel.created_at)}
    elif channel.removed_at and channel.removed_at <= notice.at:
        words, known = _("The channel was removed before, on %(moment)s."), True
        text = words % {"moment": moment(channel.removed_at)}
    else:
        text, known = _("No row says what was decided for this channel, so that is not known."), False
    step = Step(_title(channel), text, ok=False if known else None)
    return Heard(channel, notice, False if known else None, text, (step,), is_known=known)


def _in_message(notice: Notice, channel: Channel, message: Message, *, person: str) -> Heard:
    steps = [
        Step(
            _title(channel),
            _("It went into the message “%(subject)s”.") % {"subject": message.subject},
            at=message.composed_at,
        )
    ]
    answers = _newest(message.answers)
    if person:
        answers = [row for row in answers if str(row.get("to", "")).casefold() == person.strip().casefold()]
    steps += [_answer_step(row) for row in answers[:MOST_ANSWERS]]
    if len(answers) > MOST_ANSWERS:
        more = ngettext(
            "%(count)s more recipients answered.", "%(count)s more recipients answered.", len(answers) - MOST_ANSWERS
        )
        steps.append(Step(_("More answers"), more % {"count": len(answers) - MOST_ANSWERS}))
    was_told, because = _outcome(message, answers, person=person)
    at = message.finished_at or message.next_try_at
    steps.append(Step(_("The message"), because, ok=was_told, at=at, has_failed=was_told is False))
    return Heard(channel, notice, was_told, because, tuple(steps), at=message.finished_at)


def _outcome(message: Message, answers: list[dict[str, Any]], *, person: str) -> tuple[bool | None, str]:
    is_over = message.state in {Message.State.DELIVERED, Message.State.FAILED}
    if person and answers:
        return _outcome_for(person, answers[0], is_over=is_over)
    if message.state == Message.State.DELIVERED:
        if person:
            return False, _("No answer names %(person)s: the message was not addressed there when it was sent.") % {
                "person": person,
            }
        took = sum(row.get("said") == "delivered" for row in answers)
        words = _("It arrived: %(took)s of %(all)s accepted it.") if answers else _("It arrived.")
        return True, words % {"took": took, "all": len(answers)}
    tries, facts = message.attempts, {"count": message.attempts, "moment": ""}
    if is_over:
        words = ngettext("It was given up after %(count)s try.", "It was given up after %(count)s tries.", tries)
        return False, words % facts
    if message.next_try_at is None:
        words = ngettext("It is on its way: %(count)s try so far.", "It is on its way: %(count)s tries so far.", tries)
        return None, words % facts
    words = ngettext(
        "It is on its way: %(count)s try so far, next on %(moment)s.",
        "It is on its way: %(count)s tries so far, next on %(moment)s.",
        tries,
    )
    return None, words % (facts | {"moment": moment(message.next_try_at)})


def _outcome_for(person: str, row: dict[str, Any], *, is_over: bool) -> tuple[bool | None, str]:
    said = str(row.get("said", ""))
    if said == "delivered":
        return True, _("%(who)s accepted it.") % {"who": person}
    if not is_over and said in {"again", "unknown"}:
        return None, _("%(who)s did not take it yet; it is tried again.") % {"who": person}
    return False, _("%(answer)s: %(words)s") % {
        "answer": _words(person, said),
        "words": row.get("text") or _("no words"),
    }


def _words(who: str, said: str) -> str:
    return WORDS.get(said, NOT_KNOWN) % {"who": who}


def _newest(answers: Iterable[Any]) -> list[dict[str, Any]]:
    """The newest answer of each recipient; a row of another shape is left out rather than guessed at."""
    found: dict[str, dict[str, Any]] = {}
    for row in answers:
        if isinstance(row, dict) and row.get("to"):
            found[str(row["to"])] = row
    return list(found.values())


def _answer_step(row: dict[str, Any]) -> Step:
    said = str(row.get("said", ""))
    facts = {
        "answer": _words(row["to"], said),
        "at": _moment_of(row),
        "words": row.get("text") or _("no words"),
    }
    ok = {"delivered": True, "refused": False, "gone": False}.get(said)
    return Step(_("Answer"), _("%(answer)s, %(at)s: %(words)s") % facts, ok=ok, has_failed=ok is False)


def _moment_of(row: dict[str, Any]) -> str:
    """When it was answered; as it is kept where that is no moment."""
    kept = str(row.get("at", ""))
    try:
        return moment(datetime.fromisoformat(kept).astimezone(UTC))
    except ValueError:
        return kept[:16]


def _title(channel: Channel) -> str:
    return _("Channel %(channel)s") % {"channel": channel.name}
