"""Which rows, trees and messages does the style guide show? Objects as the pages know them, never saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict

from alerts.models import Alert, AlertServer
from alerts.preview import Told
from alerts.severity import Severity
from dashboard import alert_cards
from dashboard.alert_places import Place
from dashboard.forms import HistoryFilter
from dashboard.history import Chip, History
from dashboard.keyset_pages import Page
from dashboard.style_guide_server import FIRST_KEY, a_server
from payloads.reading import Node
from programs.catalog import programs
from programs.codes import CALL_HOME, TELEMETRY
from programs.models import Action, ConsentDecision, Door
from uploads.facets import Choice
from uploads.history import HistoryQuery
from uploads.models import Trigger, Upload
from uploads.states import State

SHA = "4be1c0de" * 8
NOTHING = (
    ("Nothing yet", "Nothing yet.", "The first upload leaves in 4 minutes."),
    ("Nothing matches", "Nothing matches.", "Remove a filter above, or show every upload."),
    ("Nothing known", "Not known since Tue 3 Mar, 06:14.", "That is not zero: the server has said nothing since."),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What Django keeps of one message."""

    level_tag: str
    words: str

    def __str__(self) -> str:
        return self.words


def messages() -> list[Message]:
    """One that went well and one that did not."""
    return [
        Message("success", "Saved and read back from the ledger: CEIP only. Entry 215."),
        Message("error", "Nothing was changed. Somebody decided this at 09:41; look again and decide anew."),
    ]


def pager() -> dict[str, Any]:
    """A page with neighbors on both sides."""
    return {"page": Page([], older="?", newer="?"), "label": "Example of pages", "kept": ""}


def no_pager() -> dict[str, Any]:
    """The only page."""
    return {"page": Page([], older="", newer=""), "label": "Example of one page", "kept": ""}


def history(now: datetime) -> dict[str, Any]:
    """A filtered history with an upload in every state."""
    server = a_server()
    address = QueryDict("program=telemetry")
    form = HistoryFilter(address, server=server)
    form.is_valid()
    facets = {
        "program": [Choice("telemetry", "Telemetry", 9), Choice("call_home", "Call Home", 0)],
        "state": [Choice("delivered", "Delivered", 120, is_more=True), Choice("failed", "Failed", 5)],
        "cause": [Choice("network_open", "No connection", 5)],
        "origin": [Choice("sent", "Sent from here", 9)],
    }
    rows = [_upload(server, state, number, now) for number, state in enumerate(State.values)]
    page = Page(rows, older="?", newer="")
    chips = [Chip("Program: Telemetry", "")]
    found = History(form, page, facets, chips, address.urlencode(), HistoryQuery(server=server))
    return {"server": server, "history": found, "any": True, "csv": "#history", "ndjson": "#history"}


def _upload(server: Any, state: str, number: int, now: datetime) -> Upload:
    at = now - timedelta(hours=26 * number + 3)
    failed = state in {State.FAILED, State.REFUSED}
    sealed = state != State.QUEUED
    return Upload(
        pk=400 - number,
        server=server,
        program=TELEMETRY,
        kind="compliance",
        period=at,
        created_at=at,
        state=state,
        trigger=Trigger.SCHEDULE,
        size=18_200 if sealed else 0,
        bundle_sha256=SHA if sealed else "",
        attempt_count=3 if failed else 1,
        next_attempt_at=now + timedelta(hours=20) if failed else None,
        result_code="CTX_UPLOADER_ERROR_NETWORK_OPEN" if failed else "",
    )


def nodes() -> list[Node]:
    """A small document: values that identify nobody, the server and a person, and one that is only a container."""
    program = programs()[CALL_HOME]
    elements = [element for upload in program.uploads for element in upload.elements()]
    shown = [next((one for one in elements if one.identifies == who), None) for who in ("none", "server", "user")]
    leaves = tuple(
        Node(one.name, text, one)
        for one, text in zip(shown, ("11.17.2.0 build 53100", "lic-ams-01", "9f86d081"), strict=True)
        if one
    )
    return [Node("CallHome", "", None, (Node("Server", "", None, leaves),))]


def ledger(now: datetime) -> dict[str, Any]:
    """Two decisions of people and one of ours."""
    facts = (
        (215, Action.GRANT, CALL_HOME, "dora", "Change request CR-2231"),
        (214, Action.HELD, CALL_HOME, "", ""),
        (213, Action.REPORT_MANUALLY, TELEMETRY, "ada", ""),
    )
    rows = [
        ConsentDecision(
            sequence=sequence,
            program=program,
            action=action,
            decided_at=now - timedelta(days=216 - sequence),
            decided_by=who,
            door=Door.PAGE,
            reason=reason,
            declaration_version="2026-03",
            elements=["server.name"],
            hash=SHA,
        )
        for sequence, action, program, who, reason in facts
    ]
    return {"decisions": rows, "server": a_server(), "with_program": True}


def told(now: datetime) -> dict[str, Any]:
    """Steps of a ladder, told and not told."""
    day = now.date()
    rows = [
        Told(day + timedelta(days=3), "120 XDT_ENT_UD licenses expire", 30, Severity.PLAN, ("Team mail",), ""),
        Told(day + timedelta(days=26), "120 XDT_ENT_UD licenses expire", 7, Severity.ACT, ("Team mail", "Pager"), ""),
        Told(day + timedelta(days=40), "CSS date", 90, Severity.WATCH, (), "No channel hears what is only watched."),
        Told(day + timedelta(days=34), "120 XDT_ENT_UD licenses expire", -1, Severity.ACT, ("Pager",), ""),
    ]
    return {"rows": rows, "count": len(rows), "none": ""}


def cards(now: datetime) -> Iterator[tuple[str, alert_cards.Card]]:
    """An alert in every state that changes what is shown."""
    soon, past = now + timedelta(days=2), now - timedelta(days=2)
    yield "Act this week", _card(1, now, pressing=True)
    yield "Acknowledged", _card(2, now, acknowledged_at=past, acknowledged_by="ben", acknowledged_severity=Severity.ACT)
    yield "Snoozed", _card(3, now, snoozed_until=soon, snoozed_by="ben", snooze_reason="The order is placed.")
    yield "Not known", _card(4, now, severity=Severity.UNKNOWN, title="The server version is not known")
    yield "Over", _card(5, now, closed_at=past, closed_because="A newer file grants 120 until 2028.")


def _card(number: int, now: datetime, *, pressing: bool = False, **facts: Any) -> alert_cards.Card:
    values: dict[str, Any] = {
        "rule": "license_expiry",
        "severity": Severity.ACT,
        "rung": 7,
        "title": "120 XDT_ENT_UD licenses expire",
        "detail": "They run to the end of Sat 14 Mar; then 0 of 120 remain.",
        "action": "Renew them and import the new license file.",
        "opened_at": now - timedelta(days=5),
        "seen_at": now,
        "server_count": 12 if pressing else 1,
        "escalated_at": now - timedelta(days=1) if pressing else None,
    }
    alert = Alert(pk=FIRST_KEY + number, **(values | facts))
    rows = [AlertServer(alert=alert, server=a_server())]
    heard = alert_cards.Told(told={"Team mail"}, failed={"Pager"} if pressing else set())
    return alert_cards.Card(alert, rows, heard, Place("#alerts", "Licenses"))
