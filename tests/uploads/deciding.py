"""How do the tests decide? As the doors do: with the text that is in force, and through the stories of `uploads`."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from programs.catalog import program
from programs.consent import decide
from programs.models import Action, ConsentDecision, Door
from programs.texts import decision_text
from servers.models import LicenseServer, ReportingMode
from uploads.models import Upload
from uploads.starting import start_upload
from uploads.withdrawing import Acknowledged, hold_back, set_reporting_mode, withdraw

MANUAL, ELECTRONIC = ReportingMode.MANUAL, ReportingMode.ELECTRONIC


def report(server: LicenseServer, mode: str, **facts: Any) -> Acknowledged:
    """Telemetry by hand or over the network, as an administrator decides it on the page."""
    action = Action.REPORT_MANUALLY if mode == MANUAL else Action.REPORT_ELECTRONICALLY
    text = decision_text(program("telemetry"), action).sha256
    return set_reporting_mode(server, mode=mode, by="ada", door=Door.PAGE, text_sha256=text, **facts)


def grant(server: LicenseServer, code: str = "call_home", **facts: Any) -> ConsentDecision:
    text = decision_text(program(code), Action.GRANT).sha256
    return decide(server, program_code=code, action=Action.GRANT, by="dora", door=Door.PAGE, text_sha256=text, **facts)


def withdraws(server: LicenseServer, code: str = "call_home", **facts: Any) -> Acknowledged:
    text = decision_text(program(code), Action.WITHDRAW).sha256
    return withdraw(server, program_code=code, by="dora", door=Door.PAGE, text_sha256=text, **facts)


def holds(server: LicenseServer, *elements: str, code: str = "call_home") -> Acknowledged:
    text = decision_text(program(code), Action.REFUSE_ELEMENTS).sha256
    return hold_back(server, program_code=code, elements=elements, by="dora", door=Door.PAGE, text_sha256=text)


def starts(server: LicenseServer, code: str = "call_home", sha256: str = "") -> Upload:
    kind = program(code).uploads[0].kind
    return start_upload(server, program_code=code, kind=kind, by=None, bundle_sha256=sha256)


def an_element(code: str = "call_home") -> str:
    return next(program(code).uploads[0].elements()).path


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
