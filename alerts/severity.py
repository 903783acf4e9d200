"""How much does it press? Three levels and "could not be checked"; the words are those of the interface."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ACT_DAYS, PLAN_DAYS = 7, 30  # ours: within a week somebody acts, within a month somebody plans


class Severity(TextChoices):
    """From nobody knows to somebody must act. Compare by `rank`."""

    UNKNOWN = "unknown", _("Could not be checked")
    WATCH = "watch", _("Watch")
    PLAN = "plan", _("Plan this month")
    ACT = "act", _("Act this week")

    @property
    def rank(self) -> int:
        """0 for what could not be checked, 3 for what presses most."""
        return list(Severity).index(self)


def severity_of(days_left: int) -> Severity:
    """What so many whole days leave: 0 is the last good day, negative is over."""
    if days_left <= ACT_DAYS:
        return Severity.ACT
    return Severity.PLAN if days_left <= PLAN_DAYS else Severity.WATCH
