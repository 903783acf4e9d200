"""How does a message reach its channel? Claim, send, write down what was answered: safe to be killed at each step.

At least once: what was sent and not written down is sent again under the same id, when its lease has ended.
"""

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from alerts import delivery_policy as policy
from alerts.catching_up import catch_up, given_up
from alerts.channel_models import Channel, Message
from alerts.channels.addresses import addresses_in
from alerts.channels.answer import Answer, Said
from alerts.channels.apprise_way import send_by_apprise
from alerts.channels.email_way import send_email
from alerts.channels.webhook import send_webhook
from alerts.composing import compose_due
from alerts.content import Content, where_to_look
from alerts.local_forms import as_the_installation_speaks
from servers.sealed_secrets import SealBroken, open_sealed
from uploads.models import Tick

log = logging.getLogger(__name__)
TICK = "messages"
State = Message.State
SETTLED = frozenset({Said.DELIVERED, Said.REFUSED, Said.GONE})
NOT_ANSWERED = gettext_lazy("The program ended before an answer was written down; sent again under the same id.")
MOST_BEGUN = 2 * len(policy.PAUSES)
ALWAYS_KILLED = gettext_lazy("Given up: the program ended in the middle of it again and again. The log says why.")
DEMO = gettext_lazy("A demo tells nobody: the message is kept here and was not sent.")
OFF = gettext_lazy("Given up: the channel was removed, disabled or broken meanwhile.")


def deliver_due(*, now: datetime) -> int:
    """Put together what is due and send what waits, for as long as a run may take. Returns how many messages arrived.

    A channel whose other side did not answer is left alone until the next run, so that the others are not kept waiting.
    """
    compose_due(now=now)
    arrived, silent, until = 0, set[int](), time.monotonic() + policy.RUN_SECONDS
    for message_id, channel_id in list(_waiting(now=now).values_list("pk", "channel_id").order_by("next_try_at", "pk")):
        if time.monotonic() > until:
            break
        if channel_id in silent:
            continue
        message = deliver(message_id, now=now)
        if message is None:
            continue
        arrived += message.state == State.DELIVERED
        if message.state == State.WAITING:
            silent.add(channel_id)
    Tick.note(TICK, at=now)
    return arrived


@as_the_installation_speaks()
def deliver(message_id: int, *, now: datetime) -> Message | None:
    """Send this message if it may be sent now. None when somebody else has it, or it waits, or it has ended."""
    message = claim(message_id, now=now)
    if message is None:
        return None
    channel = message.channel
    if not message.is_test and (channel.removed_at or channel.broken_at or not channel.is_enabled):
        answers = [Answer(to=channel.shown, said=Said.REFUSED, text=str(OFF))]
    elif message.attempts > MOST_BEGUN:
        answers = [Answer(to=channel.shown, said=Said.REFUSED, text=str(ALWAYS_KILLED))]
    else:
        answers = _send(message, now=now)
    _write_down(message, answers, now=now)
    return message


@as_the_installation_speaks()
def send_test(channel: Channel, *, by: User, now: datetime) -> Message:
    """Send a message at once that says it is a test, tried this one time. One that arrives mends a broken channel."""
    words = _("This is a test by %(person)s. Alerts of Licensing Manager will arrive like this one.")
    subject = _("Test of the channel %(channel)s") % {"channel": channel.name}
    content = Content(
        kind="test", subject=subject, channel=channel.name, words=words % {"person": by.username},
        where=where_to_look(),
    )  # fmt: skip
    message = Message.objects.create(
        channel=channel, is_test=True, subject=content.subject, content=content.as_json(), composed_at=now,
        state=State.SENDING, lease_until=now + policy.LEASE, attempts=1,
    )  # fmt: skip
    _write_down(message, _send(message, now=now), now=now)
    return message


def claim(message_id: int, *, now: datetime) -> Message | None:
    """Take the message by one conditional update: if no row changed, somebody else has it. The number of the try tells
    ours from any later one."""
    taken = _waiting(now=now).filter(pk=message_id)
    if not taken.update(
        state=State.SENDING, lease_until=now + policy.LEASE, next_try_at=None, attempts=F("attempts") + 1
    ):
        return None
    return Message.objects.select_related("channel").get(pk=message_id)


