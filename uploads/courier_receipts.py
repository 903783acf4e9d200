"""What did the other side really get? A signed receipt closes exactly the reports that it lists, and no other.

Nothing of a receipt is believed before its signature was checked with a key that an administrator trusts. A word that
a person types in (the vendor's page gives a case number, no file) closes reports as well, and says so for ever.
"""

import hashlib
import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.tongues import in_english, in_our_language
from uploads.courier_models import CustodyEntry, ManualItem, ManualReceipt, ManualReport, TrustedReceiver
from uploads.courier_open import OpenVolume, still_open
from uploads.courier_receipt_file import Receipt, ReceiptRefused, read_receipt
from uploads.manual_report import note_custody
from uploads.models import Attempt, Upload
from uploads.result_file import SUCCESS
from uploads.states import BY_HAND, State, before

log = logging.getLogger(__name__)
Event = CustodyEntry.Event
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=12), timedelta(hours=14)  # how far a date on a wall is from UTC
LONGEST_CASE_NUMBER = 100


NO_KEY_YET = gettext_lazy(
    "This receipt is signed with a key that is not trusted here: %(fingerprint)s. Nothing was closed. "
    "Compare it with what the receiver shows; if it is the same, an administrator can trust it."
)
ANOTHER_KEY = gettext_lazy(
    "This receipt is signed with a key that is not trusted here: %(fingerprint)s. It is another key than those that "
    "are trusted here. Nothing was closed. Compare it with what the receiver shows; if it is the same, an "
    "administrator can trust it."
)


class UnknownReceiver(ReceiptRefused):
    """The signature is right, but nobody said that its key is to be believed. `fingerprint` is the key's."""

    def __init__(self, fingerprint: str, *, others: int) -> None:
        self.fingerprint = fingerprint
        words = ANOTHER_KEY if others else NO_KEY_YET
        super().__init__(str(words) % {"fingerprint": fingerprint})


@dataclass(frozen=True, slots=True)
class Imported:
    """What a receipt changed. `closed` counts bundles; a repeat closes none. `open` is what still waits for one."""

    report: ManualReport
    receipt: ManualReceipt
    closed: int
    is_repeat: bool
    open: tuple[OpenVolume, ...]


SIGNED = gettext_lazy("Receipt %(digest)s, signed with %(key)s, for %(report)s.")
TYPED = gettext_lazy("Typed in by %(by)s and not proved: case number %(case)s, uploaded on %(day)s.")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What proves an arrival, for the attempt in English and for the trail in the language of the installation."""

    sentence: Promise
    facts: dict[str, object]

    def words(self) -> str:
        return str(self.sentence) % self.facts

    def in_english(self) -> str:
        with in_english():
            return self.words()


def import_receipt(data: bytes, *, by: str, now: datetime, expected: ManualReport | None = None) -> Imported:
    """Close what a signed receipt lists. `expected` is the set that it should be for.

    Raises ReceiptRefused, or UnknownReceiver for a key that nobody confirmed; then nothing was changed.
    """
    receipt = read_receipt(data)
    fingerprint = receipt.key.fingerprint
    with transaction.atomic():
        trusted = set(TrustedReceiver.objects.values_list("fingerprint", flat=True))
        if fingerprint not in trusted:
            raise UnknownReceiver(fingerprint, others=len(trusted))
        report = _report_of(receipt, expected)
        items = _listed(report, receipt)
        row = ManualReceipt(
            digest=receipt.digest,
            is_proved=True,
            key_fingerprint=fingerprint,
            received_at=min(receipt.received_at, now),
            content=data.decode(),
        )
        facts = {"digest": receipt.digest[:16], "key": fingerprint[:16], "report": report}
        return _close(report, items, row, _Evidence(SIGNED, facts), by=by, now=now)


def type_in(
    report: ManualReport, *, case_number: str, uploaded_on: date, volumes: Collection[int], by: str, now: datetime
) -> Imported:
    """Close these volumes on a person's word, which is written down as such. Raises ReceiptRefused."""
    case, numbers = " ".join(case_number.split()), sorted(set(volumes))
    _check_words(report, case, uploaded_on, now=now)
    with transaction.atomic():
        report = ManualReport.objects.select_for_update().get(pk=report.pk)
        known = set(report.volumes.values_list("number", flat=True))
        if not numbers or not set(numbers) <= known:
            raise ReceiptRefused(
                _("Choose which volumes were uploaded: %(report)s has the numbers 1 to %(count)s.")
                % {"report": report, "count": len(known)}
            )
        midnight = datetime.combine(uploaded_on, time.min, tzinfo=UTC)
        facts = json.dumps([case, uploaded_on.isoformat(), numbers])
        row = ManualReceipt(
            digest=hashlib.sha256(facts.encode()).hexdigest(),
            is_proved=False,
            case_number=case,
            received_at=min(max(midnight, report.gathered_at), now),  # the earliest moment that the date can mean
        )
        items = list(report.items.filter(volume__number__in=numbers))
        evidence = _Evidence(TYPED, {"by": by, "case": case, "day": uploaded_on})
        return _close(report, items, row, evidence, by=by, now=now)


