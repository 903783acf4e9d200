"""Does the one rule say who sends, and why?"""

from dataclasses import replace
from datetime import UTC, datetime

from programs.catalog import program
from programs.participation import State, participation, permitted_elements
from servers.models import LicenseServer, ReportingMode

TELEMETRY = program("telemetry")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_server(**facts: object) -> LicenseServer:
    return LicenseServer(name="lic1", service_started_at=NOON, **facts)


def test_mandatory_telemetry_is_sent_electronically() -> None:
    found = participation(TELEMETRY, a_server())
    assert (found.state, found.sends) == (State.MANDATORY, True)
    assert found.reason == "Required by the license terms. It is sent electronically."


def test_manual_reporting_sends_nothing_and_stays_required() -> None:
    found = participation(TELEMETRY, a_server(reporting_mode=ReportingMode.MANUAL))
    assert (found.state, found.sends) == (State.MANDATORY, False)
    assert found.reason == "Required. Reports are carried by hand; nothing is sent."


def test_an_archived_server_sends_nothing() -> None:
    found = participation(TELEMETRY, a_server(archived_at=NOON))
    assert (found.state, found.sends) == (State.MANDATORY, False)
    assert "archived" in found.reason


def test_an_optional_program_is_off_before_somebody_chooses_it() -> None:
    found = participation(replace(TELEMETRY, basis="optional"), a_server())
    assert (found.state, found.sends) == (State.OFF, False)
    assert found.reason == "Optional and not chosen. Nothing is collected or sent."


def test_an_archived_server_never_sends_an_optional_program_either() -> None:
    assert not participation(replace(TELEMETRY, basis="optional"), a_server(archived_at=NOON)).sends


def test_of_a_mandatory_program_every_declared_element_may_leave() -> None:
    upload = TELEMETRY.upload("compliance")
    assert permitted_elements(upload) == tuple(upload.elements())
