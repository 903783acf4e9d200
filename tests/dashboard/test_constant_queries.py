"""Does a page ask the database as often for thirty of everything as for three?"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from alerts.bulk_models import Act, BulkAct, BulkItem
from alerts.feed_addresses import make_address
from alerts.severity import Severity
from alerts.thresholds import Scope, save_threshold
from programs.catalog import programs
from programs.consent import decide
from programs.models import Action, Door
from programs.policy import PolicyWish, draft, dry_run
from programs.policy_plan import Choice
from programs.texts import decision_text
from servers.models import LicenseServer, ReportingMode, ServerGroup
from servers.registry import add_server
from tests.browser.rooms import FURNISHED, Room
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import Login, an_upload
from tests.factories import increment, license_file, receive
from uploads.manual_report import Wish, gather
from uploads.models import Attempt, Trigger
from uploads.own_state import DiskReading
from uploads.sealing import seal_preview
from uploads.states import State

FEW, MANY = 3, 30
# One person and two servers stand for all: one of which there is much, and one whose reports are carried.
OTHER_SERVERS = {"long", "odd", "provider", "bare"}
ROOMS = [
    room
    for room in FURNISHED
    if room.who == "ada" and room.status == 200 and not OTHER_SERVERS & {str(one) for one in room.arguments.values()}
]


@dataclass
class Fleet:
    """Servers, and of one of them so many of everything that a page lists. It can only grow."""

    ada: User
    count: int = 0
    servers: list[LicenseServer] = field(default_factory=list)
    by_hand: list[LicenseServer] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def grow(self, count: int) -> None:
        """Until there are so many."""
        for number in range(self.count, count):
            group = ServerGroup.objects.create(name=f"Group {number}")
            server = add_server(name=f"lic-{number:02}.example", group=group)
            self.servers.append(server)
            receive(server, license_file(increment(expiry=soon(number)), host=server.short_name))
            an_upload(server, state=State.FAILED, days_ago=50 + number)
            self.one_more(number)
        self.count = count
        self.tell()
        self.carry()
        self.agree()
        call_command("evaluate_alerts", stdout=StringIO())
        for severity in Severity:
            an_alert(*self.servers, problem=f"{severity} {count}", severity=severity)

    @property
    def busy(self) -> LicenseServer:
        """The server with much of everything."""
        return self.servers[0]

    def one_more(self, number: int) -> None:
        """One more license, upload, attempt, decision, reading, token, address and ladder."""
        now, server = timezone.now(), self.busy
        feature = f"FEATURE_{number}" if number else "XDT_PLT_CCS"
        report = receive(server, license_file(increment(feature, expiry=soon(number)), host=server.short_name))
        sent = an_upload(server, days_ago=number + 1, requested_by=self.ada)
        failed = an_upload(server, state=State.FAILED, days_ago=number + 1.5)
        if not number:
            self.facts |= {"busy": server.guid, "sent": sent.pk, "failed": failed.pk, "report": report.pk}
        Attempt.objects.create(
            upload_id=self.facts["failed"], number=number + 1, started_at=now, finished_at=now, code="CTX_X"
        )
        action = Action.WITHDRAW if number % 2 else Action.GRANT
        sha256 = decision_text(programs()["call_home"], action).sha256
        decide(server, program_code="call_home", action=action, by=self.ada, door=Door.PAGE, text_sha256=sha256)
        day = (now - timedelta(days=number + 1)).date()
        DiskReading.objects.create(day=day, at=now, total=10**11, free=10**10 + number * 10**9)
        create_token(self.ada, name=f"token {number}")
        make_address(self.ada, feed="calendar", name=f"phone {number}", now=now)
        ladder = save_threshold(Scope(feature=feature, server=server), days=(30, 7), by=self.ada, now=now)
        self.facts["threshold"] = ladder.pk

    def tell(self) -> None:
        """An alert of all servers that every channel was told of; each time one that is over, and one that is not."""
        now = timezone.now()
        for problem, facts in (("open", {}), ("over", {"closed_at": now, "closed_because": "It was renewed."})):
            alert = an_alert(*self.servers, problem=f"{problem} {self.count}", **facts)
            self.facts[problem] = alert.pk
            for number in range(self.count):
                channel = a_channel(f"Team {problem} {self.count} {number}")
                a_delivery(a_notice(alert, rung=number), channel)
                self.facts["channel"] = channel.pk

    def agree(self) -> None:
        """A policy that was tried on all of them, and an act that all of them refused."""
        now = timezone.now()
        policy = draft(PolicyWish(name=f"Policy {self.count}", choice=Choice(sharing="none")), by=self.ada, now=now)
        dry_run(policy, by=self.ada, now=now)
        bulk = BulkAct.objects.create(act=Act.ARCHIVE, by_name="ada", digest="x", created_at=now)
        refused = BulkItem.Result.REFUSED
        BulkItem.objects.bulk_create(BulkItem(act=bulk, server=one, result=refused, why="No.") for one in self.servers)
        self.facts |= {"policy": policy.pk, "bulk": bulk.pk}

    def carry(self) -> None:
        """Servers whose reports are carried, and one set on its way. Each open set is shown whole, so there is one."""
        preview = seal_preview(self.busy, program_code="telemetry", kind="compliance", at=timezone.now())
        facts: dict[str, Any] = {
            "bundle_sha256": preview.bundle_sha256,
            "bundle_name": preview.bundle_name,
            "size": preview.size,
        }
        for number in range(len(self.by_hand), self.count):
            server = add_server(name=f"by-hand-{number}.example")
            LicenseServer.objects.filter(pk=server.pk).update(reporting_mode=ReportingMode.MANUAL)
            server.refresh_from_db()
            an_upload(server, state=State.READY, trigger=Trigger.CARRIED, days_ago=number + 1, **facts)
            an_upload(server, days_ago=number + 40)
            self.by_hand.append(server)
        if "courier" not in self.facts:
            report = gather(Wish(tuple(self.by_hand)), by="ada", at=timezone.now())
            self.facts |= {"by_hand": self.by_hand[0].guid, "courier": report.pk}


def soon(number: int) -> str:
    """A day on which something expires, as license files write it."""
    return f"{timezone.now() + timedelta(days=5 + number % 3 * 20 + number):%d-%b-%Y}".lower()


def asked(client: Client, room: Room, facts: dict[str, Any]) -> Counter[str]:
    """The questions behind a page, without their values."""
    address = room.address(facts)
    client.get(address)  # whatever is read only once is known now
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code in {200, 302}, (room.label, response.status_code)
    return Counter(re.sub(r"\(?(\d+|%s|'[^']*')(, (\d+|'[^']*'))*\)?", "?", one["sql"])[:400] for one in queries)


@pytest.mark.django_db
def test_every_page_asks_as_often_for_thirty_as_for_three(ada: User, login: Login, data_dir: Path) -> None:
    client, fleet = login(ada), Fleet(ada)
    fleet.grow(FEW)
    few = {room.label: asked(client, room, fleet.facts) for room in ROOMS}
    fleet.grow(MANY)
    many = {room.label: asked(client, room, fleet.facts) for room in ROOMS}
    more = {label: many[label] - few[label] for label in few if many[label].total() > few[label].total()}
    assert {label: (few[label].total(), many[label].total(), dict(found)) for label, found in more.items()} == {}
