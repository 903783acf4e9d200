"""May the next byte leave? Asked before every chunk, of the database and never of memory."""

from programs.catalog import program
from programs.participation import participation
from servers.models import LicenseServer
from uploads.models import Upload
from uploads.states import State

TAKEN_OVER = "Another worker took this upload over."


class Fenced(Exception):
    """Nothing more may leave for this upload; the text is the reason that a person reads."""


def ask_fence(upload: Upload, *, holder: str) -> None:
    """Raises Fenced when participation ended, reporting became manual, or another worker holds the lease."""
    server = LicenseServer.objects.get(pk=upload.server_id)
    answer = participation(program(upload.program), server)
    if not answer.sends:
        raise Fenced(answer.reason)
    if not Upload.objects.filter(pk=upload.pk, state=State.SENDING, lease_holder=holder).exists():
        raise Fenced(TAKEN_OVER)