def trust_receiver(fingerprint: str, *, by: str, at: datetime) -> TrustedReceiver:
    """Believe receipts that are signed with this key from now on. Raises ReceiptRefused for what is no fingerprint."""
    text = "".join(fingerprint.split()).replace(":", "").lower()
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ReceiptRefused(_("A fingerprint has 64 hexadecimal digits. Nothing is trusted that was not before."))
    row, is_new = TrustedReceiver.objects.get_or_create(
        fingerprint=text, defaults={"confirmed_by": by, "confirmed_at": at}
    )
    if is_new:
        log.info("%s believes the receiver %s", by, text)
    return row


def distrust_receiver(row: TrustedReceiver, *, by: str) -> None:
    """Believe no further receipt of this key; what it closed stays closed.

    Raises ReceiptRefused while the rest of a set is on its way that this receiver confirmed in part.
    """
    with transaction.atomic():
        waiting = ManualReport.objects.filter(
            state=ManualReport.State.OPEN, receipts__key_fingerprint=row.fingerprint
        ).first()
        if waiting:
            raise ReceiptRefused(
                _(
                    "This receiver confirmed a part of %(report)s, and the rest is still on its way. Import the other "
                    "receipts or give the set up; then the receiver can be removed."
                )
                % {"report": waiting}
            )
        row.delete()
    log.info("%s does not believe the receiver %s any more", by, row.fingerprint)


def _report_of(receipt: Receipt, expected: ManualReport | None) -> ManualReport:
    report = ManualReport.objects.select_for_update().filter(export_id=receipt.export_id).first()
    if report is None:
        raise ReceiptRefused(
            _("This receipt is for a set of reports that was not gathered here (%(export)s). Nothing was closed.")
            % {"export": receipt.export_id}
        )
    if expected is not None and report.pk != expected.pk:
        raise ReceiptRefused(
            _("This receipt is for %(report)s, not for %(expected)s. Nothing was closed; import it there.")
            % {"report": report, "expected": expected}
        )
    return report


def _listed(report: ManualReport, receipt: Receipt) -> list[ManualItem]:
    """The items that the receipt lists. One digest that is not in the set makes all of it unbelievable."""
    items = list(report.items.filter(bundle_sha256__in=receipt.bundles))
    unknown = receipt.bundles.keys() - {item.bundle_sha256 for item in items}
    if unknown:
        raise ReceiptRefused(
            ngettext(
                "This receipt lists %(count)s bundle that %(report)s does not hold, for example %(digest)s…. It was "
                "made for something else. Nothing was closed.",
                "This receipt lists %(count)s bundles that %(report)s does not hold, for example %(digest)s…. It was "
                "made for something else. Nothing was closed.",
                len(unknown),
            )
            % {"count": len(unknown), "report": report, "digest": min(unknown)[:16]}
        )
    wrong = [item for item in items if receipt.bundles[item.bundle_sha256] != item.size]
    if wrong:
        raise ReceiptRefused(
            _("This receipt gives %(bundle)s another size than it has. Nothing was closed; ask for a new receipt.")
            % {"bundle": wrong[0].member}
        )
    return items


