"""How is a demo filled? The past is lived through in its order: what was decided, came in, was sent, and was told.

Everything goes through the functions that pages call, with the moment at which it happened; only the uploads and the
samples of a year are written in bulk. One transaction: a demo is whole or it is not there.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from django.conf import settings
from django.db import transaction

from accounts.models import User
from demo.agreeing import decisions_of
from demo.carrying import courier_of
from demo.cast import people
from demo.fleet import FEWEST, MOST, fleet
from demo.history import History
from demo.members import Member, members
from demo.reporting import reports_of
from demo.sending import journeys_of
from demo.telling import channels_of, look, reactions_of
from demo.use import fill_use
from servers.models import LicenseServer
from servers.releases import edited_table
from uploads.disk import measure
from uploads.own_state import DiskReading

Event = tuple[datetime, Callable[[], object]]
Tell = Callable[[str], None]
MOST_DAYS, FEWEST_DAYS = 364, 40
NEWEST_BUILD, NEWEST_SINCE = 54100, timedelta(days=95)
# When the rules look, in days ago. Closer together towards today: that is where people look.
LOOKS = (330, 270, 210, 150, 110, 76, 50, 32, 21, 14, 10, 7, 5, 4, 3, 2, 1, 0.4, 0)
DISK_A_DAY = 35 * 10**6  # bytes


class NoDemo(Exception):
    """This is no folder of a demo, or it was asked for what cannot be filled; nothing was written."""


def fill(*, now: datetime, tell: Tell, servers: int = MOST, days: int = MOST_DAYS) -> bool:
    """Fill the demo as of `now`. False when it is filled already. Raises NoDemo anywhere but in a demo's own folder.

    The same day gives the same fleet: every throw of the dice is named after its server and its day.
    """
    if not settings.DEMO:
        raise NoDemo("This is no folder of a demo. Nothing invented is ever written into a real one.")
    if not (FEWEST <= servers <= MOST and FEWEST_DAYS <= days <= MOST_DAYS):
        raise NoDemo(f"A demo has {FEWEST} to {MOST} servers and {FEWEST_DAYS} to {MOST_DAYS} days.")
    if LicenseServer.objects.exists():
        return False
    now = now.replace(microsecond=0)
    with _without_log(), transaction.atomic():
        tell(f"Filling the demo with {servers} servers and {days} days …")
        cast, known = people(), members(fleet(servers), days=days, now=now)
        fill_use(known, now=now)
        tell("  licenses, and how they were used")
        _fill_disk(now=now)
        _tell_releases(now=now)
        _live_through(known, cast, now=now, tell=tell)
    tell("  The demo is filled.")
    return True


def _live_through(known: list[Member], cast: dict[str, User], *, now: datetime, tell: Tell) -> None:
    history = History(list(chain.from_iterable(journeys_of(member) for member in known)))
    begun = min(member.server.created_at for member in known)
    events = sorted(_events(known, cast, history, begun=begun, now=now), key=lambda event: event[0])
    for number, (_, happens) in enumerate(events, 1):
        happens()
        if number % (len(events) // 4) == 0:
            tell(f"  {number} of {len(events)} events of the past")
    history.write_until(now)


def _events(
    known: list[Member], cast: dict[str, User], history: History, *, begun: datetime, now: datetime
) -> Iterator[Event]:
    for number, member in enumerate(known):
        yield from reports_of(member, number, cast, now=now)
        yield from decisions_of(member, cast)
        yield from (_after_uploads(history, event) for event in courier_of(member, cast))
    yield from channels_of(cast, begun=begun)
    yield from reactions_of(cast, now=now)
    moments = (now - timedelta(days=ago) for ago in LOOKS)
    yield from (_after_uploads(history, (at, partial(look, at))) for at in moments if at > begun + timedelta(days=1))


def _after_uploads(history: History, event: Event) -> Event:
    """It looks at the uploads, so they are written down as far as they had come by then."""
    at, happens = event

    def then() -> None:
        history.write_until(at)
        happens()

    return at, then


def _fill_disk(*, now: datetime) -> None:
    """A month of measurements of the disk, as the daily tick notes them; they lead to what is free on this one now."""
    disk = measure()
    if disk is None:
        return
    days = ((ago, now - timedelta(days=ago)) for ago in range(30, 0, -1))
    DiskReading.objects.bulk_create(
        DiskReading(day=at.date(), at=at, total=disk.total, free=min(disk.free + ago * DISK_A_DAY, disk.total))
        for ago, at in days
    )


def _tell_releases(*, now: datetime) -> None:
    """A day on which the newest build came out, so that the clock of older ones runs; the real day is not published."""
    facts = f"number = {NEWEST_BUILD}\nreleased = {now.date() - NEWEST_SINCE}"
    words = f'[[build]]\n{facts}\nsource = "Invented for the demo"\n'
    edited_table().write_text(words, encoding="utf-8")


@contextmanager
def _without_log() -> Iterator[None]:
    """Channels that were added a year ago are no news for a terminal."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
