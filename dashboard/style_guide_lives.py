"""Which working panels does the style guide show? The same objects as on the pages, standing still."""

from datetime import datetime, timedelta
from typing import Any

from dashboard.courier import Courier, VolumeRow
from dashboard.live import Live
from dashboard.style_guide_server import FIRST_KEY, a_server
from intake.models import Outcome, SourceReport
from licenses.service_provider import Detection
from servers.models import CloudRegistration, ProviderOverride
from uploads.asking_for_checks import Checks, Stage
from uploads.courier_cleanup import Leftovers
from uploads.courier_models import ManualReport, ManualVolume
from uploads.courier_open import OpenVolume
from uploads.kept_sentences import kept
from uploads.models import Trigger, Upload
from uploads.network_check import Report
from uploads.network_findings import Check, State
from uploads.own_state import NetworkCheck
from uploads.progress import Progress
from uploads.watchdog import Silence

SHA = "4be1c0de" * 8


def uploads(now: datetime) -> dict[str, Any]:
    """One waits, one runs, one has said nothing for a while, and one is being canceled."""
    ticking = Progress(bytes_per_second=310_000, remaining=timedelta(seconds=40))
    silent = Progress(bytes_per_second=310_000, silent_since=now - timedelta(minutes=3))
    moving = [
        Live(_upload(1, now, state="queued"), Progress()),
        Live(_upload(2, now, state="sending", acknowledged_bytes=6_400_000), ticking),
        Live(_upload(3, now, state="sending", acknowledged_bytes=1_200_000), silent),
        Live(_upload(4, now, state="sending", cancel_asked_at=now, cancel_reason="Canceled by ben."), Progress()),
    ]
    return {"moving": moving, "server": a_server(), "mark": "", "said": "", "polled": False}


def _upload(number: int, now: datetime, **facts: Any) -> Upload:
    sealed = facts["state"] != "queued"
    values: dict[str, Any] = {
        "program": "telemetry",
        "kind": ("compliance", "usage", "inventory", "events")[number - 1],
        "period": now,
        "created_at": now - timedelta(minutes=number),
        "trigger": Trigger.PERSON,
        "size": 10_000_000 if sealed else 0,
        "bundle_sha256": SHA if sealed else "",
        "destination": "cis.example:443",
        "attempt_count": int(sealed),
    }
    return Upload(pk=FIRST_KEY + number, server=a_server(), **(values | facts))


def reports(now: datetime) -> list[SourceReport]:
    """Imported, with a line that was not understood, here already, and refused."""
    problem = {"line": 14, "text": "INCREMENT XDT", "sentence": "The line ends before the vendor.", "severity": "error"}
    facts: list[tuple[str, str, list[dict[str, object]]]] = [
        (Outcome.IMPORTED, "2 licenses of 1 product, 500 in all.", []),
        (Outcome.IMPORTED, "1 license; one line was not understood.", [problem]),
        (Outcome.DUPLICATE, "The same bytes came in on 3 March.", []),
        (Outcome.REJECTED, "No kind of file that is known here.", [problem]),
    ]
    return [
        SourceReport(
            name="desktops.lic",
            sha256=SHA,
            size=1820,
            kind="license_file",
            outcome=outcome,
            summary=words,
            problems=problems,
            problem_count=len(problems),
            received_at=now,
        )
        for outcome, words, problems in facts
    ]


def courier(now: datetime) -> dict[str, Any]:
    """Two volumes, one taken, and a gap that the index names."""
    row = ManualReport(
        pk=FIRST_KEY,
        export_id="a1b2c3d4",
        newest_period=now,
        signed_with=SHA,
        gathered_by="ben",
        gathered_at=now - timedelta(days=2),
        missing=[{"sentence": "lic-ams-01 has no report for days 14 to 27."}],
    )
    volumes = [
        VolumeRow(ManualVolume(number=1, size=9_800_000, sha256=SHA), "volume-1.zip", 14, 0, handed_out=True),
        VolumeRow(ManualVolume(number=2), "volume-2.zip", 6, 0, handed_out=False),
    ]
    waiting = [OpenVolume(2, 2, "compliance", 6, is_whole=True, where=("days 14 to 19 of lic-ams-01",))]
    found = Courier(row, volumes, waiting, Leftovers((), ()), [], servers=3, bundles=20)
    return {"courier": found}


def registration(now: datetime) -> dict[str, Any]:
    """The code is shown and waits to be typed in."""
    found = CloudRegistration(
        state=CloudRegistration.State.WAITING, code="K7Q2M9XD", expires_at=now + timedelta(minutes=14)
    )
    address = "https://cloud.example/register"
    return {"registration": found, "server": a_server(), "confirmation_address": address}


def provider() -> dict[str, Any]:
    """A rule fired, so Call Home is enforced."""
    found = Detection(True, "license type", "2 licenses of the type Service Provider were found on 4 March.")
    return {"detection": found, "server": a_server(), "overrides": ProviderOverride.choices}


def network_check(now: datetime) -> dict[str, Any]:
    """Well, slow, failed, left out, not applicable, and one more under way."""
    checks = (
        Check("dns", State.OK, kept("cis.example is 192.0.2.7."), "192.0.2.7", seconds=0.02),
        Check("clock", State.WARNING, kept("9 minutes ahead."), cause=kept("It runs fast."), fix=kept("Set up NTP.")),
        Check(
            "tls",
            State.FAILED,
            kept("Not trusted."),
            cause=kept("Somebody opens TLS on the way."),
            fix=kept("Import that CA."),
            evidence="self-signed certificate in certificate chain",
        ),
        Check("trial", State.SKIPPED, kept("Left out because the certificate is not trusted.")),
        Check("proxy", State.NOT_APPLICABLE, kept("None is set.")),
    )
    report = Report("worker-1", "192.0.2.20", "cis.example:443", "", checks, (), 0.42)
    newest = NetworkCheck(pk=FIRST_KEY, asked_at=now, finished_at=now - timedelta(minutes=40))
    waiting = NetworkCheck(pk=FIRST_KEY + 1, asked_at=now - timedelta(seconds=20))
    return {"checks": Checks(waiting, Stage.UNCLAIMED, newest), "report": report, "moved_on": False}


def silence(now: datetime) -> dict[str, Any]:
    """Nothing leaves by itself, since when, why, and what to do."""
    since = now - timedelta(hours=3)
    cause, fix = "The scheduler has not been heard since.", "Start it again."
    return {"one": Silence("beat", "No upload leaves by itself", since, cause, fix)}
