"""Was anything in the ledger changed? Every row carries the hash of the row before it; here rows are added and checked.

The form (canonical JSON, SHA-256, a genesis of 64 zeros) is ours; `script/verify_ledger.py` checks an export with
nothing but Python.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from programs.catalog import Program
from programs.models import GENESIS, Action, ConsentDecision, ConsentText, Door, LedgerHead
from programs.texts import ShownText
from servers.models import LicenseServer

SYSTEM = "Licensing Manager"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many rows were read, the hash of the last one, and what is wrong with the first broken row ("" = nothing)."""

    rows: int
    head: str
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Is every row as it was written?"""
        return not self.problem


def canonical(facts: dict[str, Any]) -> bytes:
    """The one way to write these facts: sorted keys, no spaces, UTF-8."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def facts_of(row: ConsentDecision) -> dict[str, Any]:
    """Everything that the hash of a row covers."""
    return {
        "sequence": row.sequence,
        "server": str(row.server_guid),
        "program": row.program,
        "action": row.action,
        "decided_at": moment(row.decided_at),
        "decided_by_id": row.decided_by_id,
        "decided_by": row.decided_by,
        "door": row.door,
        "reason": row.reason,
        "declaration_version": row.declaration_version,
        "language": row.language,
        "text_sha256": row.text_sha256,
        "elements": row.elements,
        "previous_hash": row.previous_hash,
    }


def hash_of(row: ConsentDecision) -> str:
    """The SHA-256 over the canonical facts of a row, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(facts_of(row))).hexdigest()


def moment(at: datetime) -> str:
    """A time as the ledger writes it: UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def lock() -> None:
    """Until the transaction ends, nobody else adds a row. On SQLite the transaction itself is that lock."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The ledger is locked inside a transaction only.")
    LedgerHead.objects.select_for_update().get_or_create(pk=1)


def append(
    server: LicenseServer,
    *,
    program: Program,
    action: Action,
    by: User | str,
    door: Door,
    reason: str = "",
    elements: Collection[str] = (),
    shown: ShownText | None = None,
    at: datetime | None = None,
) -> ConsentDecision:
    """Add one row. The caller holds `lock` and has checked that the decision may be made.

    `at` is for the invented history of a demo; anywhere else a decision is dated when it is made.
    """
    last = ConsentDecision.objects.order_by("-sequence").first()
    row = ConsentDecision(
        sequence=last.sequence + 1 if last else 1,
        server=server,
        server_guid=server.guid,
        program=program.code,
        action=action,
        decided_at=_dated(at),
        decided_by_id=by.pk if isinstance(by, User) else None,
        decided_by=(by.get_username() if isinstance(by, User) else by)[:150],
        door=door,
        reason=reason,
        declaration_version=program.version,
        language=shown.language if shown else "",
        text_sha256=shown.sha256 if shown else "",
        elements=sorted(elements),
        previous_hash=last.hash if last else GENESIS,
    )
    row.hash = hash_of(row)
    if shown:
        ConsentText.objects.get_or_create(sha256=shown.sha256, defaults={"text": shown.text})
    row.save(force_insert=True)
    return row


def _dated(at: datetime | None) -> datetime:
    """Now; nobody else than a demo says when something was decided."""
    if at is not None and not settings.DEMO:
        raise RuntimeError("A decision is dated when it is made. Only a demo has an invented past.")
    return at or timezone.now()


def verify() -> Verdict:
    """Walk the chain in the database from the first row and stop at the first that is broken."""
    kept = {text.sha256: _digest(text.text) for text in ConsentText.objects.iterator()}
    rows, head = 0, GENESIS
    for row in ConsentDecision.objects.order_by("sequence").iterator(chunk_size=2000):
        problem = _problem(row, number=rows + 1, head=head, kept=kept)
        if problem:
            return Verdict(rows, head, _("Row %(number)s: %(problem)s") % {"number": row.sequence, "problem": problem})
        rows, head = rows + 1, row.hash
    return Verdict(rows, head)


def export_lines() -> Iterator[bytes]:
    """The ledger as JSON lines; the last line tells how many rows there are and the hash of the newest."""
    rows, head = 0, GENESIS
    for row in ConsentDecision.objects.order_by("sequence").iterator(chunk_size=2000):
        yield canonical({**facts_of(row), "hash": row.hash}) + b"\n"
        rows, head = rows + 1, row.hash
    yield canonical({"rows": rows, "head": head}) + b"\n"


def _problem(row: ConsentDecision, *, number: int, head: str, kept: dict[str, str]) -> str:
    if row.sequence != number:
        return _("row %(number)s is missing.") % {"number": number}
    if row.previous_hash != head:
        return _("it does not follow the row before it.")
    if row.hash != hash_of(row):
        return _("its content is not what was hashed.")
    if row.text_sha256 and kept.get(row.text_sha256) != row.text_sha256:
        return _("the text that was shown is missing or was changed.")
    return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
