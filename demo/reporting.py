"""Which files came in at the invented fleet? By the same door as a person's."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from demo import papers
from demo.fleet import Grant, Story
from demo.members import Member
from demo.use import issued, share
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer

Event = tuple[datetime, Callable[[], object]]
RENEWED = 75  # days ago
WRONG_FILE = b"%PDF-1.7\n% an order confirmation, dropped on the page instead of the license file\n"


def reports_of(member: Member, number: int, people: dict[str, User], *, now: datetime) -> Iterator[Event]:
    """What is imported for this server, and when."""
    machine = member.machine
    today = now.astimezone(member.server.zone).date()
    begun = member.server.created_at + timedelta(hours=1)
    by = people["ines.costa"]

    def bring(content: bytes, name: str, at: datetime) -> Event:
        return at, lambda: import_report(member.server, content, name=name, door=Door.PAGE, by=by, at=at)

    if machine.grants:
        grants = machine.grants
        if number % 6 == 4 and member.days > 2 * RENEWED:
            older = [_older(grant) for grant in grants]
            yield bring(papers.license_file(machine, older, today=today, number=number), "citrix_2025.lic", begun)
            begun = now - timedelta(days=RENEWED)
        yield bring(papers.license_file(machine, grants, today=today, number=number), "citrix_2026.lic", begun)
    yield from (bring(content, name, at) for content, name, at in _others(member, number, now=now))
    if machine.story is Story.RETIRED:
        at = member.slot(member.last) + timedelta(hours=5)
        yield at, lambda: LicenseServer.objects.filter(pk=member.server.pk).update(archived_at=at)


def _older(grant: Grant) -> Grant:
    """The same purchase before it was renewed: it ended two months ago."""
    return replace(grant, expires_in=60 - RENEWED - 45, css_in=60 - RENEWED - 45)


def _others(member: Member, number: int, *, now: datetime) -> Iterator[tuple[bytes, str, datetime]]:
    """Reports of the last days: content, file name, and when it came."""
    machine, story, dice = member.machine, member.machine.story, member.dice("reports")
    morning = now - timedelta(hours=2 + number % 5, minutes=dice.randrange(60))
    local = morning.astimezone(member.server.zone)
    if story is Story.RETIRED or not machine.grants:
        return
    grant = machine.grants[0]
    if grant.feature.endswith("_UD"):
        css = local.date() + timedelta(days=grant.css_in)
        holders = min(round(grant.count * machine.busy * 0.4), 240)
        yield papers.udadmin(machine, grant.feature, css, holders=holders, dice=dice, at=local), "udadmin.txt", morning
    elif number % 2:
        use = {name: (count, round(count * share(member, local, dice))) for name, count in issued(member).items()}
        queued = 6 if story is Story.GRACE else 0
        yield papers.lmstat(machine, use, at=local, queued=queued), "lmstat.txt", morning
    if story is Story.LAS:
        content = papers.las_inventory(machine.grants, today=local.date(), in_use=round(grant.count * machine.busy))
        yield content, "las_inventory.txt", morning + timedelta(minutes=2)
    if story is Story.GRACE:
        at = now - timedelta(days=4)
        yield papers.grace_report(machine, guid=str(member.server.guid), at=at, days=15), "report.xml", at
    if story is Story.OBSERVED:
        moments = [member.slot(ago) - timedelta(hours=3) for ago in range(min(30, member.first), -1, -1)]
        yield papers.uploader_log(moments), "log_ctxuploader.log", morning
    if story is Story.GAPS:
        yield WRONG_FILE, "order_4711.pdf", morning + timedelta(minutes=5)
