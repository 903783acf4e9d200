"""Is a bundle announced as public clients announce it? Items 8 to 15, 37 and 38 of the checklist."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from receiver.protocol import CHUNK_MAX
from receiver.store import Bundle, Store
from tests.receiver.running import RunningReceiver
from tests.receiver.wire import BUNDLE, Wire


def test_it_08_answers_with_a_url_safe_string_id(wire: Wire, token: str) -> None:
    reply = wire.create("size=1000&name=upload.zip", token=token)
    assert reply.status == 200
    assert re.fullmatch(r"[A-Za-z0-9-]{36}", reply.json()["id"])
    assert (reply.json()["chunk_max"], reply.json()["chunk_optimal"]) == (10485760, 262144)


def test_it_08_needs_no_body(wire: Wire, token: str) -> None:
    reply = wire.send("POST", f"{BUNDLE}?size=5", Authorization=f"BT {token}")
    assert reply.status == 200


def test_it_09_stores_the_case_number(wire: Wire, token: str, received: Store) -> None:
    created = wire.create("size=10&name=a.zip&sr=123456", token=token).json()["id"]
    assert _kept(received, created).sr == 123456


@pytest.mark.parametrize("sr", ["0", "1000000000", "12a", "-1"])
def test_it_09_refuses_another_case_number(wire: Wire, token: str, sr: str) -> None:
    assert wire.create(f"size=10&sr={sr}", token=token).status == 400


def test_it_10_reads_the_name_as_form_data(wire: Wire, token: str, received: Store) -> None:
    created = wire.create("size=1&name=my+bundle%2Bx+%C3%A9.zip", token=token).json()["id"]
    assert _kept(received, created).name == "my bundle+x é.zip"


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fx", "%2Fetc%2Fx", "a%00b", "%0A%0D", "x" * 5000, "%FF"])
def test_it_10_never_uses_a_name_as_a_path(wire: Wire, token: str, received: Store, name: str) -> None:
    created = wire.create(f"size=0&name={name}", token=token).json()["id"]
    bundle = _kept(received, created)
    assert bundle.content_path == received.path / "bundles" / f"{created}.bin"
    assert len(bundle.name) <= 255
    assert bundle.name.isprintable()


def test_it_11_accepts_a_bundle_without_a_name(wire: Wire, token: str, received: Store) -> None:
    created = wire.create("size=1", token=token).json()["id"]
    assert _kept(received, created).name == ""


def test_it_12_completes_an_empty_bundle_at_once(wire: Wire, token: str, received: Store) -> None:
    bundle = _kept(received, wire.bundle(0, token=token))
    assert bundle.complete
    assert bundle.content_path.read_bytes() == b""
    assert bundle.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("query", ["", "size=", "size=-1", "size=x", "size=1.5", "size=%D9%A3", "size=1&size=2"])
def test_it_13_refuses_a_senseless_size(wire: Wire, token: str, query: str) -> None:
    assert wire.create(query, token=token).status == 400


def test_it_13_refuses_more_parameters_than_anyone_sends(wire: Wire, token: str) -> None:
    query = "&".join(f"p{number}=1" for number in range(40))
    assert wire.create(query, token=token).status == 400


def test_it_13_refuses_a_bundle_over_the_limit(wire: Wire, token: str) -> None:
    assert wire.create(f"size={10 * 1024**3}", token=token).status == 200
    assert wire.create(f"size={10 * 1024**3 + 1}", token=token).status == 413


def test_it_13_lets_the_limit_be_configured(start: Callable[..., RunningReceiver]) -> None:
    wire = Wire(start(SIZE_LIMIT="1000").port)
    token = wire.upload_token()
    assert wire.create("size=1001", token=token).status == 413
    assert wire.create("size=1000", token=token).status == 200
    wire.close()


@pytest.mark.parametrize("value", ["", "BT", "BT ", "Bearer x", "Basic eDp5", "BT unknown"])
def test_it_14_answers_401_without_a_good_token(wire: Wire, value: str) -> None:
    header = {"Authorization": value} if value else {}
    reply = wire.send("POST", f"{BUNDLE}?size=1", body=b"{}", **header)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == "BT"


def test_it_15_gives_two_equal_creations_two_ids(wire: Wire, token: str) -> None:
    assert wire.bundle(5, token=token) != wire.bundle(5, token=token)


def test_it_37_answers_xml_on_an_explicit_switch(wire: Wire, token: str) -> None:
    reply = wire.create("size=5", token=token, Accept="application/xml")
    root = ET.fromstring(reply.data)
    assert reply.headers["Content-Type"] == "application/xml"
    assert [child.tag for child in root] == ["uuid", "ChunkMax", "ChunkOptimal"]
    assert root[1].text == str(CHUNK_MAX)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, application/xml", "text/html"])
def test_it_37_answers_json_otherwise(wire: Wire, token: str, accept: str) -> None:
    assert wire.create("size=5", token=token, Accept=accept).json()["id"]


def test_it_38_writes_the_xml_in_the_logged_shape(wire: Wire, token: str) -> None:
    reply = wire.create("size=5", token=token, Accept="application/xml")
    assert re.fullmatch(
        rb"<\?xml version='1.0' encoding='utf8'\?>\s*<UploadResponse><uuid>[0-9a-f-]{36}</uuid>"
        rb"<ChunkMax>10485760</ChunkMax><ChunkOptimal>262144</ChunkOptimal></UploadResponse>",
        reply.data,
    )


def _kept(store: Store, bundle_id: str) -> Bundle:
    return next(bundle for bundle in store.bundles() if bundle.id == bundle_id)
