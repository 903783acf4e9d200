"""What was decided in the invented fleet? By the same functions as on a page, dated in the past of the demo."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from demo.fleet import Story
from demo.members import Member
from programs import consent
from programs.catalog import Program, program
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.ledger import append, lock
from programs.models import Action, Door
from programs.texts import decision_text, sharing_text
from servers import registration
from servers.models import ReportingMode

Event = tuple[datetime, Callable[[], object]]
REASONS = {
    "call_home": "Support asked for the configuration of this server.",
    "ceip": "Only what identifies nobody, as agreed with the works council.",
    "none": "Nothing optional until the privacy review is done.",
}


def decisions_of(member: Member, people: dict[str, User]) -> Iterator[Event]:
    """What is decided on this server, and when."""
    story, server, dice = member.machine.story, member.server, member.dice("decisions")
    begun = server.created_at + timedelta(hours=2)
    if story in {Story.CARRIED, Story.UNKNOWN}:
        yield begun, lambda: _by_hand(member, people["mara.jansen"], at=begun)
    yield (
        begun + timedelta(minutes=5),
        lambda: consent.note_growth(server, program_code=TELEMETRY, at=begun + timedelta(minutes=5)),
    )
    if story is Story.UNKNOWN:
        return
    at = begun + timedelta(days=min(1 + dice.randrange(20), member.days // 4), minutes=dice.randrange(500))
    if story is Story.PROVIDER:
        yield at, lambda: consent.note_growth(server, program_code=CALL_HOME, at=at)
    elif story is Story.HELD:
        yield at, lambda: _grant_the_older(member, people["tom.reuter"], at=at)
        grown = member.slot(min(20, member.days // 2))
        yield grown, lambda: consent.note_growth(server, program_code=CALL_HOME, at=grown)
    elif member.machine.sharing != "none" or dice.random() < 0.5:
        yield at, lambda: _share(member, member.machine.sharing, people["tom.reuter"], at=at)
    if story is Story.REGISTERED:
        then = at + timedelta(days=2)
        yield then, lambda: _register(member, people["mara.jansen"], at=then)


def _share(member: Member, choice: str, by: User, *, at: datetime) -> None:
    shown = sharing_text(program(CALL_HOME), program(CEIP)).sha256
    consent.choose_sharing(
        member.server, choice=choice, by=by, door=Door.PAGE, text_sha256=shown, reason=REASONS[choice], at=at
    )


def _by_hand(member: Member, by: User, *, at: datetime) -> None:
    shown = decision_text(program(TELEMETRY), Action.REPORT_MANUALLY).sha256
    reason = "This network has no way out. Reports are carried on a drive."
    consent.set_reporting_mode(
        member.server, mode=ReportingMode.MANUAL, by=by, door=Door.PAGE, text_sha256=shown, reason=reason, at=at
    )


def _register(member: Member, by: User, *, at: datetime) -> None:
    code = registration.open_code(
        member.server, code="DEMO2026", remote_id="demo-registration", at=at - timedelta(minutes=6),
        by=by.username, destination="cis.example:443",
    )  # fmt: skip
    registration.confirm(code, customer_id="demo-tenant", at=at)
    shown = decision_text(program(EVENT_DATA), Action.GRANT).sha256
    consent.decide(
        member.server, program_code=EVENT_DATA, action=Action.GRANT, by=by, door=Door.PAGE, text_sha256=shown,
        reason="The cloud console shows the use of this site.", at=at + timedelta(minutes=9),
    )  # fmt: skip


def _grant_the_older(member: Member, by: User, *, at: datetime) -> None:
    """Agreed to when the declaration was smaller: the row names that version, and its text is kept as it was shown."""
    older = older_declaration(program(CALL_HOME))
    elements = [element.path for upload in older.uploads for element in upload.elements()]
    lock()
    append(
        member.server, program=older, action=Action.GRANT, by=by, door=Door.PAGE, elements=elements,
        reason=REASONS["call_home"], shown=decision_text(older, Action.GRANT), at=at,
    )  # fmt: skip


def older_declaration(one: Program) -> Program:
    """The declaration before it grew, invented: the same without the last two sections of its document."""
    uploads = tuple(replace(upload, sections=upload.sections[:-2]) for upload in one.uploads)
    return replace(one, version="0.9", uploads=uploads)
