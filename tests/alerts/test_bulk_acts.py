"""Does a worker carry out an act on many servers once each, whatever ends it in between?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from alerts import bulk_acts
from alerts.bulk_models import BulkAct, BulkItem
from alerts.bulk_trial import try_out
from alerts.keeping_standings import refresh
from alerts.tasks import carry_out_bulk_acts
from dashboard.bulk import text_of
from programs.consent import state_of
from programs.models import ConsentDecision, Door
from servers.models import LicenseServer
from tests.alerts.bulk import begun, broker, servers
from tests.memory_broker import Broker
from uploads.models import Upload
from uploads.states import State
from uploads.withdrawing import choose_sharing

pytestmark = pytest.mark.django_db
__all__ = ["begun", "broker", "servers"]


class TestWorker:
    """Many servers go through a worker, in batches, once each."""

    def test_a_worker_is_asked_and_ends_it(self, begun: Callable[[], BulkAct], broker: Broker) -> None:
        act = begun()
        bulk_acts.set_going(act)
        assert (broker.taken(), ConsentDecision.objects.count()) == ([carry_out_bulk_acts.name], 0)
        assert carry_out_bulk_acts() == 30
        act.refresh_from_db()
        assert act.finished_at
        assert ConsentDecision.objects.filter(program="ceip").count() == 30
        assert carry_out_bulk_acts() == 0

    def test_a_batch_asks_for_the_next(self, begun: Callable[[], BulkAct], broker: Broker) -> None:
        act = begun()
        assert bulk_acts.carry_on(now=timezone.now(), most=20) == 20
        assert broker.taken() == [carry_out_bulk_acts.name]
        assert bulk_acts.carry_on(now=timezone.now(), most=20) == 10
        assert broker.taken() == []
        assert act.items.filter(result=BulkItem.Result.CHANGED).count() == 30

    def test_nobody_else_goes_on_while_a_worker_has_it(self, begun: Callable[[], BulkAct]) -> None:
        BulkAct.objects.filter(pk=begun().pk).update(lease_until=timezone.now() + timedelta(minutes=1))
        assert bulk_acts.carry_on(now=timezone.now()) == 0
        assert bulk_acts.carry_on(now=timezone.now() + timedelta(minutes=2)) == 30

    def test_what_a_killed_worker_decided_is_not_decided_again(
        self, begun: Callable[[], BulkAct], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        act = begun()

        def killed(*_: LicenseServer) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(bulk_acts, "refresh", killed)
        with pytest.raises(KeyboardInterrupt):
            bulk_acts.carry_on(now=timezone.now())
        first = act.items.get(result=BulkItem.Result.CHANGED)
        BulkItem.objects.filter(pk=first.pk).update(result=BulkItem.Result.WAITING)  # it died one write earlier
        monkeypatch.setattr(bulk_acts, "refresh", refresh)
        assert bulk_acts.carry_on(now=timezone.now() + timedelta(minutes=3)) == 30
        assert ConsentDecision.objects.filter(server=first.server, program="ceip").count() == 1
        assert act.items.filter(result=BulkItem.Result.CHANGED).count() == 30

    def test_what_a_killed_worker_sent_does_not_leave_again(self, servers: list[LicenseServer], ben: User) -> None:
        digest = try_out("upload", "", servers).digest
        act = bulk_acts.begin("upload", "", servers, digest=digest, by=ben, reason="")
        bulk_acts.carry_on(now=timezone.now())
        started = Upload.objects.count()
        assert started >= len(servers)
        Upload.objects.update(state=State.CANCELED, finished_at=timezone.now())  # over, like one that arrived
        act.items.update(result=BulkItem.Result.WAITING)  # it died one write before each end
        BulkAct.objects.update(finished_at=None)
        assert bulk_acts.carry_on(now=timezone.now() + timedelta(minutes=3)) == len(servers)
        assert Upload.objects.count() == started
        assert act.items.filter(result=BulkItem.Result.CHANGED).count() == len(servers)

    def test_a_decision_of_somebody_else_meanwhile_stands(
        self, begun: Callable[[], BulkAct], ada: User, dora: User
    ) -> None:
        act = begun()
        item = act.items.order_by("pk")[3]
        text = text_of("share")
        assert text
        choose_sharing(item.server, choice="call_home", by=dora, door=Door.PAGE, text_sha256=text.sha256)
        bulk_acts.carry_on(now=timezone.now())
        item.refresh_from_db()
        assert item.result == BulkItem.Result.REFUSED
        assert "Somebody decided meanwhile" in item.why
        assert state_of(item.server, "call_home").granted

    def test_whoever_may_not_any_more_changes_nothing_more(self, begun: Callable[[], BulkAct], ada: User) -> None:
        act = begun()
        User.objects.filter(pk=ada.pk).update(role=Role.VIEWER)
        bulk_acts.carry_on(now=timezone.now())
        assert act.items.filter(result=BulkItem.Result.REFUSED, why__contains="any more").count() == 30
        assert not ConsentDecision.objects.exists()
