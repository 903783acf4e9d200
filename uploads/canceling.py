"""How does a person stop one upload? Asked for first, then the fence: when this returns, none of its bytes leaves.

It ends one upload and nothing else. Whether a program sends at all is decided in `uploads.withdrawing`; a required one
has its next upload in the next daily slot.
"""

import time
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from uploads.fence import FenceStillOpen, cancel_rows, wait_until_quiet
from uploads.models import Upload
from uploads.states import IN_A_SENTENCE, OPEN, State

LONGEST_REASON = 500  # characters


class NotCanceled(Exception):
    """Nothing was canceled; the text is the sentence that a person reads."""


def cancel_upload(upload: Upload, *, by: User, reason: str = "", pause: Callable[[float], None] = time.sleep) -> Upload:
    """Cancel an upload that waits, failed, was refused or is under way. Once more changes nothing.

    Raises NotCanceled, or FenceStillOpen when a request that began before takes longer than a lease.
    """
    words = " ".join(f"Canceled by {by.username}. {reason[:LONGEST_REASON].replace(chr(0), chr(0xFFFD))}".split())
    with transaction.atomic(durable=True):  # who is about to send has to see it, so it is committed before we wait
        still = Upload.objects.filter(pk=upload.pk, state__in=OPEN, cancel_asked_at__isnull=True)
        still.update(cancel_asked_at=timezone.now(), cancel_reason=words)
    upload.refresh_from_db()
    if upload.state in OPEN:
        _end(upload, pause)
    if upload.state != State.CANCELED:
        raise NotCanceled(
            _("This upload is %(state)s; there is nothing to cancel.") % {"state": IN_A_SENTENCE[upload.state]}
        )
    return upload


def _end(upload: Upload, pause: Callable[[float], None]) -> None:
    is_quiet = upload.state != State.SENDING or wait_until_quiet(upload.server, upload.program, pause)
    canceled = cancel_rows(Upload.objects.filter(pk=upload.pk, state__in=OPEN), reason=upload.cancel_reason)
    upload.refresh_from_db()
    if not canceled and upload.state == State.SENDING:  # acknowledged to the last byte: its worker says so in a moment
        Upload.objects.filter(pk=upload.pk).update(cancel_asked_at=None, cancel_reason="")
        raise NotCanceled(_("Every byte was acknowledged before this could be canceled, so it counts as delivered."))
    if not is_quiet:
        raise FenceStillOpen(_("It is canceled. One request that began before is still under way; nothing follows it."))
