"""What would go with the demo? Everything in it, counted."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Alert
from intake.models import SourceReport
from languages.numbers import number
from languages.sentences import listed
from programs.models import ConsentDecision
from servers.models import LicenseServer
from uploads.models import Upload


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows of each kind there are."""

    servers: int
    uploads: int
    reports: int
    decisions: int
    alerts: int

    @property
    def in_words(self) -> str:
        """For example "40 servers, 41,210 uploads, 132 imported files, 180 decisions and 96 alerts"."""
        parts = [
            ngettext("%(count)s server", "%(count)s servers", self.servers) % {"count": number(self.servers)},
            ngettext("%(count)s upload", "%(count)s uploads", self.uploads) % {"count": number(self.uploads)},
            ngettext("%(count)s imported file", "%(count)s imported files", self.reports)
            % {"count": number(self.reports)},
            ngettext("%(count)s decision", "%(count)s decisions", self.decisions) % {"count": number(self.decisions)},
            ngettext("%(count)s alert", "%(count)s alerts", self.alerts) % {"count": number(self.alerts)},
        ]
        return _("%(others)s and %(last)s") % {"others": listed(parts[:-1]), "last": parts[-1]}


def standing() -> Standing:
    """Counted now; in the folder of a demo every row belongs to it."""
    return Standing(
        servers=LicenseServer.objects.count(),
        uploads=Upload.objects.count(),
        reports=SourceReport.objects.count(),
        decisions=ConsentDecision.objects.count(),
        alerts=Alert.objects.count(),
    )
