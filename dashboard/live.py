"""What moves now, how fast, and what has to be said aloud about it?"""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from languages.sentences import said_after_each_other
from programs.catalog import upload_name
from servers.models import LicenseServer
from uploads.models import Attempt, Upload
from uploads.progress import Progress, progress_of

MOVING = ["queued", "sending"]


@dataclass(frozen=True, slots=True)
class Live:
    """One upload under way."""

    upload: Upload
    progress: Progress

    @property
    def quarter(self) -> int:
        """How many quarters of the bundle were acknowledged."""
        return self.upload.percent // 25

    @property
    def heard(self) -> str:
        """What of it is worth saying again once it differs."""
        return "silent" if self.progress.silent_since else str(self.quarter)

    @property
    def words(self) -> str:
        """For those who hear the page: once at the beginning, and at each quarter."""
        said = {"upload": upload_name(self.upload.program, self.upload.kind), "percent": self.quarter * 25}
        if self.upload.state == "queued":
            return _("%(upload)s: waits for a worker.") % said
        if self.progress.silent_since:
            return _("%(upload)s: waits for an answer.") % said
        if self.quarter:
            return _("%(upload)s: %(percent)d percent acknowledged.") % said
        return _("%(upload)s: on its way.") % said


def ended_words(upload: Upload) -> str:
    """The same, once it has ended."""
    said = {"upload": upload_name(upload.program, upload.kind), "result": upload.outcome_words}
    return _("%(upload)s: %(result)s.") % said


def watched(server: LicenseServer, *, heard: str | None = None, only: int | None = None) -> dict[str, Any]:
    """Every upload under way, or this one alone, and a mark that differs once one began, moved on or ended.

    `heard` is what was said aloud last; there are new words only where something else is to be said now.
    """
    uploads = Upload.objects.filter(server=server).select_related("requested_by")
    uploads = uploads.filter(pk=only) if only else uploads
    moving, newest = list(uploads.filter(state__in=MOVING)), list(uploads[:1])
    running = {one.upload_id: one for one in Attempt.objects.filter(upload__in=moving, verdict=Attempt.Verdict.RUNNING)}
    now = timezone.now()
    lives = [Live(one, progress_of(one, running.get(one.pk), now=now)) for one in moving]
    said = "~".join(f"{live.upload.pk}.{live.upload.state}.{live.heard}" for live in lives)
    words = said_after_each_other(live.words for live in lives)
    if not lives and newest:
        words = ended_words(newest[0])
    return {
        "moving": lives,
        "mark": " ".join(dict.fromkeys(one.mark for one in [*newest, *moving])),
        "said": said,
        "only": only,
        "words": words if heard is not None and heard != said else "",
    }
