"""Is it one file all the way: previewed, sent, kept, and exported? For every program, over generated servers."""

import hashlib
import string

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from intake.importing import import_report
from intake.models import Door
from programs.catalog import programs
from programs.models import ConsentDecision
from servers.models import LicenseServer
from servers.registry import add_server
from tests.programs.test_participation import registered
from tests.uploads.conftest import STARTED, Peer, Worker
from tests.uploads.deciding import an_element, grant, holds
from tests.uploads.faulty_line import Line
from uploads import bundle_store
from uploads.sealing import seal_preview
from uploads.starting import start_upload
from uploads.states import State

KINDS = [(program.code, upload.kind) for program in programs().values() for upload in program.uploads]
FEATURES = st.tuples(
    st.text(string.ascii_uppercase, min_size=1, max_size=12), st.integers(1, 10**6), st.integers(2000, 2035)
)


def license_file(features: list[tuple[str, int, int]]) -> bytes:
    """A license file with these product codes, counts, and years of the CSS date."""
    rows = [
        f'INCREMENT {code} CITRIX {year}.0101 permanent {count} SN=S{number} SIGN="0"'
        for number, (code, count, year) in enumerate(features)
    ]
    return "\n".join(["SERVER this_host HOSTNAME=ls1", "VENDOR CITRIX", *rows, ""]).encode()


def digest_of(client: Client, name: str, *parts: object, **words: str) -> str:
    """The SHA-256 of what this address gives to whoever downloads it."""
    response = client.get(reverse(name, args=parts), words)
    assert response.status_code == 200
    return hashlib.sha256(b"".join(response.streaming_content)).hexdigest()  # type: ignore[attr-defined]


def agree(server: LicenseServer, code: str, *, holding: bool) -> None:
    """What lets an optional program send, with one element held back if asked."""
    if code == "telemetry":
        return
    if code == "event_data":
        registered(server)
    grant(server, code)
    if holding:
        holds(server, an_element(code), code=code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("code", "kind"), KINDS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(features=st.lists(FEATURES, min_size=1, max_size=5), name=st.uuids(), holding=st.booleans())
def test_it_is_one_digest(
    code: str,
    kind: str,
    *,
    features: list[tuple[str, int, int]],
    name: object,
    holding: bool,
    line: Line,
    peer: Peer,
    worker: Worker,
    ada: User,
) -> None:
    server = add_server(name=f"{name}.example.org", service_started_at=STARTED)
    import_report(server, license_file(features), name="a.lic", door=Door.SHELL)
    agree(server, code, holding=holding)
    preview = seal_preview(server, program_code=code, kind=kind, at=STARTED)
    client = Client()
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    looked_at = digest_of(client, "preview_bundle", server.guid, code, kind=kind)
    upload = start_upload(server, program_code=code, kind=kind, by=None, bundle_sha256=preview.bundle_sha256)
    worker.send(upload)
    assert upload.state == State.DELIVERED
    kept = hashlib.sha256(bundle_store.path_of(upload.bundle_sha256).read_bytes()).hexdigest()
    exported = digest_of(client, "upload_bundle", server.guid, upload.pk)
    [sent] = [one for one in peer.bundles(upload) if one.sha256 == preview.bundle_sha256]
    received = hashlib.sha256(sent.content_path.read_bytes()).hexdigest()
    assert {looked_at, received, kept, exported, upload.bundle_sha256} == {preview.bundle_sha256}
    assert ConsentDecision.objects.of(server, code).exists() == (code != "telemetry")
