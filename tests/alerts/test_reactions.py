"""Does what a person said to an alert count until it presses more, and does somebody else hear when nobody reacts?"""

from datetime import timedelta

import pytest

from accounts.models import User
from alerts.clock import Kind
from alerts.models import Alert
from alerts.reacting import NotPossible, acknowledge, snooze, take_back, wake
from licenses.models import License
from servers.models import LicenseServer
from tests.alerts.looking import NOW, expiring, look, of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestReactions:
    """What a person said counts until it presses more."""

    def test_an_acknowledgement_ends_where_it_presses_more(self, server: LicenseServer, ben: User) -> None:
        expiring(server)
        look()
        assert acknowledge(Alert.objects.all(), by=ben, now=NOW) == Alert.objects.count()
        assert acknowledge(Alert.objects.all(), by=ben, now=NOW) == 0
        look(10)
        assert of(Kind.LICENSE_EXPIRY).state == "acknowledged"
        look(52)
        alert = of(Kind.LICENSE_EXPIRY)
        assert (alert.state, alert.acknowledged_by) == ("open", "")
        assert [event.act for event in alert.events.all()] == ["acknowledged"]

    def test_it_can_be_taken_back(self, server: LicenseServer, ben: User) -> None:
        expiring(server)
        look()
        acknowledge(Alert.objects.all(), by=ben, now=NOW)
        assert take_back(Alert.objects.filter(rule=Kind.LICENSE_EXPIRY), by=ben, now=NOW) == 1
        assert of(Kind.LICENSE_EXPIRY).state == "open"

    def test_a_snooze_has_an_end_and_a_reason(self, server: LicenseServer, ben: User) -> None:
        expiring(server)
        look()
        until = NOW + timedelta(days=6)
        assert snooze(Alert.objects.all(), until=until, reason=" we  renew in May ", by=ben, now=NOW)
        assert (of(Kind.LICENSE_EXPIRY).state, of(Kind.LICENSE_EXPIRY).snooze_reason) == ("snoozed", "we renew in May")
        assert look(5.9) == []
        assert ("woken", "watch", 90) in look(6)
        assert of(Kind.LICENSE_EXPIRY).state == "open"

    def test_a_snooze_can_be_ended(self, server: LicenseServer, ben: User) -> None:
        expiring(server)
        look()
        snooze(Alert.objects.all(), until=NOW + timedelta(days=6), reason="later", by=ben, now=NOW)
        assert wake(Alert.objects.filter(rule=Kind.LICENSE_EXPIRY), by=ben, now=NOW) == 1
        assert of(Kind.LICENSE_EXPIRY).state == "open"

    @pytest.mark.parametrize(
        ("days", "reason", "word"),
        [
            (0, "later", "in the future"),
            (-1, "later", "in the future"),
            (366, "later", "at most a year"),
            (5, "  ", "Say why"),
        ],
    )
    def test_a_snooze_that_makes_no_sense_is_refused(
        self, *, server: LicenseServer, ben: User, days: int, reason: str, word: str
    ) -> None:
        expiring(server)
        look()
        with pytest.raises(NotPossible, match=word):
            snooze(Alert.objects.all(), until=NOW + timedelta(days=days), reason=reason, by=ben, now=NOW)
        assert of(Kind.LICENSE_EXPIRY).state == "open"

    def test_nobody_reacts_and_somebody_else_hears_of_it_once(self, server: LicenseServer) -> None:
        expiring(server, "15-mar-2026")
        assert look() == [("step", "act", 7)]
        assert [look(2.9), look(3)] == [[], [("escalated", "act", 7)]]
        assert of(Kind.LICENSE_EXPIRY).state == "escalated"
        assert [reason for reason, *_ in look(4)] == ["step"]

    def test_who_acknowledged_is_not_passed_over(self, server: LicenseServer, ben: User) -> None:
        expiring(server, "15-mar-2026")
        look()
        acknowledge(Alert.objects.all(), by=ben, now=NOW)
        assert "escalated" not in [reason for day in (3, 4, 9) for reason, *_ in look(day)]

    def test_what_is_closed_cannot_be_acknowledged(self, server: LicenseServer, ben: User) -> None:
        expiring(server)
        look()
        alerts = list(Alert.objects.all())
        License.objects.all().delete()
        look(1)
        assert acknowledge(alerts, by=ben, now=NOW + timedelta(days=1)) == len(alerts) - 1
