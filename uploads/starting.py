"""How does an upload begin? Page, API, command and scheduler call these functions."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from programs.catalog import program
from programs.participation import State as Choice
from programs.participation import participation
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.fence import is_still_agreed
from uploads.models import Preview, Trigger, Upload
from uploads.states import IN_A_SENTENCE, State, before


class NotStarted(Exception):
    """No upload was started; the text is the sentence that a person reads."""


@transaction.atomic
def start_upload(
    server: LicenseServer, *, program_code: str, kind: str, by: User | None, bundle_sha256: str = ""
) -> Upload:
    """An upload by hand, waiting for a worker. With `bundle_sha256`, exactly that sealed preview is sent.

    A second press while one is waiting or moving gives the same upload. Raises NotStarted.
    """
    server = LicenseServer.objects.select_for_update().get(pk=server.pk)
    answer = participation(program(program_code), server)
    if not answer.sends:
        raise NotStarted(answer.reason)
    moving = Upload.objects.filter(
        server=server, program=program_code, kind=kind, state__in=[State.QUEUED, State.SENDING]
    ).first()
    if moving and bundle_sha256 in ("", moving.bundle_sha256):
        return moving
    now = timezone.now()
    upload = Upload(
        server=server,
        program=program_code,
        kind=kind,
        period=now,
        trigger=Trigger.PERSON,
        requested_by=by,
        created_at=now,
    )
    if bundle_sha256:
        _take_preview(upload, bundle_sha256, now_as=answer.state)
    upload.save()
    return upload


def retry_now(upload: Upload, *, at: datetime) -> Upload:
    """Do not wait for the next slot. Raises NotStarted when there is nothing to try again."""
    answer = participation(program(upload.program), upload.server)
    if not answer.sends:
        raise NotStarted(answer.reason)
    moved = Upload.objects.filter(pk=upload.pk, state__in=before(State.QUEUED)).update(
        state=State.QUEUED, next_attempt_at=None, handed_over_at=None
    )
    upload.refresh_from_db()
    if not moved and not upload.is_moving:
        raise NotStarted(
            _("This upload is %(state)s; there is nothing to try again.") % {"state": IN_A_SENTENCE[upload.state]}
        )
    return upload


def _take_preview(upload: Upload, sha256: str, *, now_as: Choice) -> None:
    preview = Preview.objects.filter(
        server=upload.server, program=upload.program, kind=upload.kind, bundle_sha256=sha256
    ).first()
    if preview is None:
        raise NotStarted(_("This preview was replaced by a newer one. Look at the newer one, then send that."))
    if not is_still_agreed(preview, now_as=now_as):
        raise NotStarted(_("What is shared was changed after this preview was sealed. Seal a new preview to send."))
    if Upload.objects.filter(server=upload.server, bundle_sha256=sha256).exists():
        raise NotStarted(_("Exactly this bundle is in the upload history already. Seal a new preview to send again."))
    upload.bundle_sha256, upload.bundle_name, upload.size = sha256, preview.bundle_name, preview.size
    upload.sealed_as, upload.sealed_under = preview.sealed_as, preview.sealed_under
    try:
        bundle_store.publish(upload.server, sha256=sha256, name=preview.bundle_name)
    except bundle_store.BundleMissing as error:
        raise NotStarted(_("%(error)s Seal a new preview to send.") % {"error": error}) from error
