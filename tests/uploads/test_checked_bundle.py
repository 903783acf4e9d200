"""Does a byte that was not sealed ever leave? Not before, between, or in the middle."""

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from time_machine import Traveller

from programs.schedule import TRY_AGAIN_AFTER
from tests.uploads.conftest import Peer, Worker, ended, sealed
from tests.uploads.faulty_line import BUNDLE, CHUNK, Line, Meanwhile, answers, passes, says
from uploads import policy
from uploads.checked_bundle import PIECE, BundleMissing, CheckedBundle
from uploads.models import Upload

CONTENT = random.Random(5).randbytes(5 * PIECE + 1234)
CHUNK_BYTES = 2 * PIECE  # so the chunks begin at 0, 2, 4


@pytest.fixture
def path(upload: Upload, line: Line) -> Path:
    """A sealed bundle of three chunks."""
    line.fail(BUNDLE, *[says(chunk_optimal=CHUNK_BYTES)] * 3)
    return sealed(upload, CONTENT)


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes([CONTENT[at] ^ 1]))


def shorten(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(CHUNK_BYTES + 100)


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(bytes(len(CONTENT)))
    other.replace(path)


def test_between_two_attempts(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, path: Path, clock: Traveller
) -> None:
    line.fail(CHUNK, passes, answers(400))
    worker.send(upload)
    line.clear()
    clock.shift(TRY_AGAIN_AFTER)
    flip(path, 3 * PIECE)
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert (line.seen, peer.bytes_of(upload)) == ([], CHUNK_BYTES)
    path.write_bytes(CONTENT)
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert (line.offsets()[0], peer.whole(upload)) == (CHUNK_BYTES, [upload.bundle_sha256])


@pytest.mark.parametrize("at", [2 * PIECE, 4 * PIECE - 1])
def test_between_two_chunks(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, path: Path, clock: Traveller, at: int
) -> None:
    line.fail(CHUNK, Meanwhile(lambda: flip(path, at)))
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert "Nothing of the change left" in upload.attempts.get().evidence
    assert (line.offsets(), peer.bytes_of(upload), peer.whole(upload)) == ([0], CHUNK_BYTES, [])
    path.write_bytes(CONTENT)
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_what_was_sent_already_may_change_and_nothing_of_it_leaves(
    line: Line, peer: Peer, worker: Worker, upload: Upload, path: Path
) -> None:
    line.fail(CHUNK, Meanwhile(lambda: flip(path, 7)))
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_file_that_is_cut_off_in_the_middle_stops(
    line: Line, peer: Peer, worker: Worker, upload: Upload, path: Path
) -> None:
    line.fail(CHUNK, Meanwhile(lambda: shorten(path)))
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert peer.bytes_of(upload) == CHUNK_BYTES


@pytest.mark.parametrize("change", [replace, Path.unlink])
def test_a_name_that_goes_to_another_file_is_not_followed(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, path: Path, change: Callable[[Path], object]
) -> None:
    line.fail(CHUNK, Meanwhile(lambda: change(path)))
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


@given(
    size=st.integers(1, 4 * PIECE),
    start=st.integers(0, 4 * PIECE),
    length=st.integers(1, 3 * PIECE),
    data=st.data(),
)
def test_whatever_is_read_is_what_was_sealed(size: int, start: int, length: int, data: st.DataObject) -> None:
    """A flipped bit anywhere in what is left to read is noticed before its piece is given out whole."""
    content = random.Random(size).randbytes(size)
    start = min(start, size)
    file = io.BytesIO(content)
    bundle = CheckedBundle(file, hashlib.sha256(content).hexdigest(), start=start)
    assert b"".join(iter_read(bundle, size - start, length)) == content[start:]
    if start == size:
        return
    bundle = CheckedBundle(file, hashlib.sha256(content).hexdigest(), start=start)
    at = data.draw(st.integers(start, size - 1))
    file.getbuffer()[at] ^= 1
    with pytest.raises(BundleMissing):
        list(iter_read(bundle, size - start, length))


def iter_read(bundle: CheckedBundle, left: int, length: int) -> list[bytes]:
    parts = []
    while left:
        parts.append(bundle.read(length))
        left -= len(parts[-1])
    return parts


def test_chunks_end_where_pieces_end() -> None:
    """Else the end of a chunk could leave before it was compared."""
    assert (policy.SMALLEST_CHUNK_BYTES, policy.CHUNK_BYTES % PIECE) == (PIECE, 0)
