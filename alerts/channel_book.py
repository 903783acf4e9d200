"""Which channels are there, and who changes them? A wrong address is told at once, and nothing of it is kept."""

import base64
import logging
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.catching_up import catch_up
from alerts.channel_models import Channel, Delivery, Message
from alerts.channel_wish import ChannelRefused, ChannelWish, problems_of, target_of
from alerts.channels.target import Target, TargetRefused
from alerts.local_forms import as_the_installation_speaks
from languages.sentences import said_after_each_other
from servers.sealed_secrets import SealBroken, open_sealed, seal

__all__ = ["ChannelRefused", "ChannelWish", "add_channel", "change_channel", "disable", "enable", "remove_channel"]

log = logging.getLogger(__name__)
SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64
SIMPLE = (
    "way", "floor", "digest", "digest_hour", "digest_weekday", "quiet_from", "quiet_until", "time_zone",
    "is_escalation", "tells_end",
)  # fmt: skip


def add_channel(wish: ChannelWish, *, by: User, now: datetime) -> tuple[Channel, str]:
    """A new channel, and the secret that its receiver checks signatures with ("" for other ways than a webhook).

    The secret is told this once and never again. Raises ChannelRefused.
    """
    channel = Channel(created_at=now, created_by=by.username)
    secret = new_secret_text() if wish.way == Channel.Way.WEBHOOK else ""
    _write(channel, wish, target=_checked(wish), secret=secret, now=now)
    log.info("%s added the channel %s", by.username, channel)
    return channel, secret


def change_channel(channel: Channel, wish: ChannelWish, *, by: User, now: datetime) -> str:
    """Everything as it is wanted now. A new address ends what made the old one useless; its secret stays.

    Returns a secret where the channel has just become a webhook, or its own was sealed with a key that is lost; ""
    otherwise. Raises ChannelRefused.
    """
    is_new_way = wish.way != channel.way
    target = _checked(wish) if wish.target.strip() or is_new_way else _checked(wish, needs_target=False)
    needs_secret = wish.way == Channel.Way.WEBHOOK and (is_new_way or not _opens(channel.secret))
    secret = new_secret_text() if needs_secret else ""
    channel.changed_at, channel.changed_by = now, by.username
    if target:
        channel.broken_at, channel.broken_because = None, ""
    if is_new_way:
        channel.secret = ""
    _write(channel, wish, target=target, secret=secret, now=now)
    log.info("%s changed the channel %s", by.username, channel)
    return secret


def change_secret(channel: Channel, *, by: User, now: datetime) -> str:
    """Another secret for the signatures of a webhook; the old one counts no more. Raises ChannelRefused."""
    if channel.way != Channel.Way.WEBHOOK:
        raise ChannelRefused({"": _("Only a webhook has a secret. Nothing was changed.")})
    secret = new_secret_text()
    _change(channel, by=by, now=now, secret=_sealed(secret))
    log.info("%s made a new secret for the channel %s", by.username, channel)
    return secret


def enable(channel: Channel, *, by: User, now: datetime) -> None:
    """Tell it again, first of what is open and did not arrive there; also after it was broken."""
    _change(channel, by=by, now=now, is_enabled=True, broken_at=None, broken_because="")
    catch_up(channel, now=now)
    log.info("%s enabled the channel %s", by.username, channel)


def disable(channel: Channel, *, by: User, now: datetime) -> None:
    """Tell it nothing, until somebody enables it."""
    _change(channel, by=by, now=now, is_enabled=False)
    log.info("%s disabled the channel %s", by.username, channel)


@transaction.atomic
def remove_channel(channel: Channel, *, by: User, now: datetime) -> None:
    """It leads nowhere any more, and what it led to is forgotten. What was told there stays as evidence."""
    _change(
        channel, by=by, now=now, is_enabled=False, removed_at=now, removed_by=by.username, target="", secret=""
    )  # fmt: skip
    waiting = Delivery.objects.filter(channel=channel, verdict__in=[Delivery.Verdict.WAITING, Delivery.Verdict.HELD])
    with as_the_installation_speaks():
        because = _("%(person)s removed the channel before it was told.") % {"person": by.username}
    waiting.update(verdict=Delivery.Verdict.SKIPPED, because=because[:255])
    Message.objects.filter(channel=channel, state=Message.State.WAITING).update(
        state=Message.State.FAILED, finished_at=now, next_try_at=None
    )
    log.info("%s removed the channel %s", by.username, channel)


def new_secret_text() -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _checked(wish: ChannelWish, *, needs_target: bool = True) -> Target | None:
    """The target, None where none is needed. Every problem is found before one is told."""
    problems, target = problems_of(wish), None
    if needs_target:
        try:
            target = target_of(wish)
        except TargetRefused as refused:
            problems.setdefault("target", str(refused))
    if problems:
        raise ChannelRefused(problems)
    return target


def _write(channel: Channel, wish: ChannelWish, *, target: Target | None, secret: str, now: datetime) -> None:
    """Keep it, and decide about what is open already and was not told there."""
    channel.name, channel.rules = wish.name.strip(), sorted(set(wish.rules))
    for name in SIMPLE:
        setattr(channel, name, getattr(wish, name))
    if target:
        channel.target, channel.shown = _sealed(target.text), target.shown
    if secret:
        channel.secret = _sealed(secret)
    try:
        with transaction.atomic():
            channel.save()
            channel.groups.set(wish.groups)
            channel.servers.set(wish.servers)
            catch_up(channel, now=now)
    except IntegrityError as error:
        raise ChannelRefused({"name": _("There is a channel of this name already. Choose another name.")}) from error


def _sealed(text: str) -> str:
    try:
        return seal(text)
    except SealBroken as broken:
        raise ChannelRefused({"": said_after_each_other((str(broken), _("Nothing was changed.")))}) from broken


def _opens(sealed: str) -> bool:
    try:
        return bool(open_sealed(sealed))
    except SealBroken:
        return False


def _change(channel: Channel, *, by: User, now: datetime, **facts: object) -> None:
    """These columns alone: whoever sends at this moment writes others."""
    facts |= {"changed_at": now, "changed_by": by.username}
    Channel.objects.filter(pk=channel.pk).update(**facts)
    for name, value in facts.items():
        setattr(channel, name, value)
