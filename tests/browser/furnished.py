"""What stands in the rooms that the sweep walks through? Every state that a page has, made in one go inside a stack."""

import json
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tokens import create_token
from alerts.bulk_models import Act, BulkAct, BulkItem
from alerts.channel_book import add_channel
from alerts.channel_wish import ChannelWish
from alerts.feed_addresses import make_address
from alerts.models import Alert
from alerts.thresholds import Scope, save_threshold
from programs.policy import PolicyWish, draft, dry_run
from programs.policy_plan import Choice
from servers.models import LicenseServer, ProviderOverride, ReportingMode, ServerGroup
from servers.registration import confirm, open_code
from servers.registry import add_server, change_server
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import an_upload
from tests.factories import increment, license_file, receive
from tests.stories.running_stack import Stack
from uploads.manual_report import Wish, gather
from uploads.models import Attempt, Trigger, Upload
from uploads.own_state import DiskReading
from uploads.sealing import seal_preview
from uploads.states import State

LONG = f"{'lic-' + 'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 55}.example"
ODD = "שרת-רישוי <b>&amp; 🦊 <script>x</script>"
LMSTAT = "Users of XDT_PLT_CCS:  (Total of 500 licenses issued;  Total of 312 licenses in use)\n"


def furnish() -> None:
    """Make it all, and print where it is: the numbers of rows, and the cookies of an administrator and of a viewer."""
    ada = User.objects.get(username="ada")
    facts: dict[str, Any] = {"ada": session_of(ada)}
    facts["cleo"] = session_of(User.objects.create_user("cleo", role=Role.VIEWER))
    facts |= _busy(ada) | _by_hand() | _others()
    facts |= _told(LicenseServer.objects.get(guid=facts["busy"]), ada)
    call_command("evaluate_alerts", stdout=StringIO())
    facts["open"] = Alert.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True)[0]
    sys.stdout.write(json.dumps(facts, default=str))  # the caller is another process


