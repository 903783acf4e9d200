"""Is there exactly one consistent state after a file came twice, at once, or was killed half-way?"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import OperationalError

from intake import importing
from intake.models import SourceReport
from intake.recognise import Kind
from licenses import usage
from licenses.models import Assignment, DailyPeak, License, LicenseFile, UsageSample
from servers.models import LicenseServer
from tests.factories import a_server, at_once, receive
from tests.intake.files import ONE_OF_EACH
from uploads.models import Attempt, Upload

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = (SourceReport, LicenseFile, License, UsageSample, DailyPeak, Assignment, Upload, Attempt)
WORLDS = [Kind.LICENSE_FILE, Kind.LMSTAT, Kind.UDADMIN, Kind.RESULT_FILE, Kind.UPLOADER_LOG, Kind.BUNDLE]
# What one import leaves: a row for each of TABLES.
ONCE = {
    Kind.LICENSE_FILE: [1, 1, 1, 0, 0, 0, 0, 0],
    Kind.LMSTAT: [1, 0, 0, 1, 1, 0, 0, 0],
    Kind.UDADMIN: [1, 0, 0, 1, 1, 2, 0, 0],
    Kind.RESULT_FILE: [1, 0, 0, 0, 0, 0, 1, 1],
    Kind.UPLOADER_LOG: [1, 0, 0, 0, 0, 0, 2, 2],
    Kind.BUNDLE: [1, 0, 0, 1, 1, 0, 1, 0],
}


def state() -> list[int]:
    return [model._default_manager.count() for model in TABLES]


@pytest.fixture
def server(transactional_db: None) -> LicenseServer:
    """The server that the usual license file is bound to."""
    return a_server("lic1")


@pytest.mark.parametrize("kind", WORLDS)
def test_twice_is_once(server: LicenseServer, kind: Kind) -> None:
    outcomes = [receive(server, ONE_OF_EACH[kind]).outcome for _ in range(3)]
    assert outcomes == ["imported", "duplicate", "duplicate"]
    assert state() == ONCE[kind]


@pytest.mark.parametrize("kind", WORLDS)
def test_at_once_is_once(server: LicenseServer, kind: Kind) -> None:
    found = at_once(lambda: receive(a_fresh(server), ONE_OF_EACH[kind]).outcome, times=4)
    assert sorted(map(str, found)) == ["duplicate", "duplicate", "duplicate", "imported"]
    assert state() == ONCE[kind]


def a_fresh(server: LicenseServer) -> LicenseServer:
    """As another process holds it."""
    return LicenseServer.objects.get(pk=server.pk)


def test_different_files_at_once_all_arrive(server: LicenseServer) -> None:
    waiting = list(WORLDS)
    at_once(lambda: receive(a_fresh(server), ONE_OF_EACH[waiting.pop()]).outcome, times=len(WORLDS))
    every = [sum(column) for column in zip(*ONCE.values(), strict=True)]
    every[TABLES.index(Upload)] -= 1  # the bundle and the result are of one second, so of one upload
    assert state() == every


@dataclass
class Step:
    """A place between two writes of one transaction."""

    module: object
    name: str


STEPS: dict[str, tuple[Kind, Step]] = {
    "before the licenses of the file": (Kind.LICENSE_FILE, Step(License.objects, "bulk_create")),
    "before the samples": (Kind.LMSTAT, Step(UsageSample.objects, "bulk_create")),
    "between samples and peaks": (Kind.LMSTAT, Step(usage, "_renew_peaks")),
    "before the assignments": (Kind.UDADMIN, Step(Assignment.objects, "bulk_create")),
    "between assignments and their use": (Kind.UDADMIN, Step(usage, "record")),
    "between an upload and its attempt": (Kind.RESULT_FILE, Step(Attempt.objects, "create")),
    **{f"before {kind} is remembered": (kind, Step(SourceReport, "save")) for kind in WORLDS},
    **{f"after {kind} is remembered": (kind, Step(importing, "remember")) for kind in WORLDS},
}


@pytest.mark.parametrize("case", STEPS)
def test_killed_half_way_is_never_and_then_once(
    server: LicenseServer, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    kind, step = STEPS[case]
    with monkeypatch.context() as patch:
        patch.setattr(step.module, step.name, killed())
        with pytest.raises(OperationalError, match="gone away"):
            receive(server, ONE_OF_EACH[kind])
    assert state() == [0] * len(TABLES)
    assert receive(server, ONE_OF_EACH[kind]).outcome == "imported"
    assert state() == ONCE[kind]


def killed() -> Callable[..., None]:
    def raises(*_: object, **__: object) -> None:
        raise OperationalError("the database has gone away")

    return raises
