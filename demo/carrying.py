"""How do the reports of the server without a network travel? Gathered, handed out, and not all of them back yet."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from accounts.models import User
from demo.fleet import Story
from demo.members import Member
from uploads.courier_volume import courier_folder, ensure_volume
from uploads.manual_report import Wish, gather, hand_out

Event = tuple[datetime, Callable[[], object]]
GATHERED = 5  # days ago


def courier_of(member: Member, people: dict[str, User]) -> Iterator[Event]:
    """A custody report that is under way."""
    if member.machine.story is not Story.CARRIED:
        return
    at = member.slot(GATHERED) + timedelta(hours=11)

    def take_along() -> None:
        by = people["ines.costa"].username
        report = gather(Wish(servers=(member.server,)), by=by, at=at)
        for volume in report.volumes.all():
            ensure_volume(volume, folder=courier_folder(report))
            hand_out(volume, by=by, at=at + timedelta(minutes=20), to="to the courier, drive 7 in a sealed bag")

    yield at, take_along