def session_of(user: User) -> str:
    """The cookie of a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client.cookies["sessionid"].value


def _busy(ada: User) -> dict[str, Any]:
    """Licenses in every state, use, uploads in every state, decisions, a code that waits, a sealed preview."""
    server = add_server(name="lic-ams-01.corp.example", group=ServerGroup.objects.create(name="Amsterdam"))
    soon = f"{timezone.now() + timedelta(days=5):%d-%b-%Y}".lower()
    lines = (
        increment("XDT_PLT_CCS", count=500, extra="OVERDRAFT=50 SN=A-1"),
        increment("XDT_ENT_UD", expiry=soon, count=120),
        increment("MPS_ENT_CCU", version="2008.0101", expiry="1-jan-2009"),
    )
    report = receive(server, license_file(*lines, host="lic-ams-01"), name="desktops.lic")
    receive(server, license_file("INCREMENT XDT", host="lic-ams-01"), name="torn.lic")
    receive(server, LMSTAT.encode(), name="lmstat.txt")
    call_command("decide", "call_home", "grant", server=server.name, reason="Change request CR-2231", stdout=StringIO())
    open_code(server, code="K7Q2M9XD", remote_id="r-1", at=timezone.now(), by="ada", destination="127.0.0.1:9")
    sent = an_upload(server, state=State.DELIVERED, days_ago=1 + list(State).index(State.DELIVERED), requested_by=ada)
    for state in (State.FAILED, State.REFUSED, State.CANCELED):
        an_upload(server, state=state, days_ago=1 + list(State).index(state), requested_by=ada)
    failed = an_upload(server, state=State.FAILED, days_ago=20, program="call_home", kind="diagnostic")
    _attempts(failed)
    for ago in range(1, 31):
        at = timezone.now() - timedelta(days=ago)
        DiskReading.objects.create(day=at.date(), at=at, total=10**11, free=10**10 * 4 + ago * 10**9)
    for kind in ("compliance", "usage"):
        seal_preview(server, program_code="telemetry", kind=kind, at=timezone.now())
    return {"busy": server.guid, "sent": sent.pk, "failed": failed.pk, "report": report.pk}


def _attempts(upload: Upload) -> None:
    for number, code in enumerate(("CTX_UPLOADER_ERROR_NETWORK_OPEN", "SOMETHING_NOBODY_KNOWS"), start=1):
        Attempt.objects.create(
            upload=upload,
            number=number,
            started_at=upload.created_at,
            finished_at=upload.created_at + timedelta(seconds=4),
            verdict=Attempt.Verdict.TRY_AGAIN,
            code=code,
            evidence="ConnectionRefusedError: [Errno 111] " + "x" * 200,
            destination="cis.example:443",
        )


def _by_hand() -> dict[str, Any]:
    """A server whose reports are carried, with a set on its way that nobody has a receipt for."""
    server = add_server(name="lic-lab-07.example")
    receive(server, license_file(host="lic-lab-07"))
    preview = seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())
    change_server(server, reporting_mode=ReportingMode.MANUAL)
    facts: dict[str, Any] = {
        "bundle_sha256": preview.bundle_sha256,
        "bundle_name": preview.bundle_name,
        "size": preview.size,
    }
    an_upload(server, state=State.READY, trigger=Trigger.CARRIED, **facts)
    report = gather(Wish((server,)), by="ada", at=timezone.now())
    return {"by_hand": server.guid, "courier": report.pk}


def _others() -> dict[str, Any]:
    """One without anything, one of a service provider, one that is registered, and two with names that hurt."""
    bare = add_server(name="lic-new-02.example")
    provider = add_server(name="lic-csp-01.example", provider_override=ProviderOverride.YES)
    receive(provider, license_file(host="lic-csp-01"))
    code = open_code(provider, code="A1B2C3D4", remote_id="r-2", at=timezone.now(), by="ada")
    confirm(code, customer_id="exampleco4711", at=timezone.now())
    long = add_server(name=LONG, group=ServerGroup.objects.create(name="G" * 100))
    receive(long, license_file(increment("X" * 60, count=1), host="long"))
    odd = add_server(name="lic-odd.example", group=ServerGroup.objects.create(name=ODD))
    receive(odd, license_file(increment("ODD", extra=f'NOTICE="{ODD}"'), host="lic-odd"), name=f"{ODD}.lic")
    call_command("decide", "ceip", "grant", server=odd.name, reason=ODD, stdout=StringIO())
    an_upload(odd, state=State.FAILED)
    return {"bare": bare.guid, "provider": provider.guid, "long": long.guid, "odd": odd.guid}


def _told(server: LicenseServer, ada: User) -> dict[str, Any]:
    """Channels with what they answered, ladders, addresses, tokens, and alerts that are over, asleep or odd."""
    now = timezone.now()
    channel, _ = add_channel(
        ChannelWish(name="On call", way="webhook", target="https://127.0.0.1:9/hook"), by=ada, now=now
    )
    alert = an_alert(server, problem="over", closed_at=now, closed_because="A newer file grants 120 until 2028.")
    notice = a_notice(alert)
    for verdict, state in (("sent", "delivered"), ("sent", "failed"), ("skipped", "")):
        a_delivery(notice, a_channel(f"Team {verdict} {state}"), verdict=verdict, state=state)
    threshold = save_threshold(Scope(feature="XDT_PLT_CCS", server=server), days=(90, 30, 7), by=ada, now=now)
    policy = draft(PolicyWish(name="Share nothing", choice=Choice(sharing="none")), by=ada, now=now)
    dry_run(policy, by=ada, now=now)
    bulk = BulkAct.objects.create(act=Act.ARCHIVE, reason=ODD, by=ada, by_name="ada", digest="x", created_at=now)
    BulkItem.objects.create(act=bulk, server=server, result=BulkItem.Result.REFUSED, why="It is not archived twice.")
    make_address(ada, feed="calendar", name="My phone", now=now)
    create_token(ada, name="nightly import")
    make_address(ada, feed="atom", name=ODD, now=now)
    return {"channel": channel.pk, "over": alert.pk, "threshold": threshold.pk, "policy": policy.pk, "bulk": bulk.pk}


def facts_of(stack: Stack) -> dict[str, Any]:
    """Furnish this stack from outside; where everything is."""
    done = stack.manage("shell", "-v", "0", "-c", "from tests.browser.furnished import furnish; furnish()")
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts
