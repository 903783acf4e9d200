"""Does a store end with the sent bytes, in whatever order and pieces they come?"""

import hashlib
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.protocol import TokenKind
from receiver.ranges import Span, gaps
from receiver.store import BeyondEndError, DifferentBytesError, Store, UnknownBundleError
from receiver.upkeep import prepare

CONTENT = bytes(range(256)) * 20


@st.composite
def uploads(draw: st.DrawFn) -> tuple[bytes, list[Span]]:
    """Content and a list of spans that covers it: split, doubled, overlapping, shuffled."""
    content = draw(st.binary(max_size=3000))
    places = st.integers(0, len(content))
    pairs = draw(st.lists(st.tuples(places, places), max_size=12))
    some = [Span(min(pair), max(pair)) for pair in pairs]
    rest = gaps(some, span=Span(0, len(content)))
    doubled = draw(st.lists(st.sampled_from(some + rest), max_size=4)) if some + rest else []
    return content, draw(st.permutations([*some, *rest, *doubled]))


@settings(max_examples=30, deadline=None)
@given(uploads())
def test_it_ends_with_equal_bytes_and_one_completion(upload: tuple[bytes, list[Span]]) -> None:
    content, spans = upload
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        prepare(store)
        sent = store.create_bundle(owner="ada", size=len(content)).id
        for start, stop in spans:
            store.write_chunk(sent, offset=start, data=content[start:stop])
        (bundle,), (completion,) = store.bundles(), store.completions()
        store.close()
        assert bundle.content_path.read_bytes() == content
        assert bundle.sha256 == completion.sha256 == hashlib.sha256(content).hexdigest()
        assert bundle.received == len(content)


@settings(max_examples=30, deadline=None)
@given(uploads(), st.data())
def test_it_never_lets_other_bytes_in(upload: tuple[bytes, list[Span]], data: st.DataObject) -> None:
    content, spans = upload
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        prepare(store)
        sent = store.create_bundle(owner="ada", size=len(content)).id
        for start, stop in spans:
            store.write_chunk(sent, offset=start, data=content[start:stop])
            if start < stop:
                wrong = bytearray(content[start:stop])
                wrong[data.draw(st.integers(0, stop - start - 1))] ^= 1
                with pytest.raises(DifferentBytesError):
                    store.write_chunk(sent, offset=start, data=bytes(wrong))
        assert store.bundle(sent).content_path.read_bytes() == content
        store.close()


def test_it_counts_contiguous_bytes_only(store: Store) -> None:
    sent = store.create_bundle(owner="ada", size=300).id
    received = [store.write_chunk(sent, offset=at, data=CONTENT[at : at + 100]).received for at in (200, 0, 100)]
    assert received == [0, 100, 300]


def test_it_tells_everything_about_a_bundle(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", clock=lambda: 1_700_000_000.0)
    prepare(store)
    sent = store.create_bundle(owner="ada", size=5, name="a.zip", sr=7).id
    bundle = store.write_chunk(sent, offset=0, data=b"hello")
    assert (bundle.owner, bundle.name, bundle.sr, bundle.size) == ("ada", "a.zip", 7, 5)
    assert bundle.created_at == bundle.completed_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert bundle.content_path == tmp_path / "store" / "bundles" / f"{sent}.bin"
    store.close()


def test_it_changes_nothing_when_bytes_are_beyond_the_end(store: Store) -> None:
    sent = store.create_bundle(owner="ada", size=5).id
    with pytest.raises(BeyondEndError):
        store.write_chunk(sent, offset=3, data=b"abc")
    assert store.bundle(sent).content_path.read_bytes() == b""


def test_it_does_not_know_other_bundles(store: Store) -> None:
    with pytest.raises(UnknownBundleError):
        store.write_chunk("other", offset=0, data=b"")


def test_it_is_empty_before_a_server_was_there(tmp_path: Path) -> None:
    assert Store(tmp_path / "nothing").bundles() == ()
    assert not (tmp_path / "nothing").exists()


def test_it_takes_many_writers_of_one_bundle(store: Store) -> None:
    sent = store.create_bundle(owner="ada", size=len(CONTENT)).id
    threads = [threading.Thread(target=_write_all, args=(store, sent, step)) for step in (100, 256, 333, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert store.bundle(sent).content_path.read_bytes() == CONTENT
    assert len(store.completions()) == 1


def test_it_gives_tokens_an_end(tmp_path: Path) -> None:
    now = [1000.0]
    store = Store(tmp_path / "store", clock=lambda: now[0])
    prepare(store)
    token = store.tokens.issue(TokenKind.GRANT, owner="ada", lifetime=60)
    now[0] = 1059.0
    assert store.tokens.holder(token) is not None
    now[0] = 1060.0
    assert store.tokens.holder(token) is None
    assert store.tokens.forget_expired() == 1
    store.close()


def _write_all(store: Store, bundle_id: str, step: int) -> None:
    for offset in range(0, len(CONTENT), step):
        store.write_chunk(bundle_id, offset=offset, data=CONTENT[offset : offset + step])
