"""Is no clear name anywhere, in no column and in no file, where names are kept as pseudonyms?"""

import os
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone
from pytest_django.fixtures import Settings

from intake import inbox
from intake.models import SourceReport
from intake.recognise import Kind
from licenses.models import Assignment, UsageSample
from servers.models import LicenseServer
from tests.factories import a_server, receive
from tests.intake.files import bundle, lmstat, pool, udadmin

pytestmark = pytest.mark.django_db
NAME = "Zacharias"
BILLED = f'<UsersBillable><ID timeLastLogin="at nine">{NAME}@example.test</ID></UsersBillable>'
NAMING: dict[Kind | str, bytes] = {
    Kind.LMSTAT: lmstat("F 20 1")
    + f"""  "F" v1.0, vendor: CITRIX\n  floating license\n
    {NAME} pc-01 pc-01 (v1.0) (lic1/27000 101), start {NAME} 6/1\n    {NAME} is lost\n""".encode(),
    Kind.UDADMIN: udadmin(NAME, f"HARBOR\\{NAME}") + f" {NAME} without a license\n".encode(),
    Kind.OPTIONS_FILE: (
        f"NOLOG IN\nGROUP night {NAME} ben\nMAX 1 XDT_PLT_UD USER {NAME}\nMAX {NAME} XDT_PLT_UD USER ben\n"
        f"RESERVE 1 XDT_PLT_UD USER “{NAME}”\nINCLUDE XDT_PLT_UD {NAME} ben\n"
    ).encode(),
    Kind.INVENTORY: (
        f'"PEM","SADate","LicenseModelType","Name"\n"XDT_PLT_UD","2027.0630","User","{NAME}"\n'
        f'"XDT_PLT_UD","{NAME}","User","{NAME}"\n"XDT_PLT_UD","{NAME}"\n'
    ).encode(),
    Kind.BUNDLE: bundle(pool(1, more=BILLED), info="<OrgID>7</OrgID>"),
    "unknown": f"The users of Monday: {NAME}, ben\n".encode(),
}


@pytest.fixture(autouse=True)
def pseudonymous(settings: Settings) -> None:
    """Names are kept as pseudonyms."""
    settings.PSEUDONYMIZE_NAMES = True


def everything_kept(data_dir: Path) -> str:
    """Every column of every table, and every file with its name."""
    rows = [repr(list(model._default_manager.values())) for model in apps.get_models()]
    files = [f"{path} {path.read_bytes()!r}" for path in data_dir.rglob("*") if path.is_file()]
    return "\n".join(rows + files)


@pytest.mark.parametrize("kind", NAMING)
def test_no_clear_name_stays(server: LicenseServer, data_dir: Path, kind: Kind | str) -> None:
    report = receive(server, NAMING[kind])
    assert report.kind == kind
    assert report.problem_count or kind == "unknown", "the sample has lines that are not understood"
    assert NAME.lower() not in everything_kept(data_dir).lower()


@pytest.mark.parametrize("kind", NAMING)
def test_no_clear_name_stays_in_the_watched_folder(data_dir: Path, kind: Kind | str) -> None:
    box = data_dir / "inbox" / "lic1"
    box.mkdir(parents=True)
    (box / "report.txt").write_bytes(NAMING[kind])
    os.utime(box / "report.txt", (1, 1))
    assert inbox.scan(now=timezone.now()) == 1
    assert SourceReport.objects.get().kind == kind
    assert NAME.lower() not in everything_kept(data_dir).lower()


def test_a_refused_file_that_is_not_kept_leaves_its_reason(data_dir: Path) -> None:
    box = data_dir / "inbox" / "lic1"
    box.mkdir(parents=True)
    (box / "report.txt").write_bytes(NAMING["unknown"])
    os.utime(box / "report.txt", (1, 1))
    inbox.scan(now=timezone.now())
    (reason,) = (box / "rejected").iterdir()
    assert reason.name == "report.txt.reason.txt"
    assert "not kept here, because it may name people" in reason.read_text()


def test_what_names_nobody_is_kept_as_ever(server: LicenseServer, data_dir: Path) -> None:
    receive(server, b"INCREMENT F CITRIX 2027.0630 permanent 5 SIGN=0\n")
    assert len([path for path in (data_dir / "reports").rglob("*") if path.is_file()]) == 1


def test_the_same_person_is_the_same_word_and_is_counted_once(server: LicenseServer) -> None:
    receive(server, udadmin("ada", "ben"))
    receive(server, udadmin("ADA", "cleo", minutes=1))
    names = {one.name: one.gone_at for one in Assignment.objects.all()}
    assert len(names) == 3
    assert Assignment.objects.held().count() == 2
    assert all(one.is_pseudonym for one in Assignment.objects.all())


def test_one_person_is_one_word_on_every_server(server: LicenseServer) -> None:
    for owner in (server, a_server("lic2")):
        receive(owner, udadmin("ada"))
    assert Assignment.objects.count() == 2
    assert Assignment.objects.values("name").distinct().count() == 1


@time_machine.travel("2026-06-01T12:00:00Z", tick=False)
def test_the_counts_stay_right(server: LicenseServer) -> None:
    receive(server, udadmin("ada", "ben", devices=("dock-05",)))
    assert UsageSample.objects.get().in_use == Assignment.objects.held().count() == 3
