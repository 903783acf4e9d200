"""What does an answer of the receiver say? Pure functions on bodies and headers; the requests are in `cis_client`."""

import json
from typing import Any, TypeGuard

from uploads import policy
from uploads.result_file import AnswerNotUnderstood


def json_object(path: str, body: bytes) -> dict[str, Any]:
    """The object in an answer. Raises AnswerNotUnderstood for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise AnswerNotUnderstood(f"{step_of(path)}: the answer is not a JSON object: {shown(body)}")
    return data


def step_of(path: str) -> str:
    """The last part of a path, as people read it."""
    return path.partition("?")[0].rstrip("/").rpartition("/")[2]


def shown(body: bytes) -> str:
    """The start of an answer as text that is safe to keep: printable, short."""
    text = body[:300].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def chunk_bytes_of(wish: object, most: object) -> int:
    """The chunk that the receiver likes best, or ours, but not above its maximum; what is impossible was not said."""
    size = wish if _is_possible(wish) else policy.CHUNK_BYTES
    size = min(size, most) if _is_possible(most) else size
    return size // policy.SMALLEST_CHUNK_BYTES * policy.SMALLEST_CHUNK_BYTES or size


def _is_possible(size: object) -> TypeGuard[int]:
    low, high = policy.SMALLEST_CHUNK_BYTES, policy.MAX_CHUNK_BYTES
    return isinstance(size, int) and not isinstance(size, bool) and low <= size <= high
