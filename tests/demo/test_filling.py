"""Does a filled demo hold what it promises, and does everything in it pass the checks of the product itself?"""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db.models import Count, F, Max, Min
from django.test import override_settings

from accounts.models import User
from accounts.roles import Role
from accounts.setup_link import new_setup_secret
from alerts.channel_models import Delivery, Message
from alerts.clocks import clocks_of
from alerts.models import Alert
from alerts.reading_installation import EVALUATED
from demo.filling import NoDemo, fill
from demo.fleet import MOST, Story, fleet
from demo.standing import standing
from intake.models import Outcome, SourceReport
from licenses.models import DailyPeak, UsageSample
from programs.consent import states_of
from programs.ledger import verify
from programs.models import ConsentDecision
from servers.models import LicenseServer
from tests.demo.conftest import NOW
from uploads import bundle_store
from uploads.courier_models import ManualReport
from uploads.dispatch import plan_due
from uploads.models import Attempt, Tick, Upload
from uploads.retention import tidy
from uploads.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_demo")]


def story(name: Story) -> LicenseServer:
    machine = next(one for one in fleet(MOST) if one.story is name)
    return LicenseServer.objects.get(name=machine.name)


def test_every_server_is_marked_and_named_so_that_it_exists_nowhere() -> None:
    assert LicenseServer.objects.filter(is_demo=True, name__endswith=".example").count() == 8


def test_the_ledger_is_whole_and_in_the_order_of_its_days() -> None:
    assert verify().is_whole
    moments = list(ConsentDecision.objects.order_by("sequence").values_list("decided_at", flat=True))
    assert moments == sorted(moments)
    assert max(moments) <= NOW


def test_the_peak_of_each_day_is_the_highest_of_its_samples() -> None:
    samples: Counter[tuple[int, str, object]] = Counter()
    peaks: dict[tuple[int, str, object], int] = {}
    for one in UsageSample.objects.select_related("server"):
        place = (one.server_id, one.feature, one.at.astimezone(one.server.zone).date())
        samples[place] += 1
        peaks[place] = max(peaks.get(place, 0), one.in_use or 0)
    kept = {(one.server_id, one.feature, one.day): (one.in_use, one.samples) for one in DailyPeak.objects.all()}
    assert kept == {place: (peak, samples[place]) for place, peak in peaks.items()}


def test_the_attempts_of_every_upload_are_numbered_without_a_gap() -> None:
    rows = Upload.objects.annotate(last=Max("attempts__number"), first=Min("attempts__number"), many=Count("attempts"))
    wrong = rows.exclude(first=1, last=F("attempt_count"), many=F("attempt_count")).exclude(many=0, attempt_count=0)
    assert not wrong.exists()


def test_no_upload_waits_for_an_attempt_that_should_have_been() -> None:
    waiting = Upload.objects.filter(state__in=[State.FAILED, State.REFUSED])
    assert waiting.exists()
    assert not waiting.filter(next_attempt_at__lte=NOW).exists()
    assert not Upload.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()
    assert not Attempt.objects.filter(started_at__gt=NOW).exists()


def test_every_bundle_that_should_be_there_is_there_byte_for_byte() -> None:
    kept = Upload.objects.filter(bundle_deleted_at=None).exclude(bundle_sha256="")
    assert {one.program for one in kept} >= {"telemetry", "call_home", "ceip"}
    for upload in kept:
        assert bundle_store.open_checked(upload.bundle_sha256).stat().st_size == upload.size
        assert bundle_store.published_path(upload.server, name=upload.bundle_name).exists()


def test_retention_finds_nothing_to_tidy_up() -> None:
    assert tidy(now=NOW).bundles == 0


@time_machine.travel(NOW, tick=False)
def test_nothing_is_due_at_once_at_a_server_that_reports_by_itself() -> None:
    plan_due(now=NOW)
    planned = Upload.objects.filter(created_at=NOW).values_list("server__name", flat=True)
    assert set(planned) == set()


def test_the_newest_report_is_the_one_of_yesterday() -> None:
    server = LicenseServer.objects.get(name="lic-01.harbor.example")
    sent = Upload.objects.filter(server=server, program="call_home", state=State.DELIVERED).first()
    assert sent is not None
    assert sent.created_at.astimezone(server.zone).date() == NOW.date() - timedelta(days=1)


def test_the_upload_of_tuesday_failed_and_its_retry_arrived() -> None:
    server = story(Story.FAILS_SINCE_TUESDAY)
    late = next(one for one in Upload.objects.filter(server=server, program="telemetry") if one.attempt_count == 2)
    first, second = late.attempts.all()
    assert first.started_at.astimezone(server.zone).strftime("%A") == "Tuesday"
    assert first.explanation is not None
    assert first.explanation.title == "The proxy wants a password"
    assert (second.verdict, late.state) == (Attempt.Verdict.DELIVERED, State.DELIVERED)


def test_the_provider_has_no_choice() -> None:
    server = story(Story.PROVIDER)
    assert server.is_provider
    assert states_of([server])[server.pk, "call_home"].is_required


def test_the_server_without_a_network_has_a_report_on_its_way_and_a_gap() -> None:
    report = ManualReport.objects.get()
    assert report.is_open
    assert {one["reason"] for one in report.missing} == {"no report was made"}
    since = Upload.objects.filter(server=story(Story.CARRIED), created_at__gt=NOW - timedelta(days=4))
    assert set(since.values_list("state", flat=True)) == {State.READY}


def test_alerts_are_open_over_and_answered_and_their_messages_went_nowhere() -> None:
    assert {one.state for one in Alert.objects.all()} >= {"open", "acknowledged", "snoozed", "closed"}
    assert Tick.objects.get(name=EVALUATED).at == NOW
    assert Delivery.objects.exists()
    answers = [row for one in Message.objects.all() for row in one.answers]
    assert answers
    assert {row["text"] for row in answers} == {"A demo tells nobody: the message is kept here and was not sent."}


def test_licenses_end_in_3_12_40_and_200_days() -> None:
    left = {
        clock.days_left
        for server in LicenseServer.objects.all()
        for clock in clocks_of(server, now=NOW)
        if clock.kind == "license_expiry"
    }
    assert {3, 12, 40, 200} <= left


def test_files_came_in_by_the_door_of_a_page() -> None:
    assert set(SourceReport.objects.values_list("outcome", "door")) == {(Outcome.IMPORTED, "page")}


def test_nobody_of_the_cast_can_sign_in_and_whoever_looks_makes_an_account() -> None:
    assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
    assert not any(one.has_usable_password() for one in User.objects.all())
    assert new_setup_secret()


def test_a_second_time_nothing_is_filled() -> None:
    before = standing()
    assert not fill(now=NOW, tell=print, servers=8, days=40)
    assert standing() == before


def test_it_says_how_far_it_is(small_demo: list[str]) -> None:
    assert small_demo[0] == "Filling the demo with 8 servers and 40 days …"
    assert small_demo[-1] == "  The demo is filled."
    assert standing().in_words.startswith("8 servers, ")


@override_settings(DEMO=False)
def test_it_is_refused_anywhere_but_in_the_folder_of_a_demo() -> None:
    with pytest.raises(NoDemo, match="no folder of a demo"):
        fill(now=NOW, tell=print)


@pytest.mark.parametrize(("servers", "days"), [(3, 40), (41, 40), (4, 39), (4, 365)])
def test_it_is_refused_in_a_size_that_shows_nothing(servers: int, days: int) -> None:
    with pytest.raises(NoDemo, match="4 to 40 servers"):
        fill(now=NOW, tell=print, servers=servers, days=days)
