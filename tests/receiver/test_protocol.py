"""Is each request read as it was meant, and is the rest refused?"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver import protocol
from receiver.protocol import RefusalError


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_it_reads_a_body_or_refuses_it(body: bytes) -> None:
    assert _status(lambda: protocol.parse_object(body)) in {200, 400}


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="size=name&+%0129abÿ;\x00", max_size=80))
def test_it_reads_a_query_or_refuses_it(query: str) -> None:
    read = _status(lambda: protocol.parse_bundle_request(query, size_limit=1000))
    assert read in {200, 400, 413}


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "1e3", "NaN", '"x"', "true", "[]"])
def test_it_refuses_odd_lifetimes(number: str) -> None:
    body = f'{{"expiration": {number}}}'.encode()
    assert _status(lambda: protocol.lifetime_of(protocol.parse_object(body), key="expiration")) == 400


def test_it_takes_no_lifetime_as_never() -> None:
    assert protocol.lifetime_of({}, key="expiration") == 0


@pytest.mark.parametrize("header", ["BT abc", "bt abc", "  BT   abc  "])
def test_it_finds_the_bearer_token(header: str) -> None:
    assert protocol.bearer_of(header) == "abc"


@pytest.mark.parametrize("header", ["", "BT", "BT ", "BTabc", "PK abc", "abc"])
def test_it_refuses_other_headers(header: str) -> None:
    with pytest.raises(RefusalError) as refused:
        protocol.bearer_of(header)
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("query", "length", "status"),
    [
        ("id=a&offset=0", "", 411),
        ("id=a&offset=0", "10485761", 413),
        ("offset=0", "1", 400),
        ("id=a", "1", 400),
        ("id=a&id=b&offset=0", "1", 400),
    ],
)
def test_it_refuses_chunks(query: str, length: str, status: int) -> None:
    with pytest.raises(RefusalError) as refused:
        protocol.parse_chunk_request(query, content_length=length)
    assert refused.value.status == status


def test_it_reads_a_chunk() -> None:
    wish = protocol.parse_chunk_request("id=a&offset=7", content_length="10485760")
    assert (wish.bundle_id, wish.offset, wish.length) == ("a", 7, 10485760)


@pytest.mark.parametrize(
    ("accept", "xml"),
    [
        ("application/xml", True),
        ("text/plain, Application/XML;q=0.5", True),
        ("application/xml, application/json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_it_writes_xml_only_on_demand(accept: str, xml: bool) -> None:
    assert protocol.wants_xml(accept) is xml


def _status(reading: Callable[[], object]) -> int:
    try:
        reading()
    except RefusalError as refusal:
        return refusal.status
    return 200
