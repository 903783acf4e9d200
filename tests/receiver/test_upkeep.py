"""Is a store put right at the start, whatever a crash or a foreign hand left behind?"""

import hashlib
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from receiver import store as store_module
from receiver.content import ContentFiles
from receiver.store import Store
from receiver.upkeep import Caretaker, prepare


def test_it_renames_a_whole_bundle_that_a_kill_left_under_its_first_name(store: Store) -> None:
    bundle = _whole(store)
    store.files.whole(bundle).rename(store.files.part(bundle))
    assert store.bundle(bundle).content_path.read_bytes() == b"hello"
    prepare(store)
    assert store.bundle(bundle).content_path == store.files.whole(bundle)


def test_it_reads_and_repeats_before_the_rename(store: Store) -> None:
    bundle = _whole(store)
    store.files.whole(bundle).rename(store.files.part(bundle))
    assert store.write_chunk(bundle, offset=0, data=b"hello").complete


def test_it_goes_on_when_a_kill_came_between_last_name_and_record(store: Store) -> None:
    bundle = store.create_bundle(owner="ada", size=5)
    store.write_chunk(bundle.id, offset=0, data=b"he")
    store.files.finish(bundle.id)
    prepare(store)
    assert store.bundle(bundle.id).content_path == store.files.part(bundle.id)
    assert store.write_chunk(bundle.id, offset=2, data=b"llo").complete


def test_it_removes_files_that_were_never_announced(store: Store) -> None:
    orphan = str(uuid.uuid4())
    store.files.create(orphan)
    prepare(store)
    assert not store.files.part(orphan).exists()


def test_it_forgets_ranges_whose_bytes_are_gone(store: Store) -> None:
    bundle = store.create_bundle(owner="ada", size=20)
    store.write_chunk(bundle.id, offset=0, data=b"0123456789")
    with bundle.content_path.open("r+b") as file:
        file.truncate(4)
    prepare(store)
    assert store.bundle(bundle.id).received == 4


def test_it_makes_a_lost_file_anew(store: Store) -> None:
    bundle = store.create_bundle(owner="ada", size=5)
    store.write_chunk(bundle.id, offset=0, data=b"hel")
    bundle.content_path.unlink()
    prepare(store)
    assert store.write_chunk(bundle.id, offset=0, data=b"hello").complete


def test_it_writes_again_over_bytes_that_were_not_recorded(store: Store) -> None:
    bundle = store.create_bundle(owner="ada", size=5)
    bundle.content_path.write_bytes(b"junk!")
    assert store.write_chunk(bundle.id, offset=0, data=b"hello").complete
    assert store.bundle(bundle.id).content_path.read_bytes() == b"hello"


def test_it_acknowledges_nothing_when_the_record_fails(store: Store) -> None:
    bundle = store.create_bundle(owner="ada", size=5)
    with _frozen(store), pytest.raises(sqlite3.OperationalError):
        store.write_chunk(bundle.id, offset=0, data=b"hello")
    assert store.bundle(bundle.id).received == 0
    assert store.write_chunk(bundle.id, offset=0, data=b"hello").complete


def test_it_hashes_large_bundles_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "INLINE_HASH_MAX", 4)
    caretaker, bundle = Caretaker(store), _whole(store)
    assert store.bundle(bundle).sha256 is None
    caretaker.notice(store.bundle(bundle))
    caretaker.work(timeout=1)
    assert store.completions()[0].sha256 == hashlib.sha256(b"hello").hexdigest()


def test_it_cleans_when_there_is_nothing_to_hash(store: Store) -> None:
    store.create_bundle(owner="ada", size=5)
    now = store.clock()
    store.clock = lambda: now + 8 * 86400
    Caretaker(store).work(timeout=0.001)
    assert store.bundles() == ()


def test_it_never_cleans_what_is_complete(store: Store) -> None:
    _whole(store)
    now = store.clock()
    store.clock = lambda: now + 800 * 86400
    prepare(store)
    assert len(store.bundles()) == 1


def test_it_leaves_foreign_files_alone(store: Store) -> None:
    note = store.files.folder / "note.txt"
    note.write_text("mine")
    prepare(store)
    assert ContentFiles(store.files.folder).ids_on_disk() == []
    assert note.read_text() == "mine"


def _whole(store: Store) -> str:
    bundle = store.create_bundle(owner="ada", size=5)
    return store.write_chunk(bundle.id, offset=0, data=b"hello").id


@contextmanager
def _frozen(store: Store) -> Iterator[None]:
    """A database that cannot be written, as on a full or failing disk."""
    with store.database.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        with store.database.reading() as connection:
            connection.execute("PRAGMA query_only = OFF")