def _waiting(*, now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(state=State.WAITING, next_try_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
    )


def _send(message: Message, *, now: datetime) -> list[Answer]:
    """To those that have not answered for good. Never raises what a channel did wrong."""
    channel = message.channel
    if settings.DEMO:
        return [Answer(to=channel.shown, said=Said.DELIVERED, text=str(DEMO))]
    try:
        target = open_sealed(channel.target)
        if channel.way == Channel.Way.EMAIL:
            settled = {row["to"] for row in message.answers if row["said"] in SETTLED}
            return send_email(message, [one for one in addresses_in(target) if one not in settled])
        if channel.way == Channel.Way.WEBHOOK:
            secret = open_sealed(channel.secret)
            return send_webhook(message, url=target, secret=secret, shown=channel.shown, now=now)
        return send_by_apprise(message, address=target, shown=channel.shown)
    except SealBroken as broken:
        return [Answer(to=channel.shown, said=Said.GONE, text=str(broken))]
    except Exception as error:  # a defect of ours: it ends this try, not the run
        log.exception("Message %s: defect", message.uid)
        text = _("A defect of this program: %(error)s.") % {"error": type(error).__name__}
        return [Answer(to=channel.shown, said=Said.AGAIN, text=text)]


@transaction.atomic
def _write_down(message: Message, answers: Sequence[Answer], *, now: datetime) -> None:
    """What was answered, and what follows from it. Nothing when somebody else has taken the message since."""
    rows = [
        {"at": now.isoformat(), "try": message.attempts, "to": one.to, "said": one.said.value, "text": one.text}
        for one in answers
    ]
    facts: dict[str, Any] = {"answers": [*message.answers, *_unanswered(message, now=now), *rows], "lease_until": None}
    facts |= _what_follows(message, answers, now=now)
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)
    if not ours.update(**facts):
        message.refresh_from_db()
        return
    for name, value in facts.items():
        setattr(message, name, value)
    _judge_channel(message, now=now)


def _unanswered(message: Message, *, now: datetime) -> list[dict[str, object]]:
    """A line for each try that was killed: it may have arrived."""
    known = {row["try"] for row in message.answers}
    missing = (number for number in range(1, message.attempts) if number not in known)
    return [
        {
            "at": now.isoformat(),
            "try": number,
            "to": message.channel.shown,
            "said": "unknown",
            "text": str(NOT_ANSWERED),
        }
        for number in missing
    ]


def _what_follows(message: Message, answers: Sequence[Answer], *, now: datetime) -> dict[str, object]:
    again = [one for one in answers if one.said == Said.AGAIN]
    if again and not message.is_test and message.attempts <= len(policy.PAUSES):
        return {"state": State.WAITING, "next_try_at": now + _pause(message.attempts, again)}
    arrived = any(row["said"] == Said.DELIVERED for row in message.answers)
    arrived = arrived or any(one.said == Said.DELIVERED for one in answers)
    # Some of several recipients were told: the message arrived, and the answers say at whom it did not.
    return {"state": State.DELIVERED if arrived else State.FAILED, "finished_at": now, "next_try_at": None}


def _pause(tries: int, answers: Sequence[Answer]) -> timedelta:
    own = policy.PAUSES[tries - 1] * random.uniform(1.0, policy.JITTER)  # noqa: S311  # jitter, no secret
    asked = max((timedelta(seconds=min(one.wait or 0, 10**6)) for one in answers), default=timedelta())
    return max(own, min(asked, policy.LONGEST_WAIT))


def _judge_channel(message: Message, *, now: datetime) -> None:
    """Every recipient refused for good: nothing is sent there until somebody mends it. A test that arrives mends it;
    and whoever is back after a day is told what was given up."""
    channels = Channel.objects.filter(pk=message.channel_id)
    last = {row["to"]: row for row in message.answers if row["said"] != "unknown"}
    if message.state == State.FAILED and last and all(row["said"] == Said.GONE for row in last.values()):
        because = "; ".join(dict.fromkeys(row["text"] for row in last.values()))[:500]
        channels.filter(broken_at__isnull=True).update(broken_at=now, broken_because=because)
        log.warning("The channel %s is broken: %s", message.channel, because)
    elif message.state == State.DELIVERED:
        repaired = {"broken_at": None, "broken_because": ""}
        if message.is_test and channels.filter(broken_at__isnull=False).update(**repaired):
            catch_up(message.channel, now=now)
        elif lost := given_up(message.channel):
            catch_up(message.channel, now=now, lost=lost)
