"""Which pages are there, in which states, and which addresses are none? The house checks that none is left out."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.dashboard.test_routes import POSTS, WITH_A_KEY_OF_THEIR_OWN

# Files and what other programs read.
DOWNLOADS = {
    "live",
    "ready",
    "firewall_rules",
    "usage_csv",
    "servers_csv",
    "export_ledger",
    "receipt",
    "preview_bundle",
    "manual_volume",
    "fleet_uploads_csv",
    "fleet_uploads_ndjson",
    "uploads_csv",
    "uploads_ndjson",
    "upload_bundle",
    "upload_result",
} | WITH_A_KEY_OF_THEIR_OWN
# Parts of pages that htmx asks for; the pages that hold them are looked at.
PARTS = {"set_language", "policy_progress", "network_check_panel", "bell", "registration", "live_upload"}
NO_PAGES = DOWNLOADS | PARTS | POSTS


@dataclass(frozen=True)
class Room:
    """One page in one state. `arguments` name what `furnished` made; `who` looks: ada, cleo, or a stranger ("")."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    who: str = "ada"
    status: int = 200

    def address(self, facts: dict[str, Any]) -> str:
        """Where it is in the stack that these facts came from."""
        values = {name: facts.get(str(value), value) for name, value in self.arguments.items()}
        return reverse(self.name, kwargs=values or None) + self.query.format(**facts)

    @property
    def label(self) -> str:
        """A name for a picture of it."""
        words = [self.name, *map(str, self.arguments.values()), self.query.strip("?").replace("&", " "), self.who]
        return " ".join(word for word in words if word and word != "ada")


def of(server: str, *names: str, who: str = "ada", query: str = "") -> list[Room]:
    """Pages of one server."""
    return [Room(name, {"guid": server}, query, who) for name in names]


def all_servers(*names: str, who: str = "ada", query: str = "") -> list[Room]:
    """Pages of all."""
    return [Room(name, {}, query, who) for name in names]


SERVER_PAGES = ("overview", "licenses", "uploads", "settings", "audit", "manual", "server_alerts")
FLEET_PAGES = ("servers", "alerts", "fleet_uploads", "manual_fleet", "network_check", "channels", "thresholds")
ALWAYS = all_servers(*FLEET_PAGES, "closed_alerts", "feeds", "why", "add_server", "add_channel", "account", "people")
ALWAYS += all_servers("installation")
ALWAYS += all_servers("policies", "new_policy")
EMPTY = [room for room in ALWAYS if room.name not in {"add_channel", "account", "why", "new_policy"}]
PROGRAMS = ("telemetry", "call_home", "ceip", "event_data")
FURNISHED = [
    *ALWAYS,
    *of("busy", *SERVER_PAGES, "closed_server_alerts"),
    *of("bare", "overview", "licenses", "uploads", "settings", "audit", "server_alerts"),
    *of("by_hand", "overview", "uploads", "manual", "settings"),
    *of("provider", "settings", "licenses", "overview"),
    *of("long", "overview", "licenses", "settings", "manual"),
    *of("odd", "overview", "uploads", "audit", "licenses"),
    *of("busy", "settings", "licenses", "uploads", "manual", who="cleo"),
    *of("busy", "uploads", query="?state=failed"),
    *of("busy", "uploads", query="?state=lost&since=2026-02-31"),
    *of("busy", "overview", query="?dates=all"),
    *of("busy", "product", query="?code=XDT_PLT_CCS&days=90"),
    Room("product", {"guid": "bare"}, "?code=NOTHING", status=404),
    *(Room("program", {"guid": "busy", "code": code}) for code in PROGRAMS),
    Room("program", {"guid": "busy", "code": "telemetry"}, "?q=nothing+like+it"),
    Room("program", {"guid": "busy", "code": "telemetry"}, who="cleo"),
    Room("elements", {"guid": "busy", "code": "telemetry"}, "?kind=usage"),
    Room("licenses", {"guid": "busy"}, "?reports={report}"),
    Room("upload", {"guid": "busy", "upload_id": "sent"}),
    Room("upload", {"guid": "busy", "upload_id": "failed"}),
    Room("cancel_upload", {"guid": "busy", "upload_id": "failed"}),
    Room("decision", {"guid": "busy", "sequence": 1}),
    *all_servers("fleet_uploads", query="?state=failed"),
    *all_servers("alerts", "channels", "thresholds", "account", "manual_fleet", who="cleo"),
    *all_servers("alerts", query="?group=act&rule=license_expiry"),
    Room("alerts", {}, "?server=nobody", status=422),
    *all_servers("why", query="?kind=backup"),
    *all_servers("why", query="?alert={open}"),
    *all_servers("servers", query="?verdict=act&q=lic"),
    *all_servers("dry_run", query="?all=1&act=share:ceip"),
    *all_servers("dry_run", query="?all=1&act=group"),
    *all_servers("search", query="?q=lic"),
    *all_servers("search", query="?q=nothing+like+it"),
    Room("bulk_act", {"act_id": "bulk"}),
    Room("policy", {"policy_id": "policy"}),
    Room("edit_policy", {"policy_id": "policy"}),
    Room("undo_policy", {"policy_id": "policy"}),
    Room("alert", {"alert_id": "over"}),
    Room("alert", {"alert_id": "open"}),
    Room("channel", {"channel_id": "channel"}),
    Room("thresholds", {}, "?edit={threshold}"),
    Room("manual_report", {"report_id": "courier"}),
    Room("custody_sheet", {"report_id": "courier"}),
    *(Room("style_guide", {"part": part}) for part in ("signs", "line", "instruments", "lists", "panels")),
    Room("style_guide"),
    Room("sign_in", who=""),
    Room("setup", {"secret": "used-up"}, who="", status=410),
    Room("join", {"secret": "used-up"}, who="", status=410),
    Room("overview", {"guid": "00000000-0000-0000-0000-000000000000"}, status=404),
    Room("add_channel", who="cleo", status=403),
    Room("home"),
    Room("resume"),
    Room("demo", status=404),  # this installation is none
]