def _close(
    report: ManualReport, items: list[ManualItem], row: ManualReceipt, evidence: _Evidence, *, by: str, now: datetime
) -> Imported:
    earlier = ManualReceipt.objects.filter(report=report, digest=row.digest).first()
    if earlier is not None:
        return Imported(report, earlier, 0, True, tuple(still_open(report)))
    new = [item for item in items if item.arrived_at is None]
    ids = [item.upload_id for item in new if item.upload_id]
    _deliver(ids, at=row.received_at, evidence=evidence.in_english())
    ManualItem.objects.filter(pk__in=[item.pk for item in new]).update(arrived_at=row.received_at)
    row.report, row.imported_at, row.imported_by, row.closed_count = report, now, by, len(new)
    row.save()
    event = Event.RECEIPT if row.is_proved else Event.TYPED_IN
    with in_our_language():
        closed = ngettext("%(count)s bundle closed. %(evidence)s", "%(count)s bundles closed. %(evidence)s", len(new))
        note = closed % {"count": len(new), "evidence": evidence.words()}
    note_custody(report, event, by=by, at=now, note=note)
    # A bundle of a set that was given up may be on its way once more; there it has arrived as well.
    elsewhere = ManualItem.objects.filter(upload_id__in=ids, arrived_at=None)
    others = list(ManualReport.objects.filter(pk__in=elsewhere.values("report")))
    elsewhere.update(arrived_at=row.received_at)
    for one in [report, *others]:
        _end_if_whole(one, by=by, now=now)
    report.refresh_from_db()
    return Imported(report, row, len(new), False, tuple(still_open(report)))


def _end_if_whole(report: ManualReport, *, by: str, now: datetime) -> None:
    if report.state != ManualReport.State.CLOSED and not report.items.filter(arrived_at=None).exists():
        ManualReport.objects.filter(pk=report.pk).update(state=ManualReport.State.CLOSED, ended_at=now)
        note_custody(report, Event.CLOSED, by=by, at=now)


def _deliver(ids: list[int], *, at: datetime, evidence: str) -> None:
    """Only what is with a courier, or back from one that was given up; what left by the network meanwhile stays so."""
    rows = list(Upload.objects.filter(pk__in=ids, state__in=BY_HAND & set(before(State.DELIVERED))).select_for_update())
    Attempt.objects.bulk_create(
        (
            Attempt(
                upload=upload,
                number=upload.attempt_count + 1,
                started_at=at,
                finished_at=at,
                verdict=Attempt.Verdict.DELIVERED,
                code=SUCCESS,
                evidence=evidence,
            )
            for upload in rows
        ),
        batch_size=500,
    )
    Upload.objects.filter(pk__in=[upload.pk for upload in rows]).update(
        state=State.DELIVERED,
        acknowledged_bytes=F("size"),
        finished_at=at,
        next_attempt_at=None,
        result_code=SUCCESS,
        attempt_count=F("attempt_count") + 1,
    )


def _check_words(report: ManualReport, case: str, uploaded_on: date, *, now: datetime) -> None:
    if not case or len(case) > LONGEST_CASE_NUMBER or not case.isprintable():
        raise ReceiptRefused(
            _("Type the case number that the page showed, at most %(most)s signs.") % {"most": LONGEST_CASE_NUMBER}
        )
    if uploaded_on > (now + LATEST_ZONE).date():
        raise ReceiptRefused(_("%(day)s is in the future. Nothing was closed.") % {"day": uploaded_on})
    if uploaded_on < (report.gathered_at - EARLIEST_ZONE).date():
        raise ReceiptRefused(
            _("%(day)s is before %(report)s was gathered. Nothing was closed; look at the date.")
            % {"day": uploaded_on, "report": report}
        )
