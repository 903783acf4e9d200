"""How is each answer written? JSON objects always, XML for one call on an explicit switch; `page` has the HTML."""

import json
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from receiver.protocol import CHUNK_MAX, CHUNK_OPTIMAL, RefusalError
from receiver.store import Bundle


@dataclass(frozen=True)
class Answer:
    """What goes back: never a redirect, never an empty body, and HTML from the one page for people only."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def as_json(content: dict[str, Any], *, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(content, ensure_ascii=False).encode())


def refusal(reason: RefusalError) -> Answer:
    body = json.dumps({"error": reason.sentence}, ensure_ascii=False).encode()
    return Answer(status=reason.status, body=body, headers=reason.headers)


def bundle_created(bundle: Bundle, *, xml: bool) -> Answer:
    """The id as a JSON string; the chunk sizes beside it are ours, public clients skip them."""
    if xml:
        return _upload_response(bundle)
    return as_json({"id": bundle.id, "chunk_max": CHUNK_MAX, "chunk_optimal": CHUNK_OPTIMAL})


def chunk_stored(bundle: Bundle) -> Answer:
    """The words are ours: clients only look whether `status` is there."""
    return as_json({"status": status_of(bundle)})


def bundle_state(bundle: Bundle, *, sha256: str | None) -> Answer:
    """Ours: where a client that was interrupted goes on. Contiguous bytes from 0 are counted."""
    state: dict[str, Any] = {
        "id": bundle.id,
        "size": bundle.size,
        "received": bundle.received,
        "status": status_of(bundle),
    }
    if bundle.complete:
        state["sha256"] = sha256
    return as_json(state)


def progress(bundle: Bundle) -> Answer:
    """Analysis counts as done once everything is here; before, it stays below 100."""
    if bundle.complete:
        return as_json({bundle.id: 100})
    return as_json({bundle.id: min(99, bundle.received * 100 // bundle.size)})


def status_of(bundle: Bundle) -> str:
    return "complete" if bundle.complete else "in_progress"


def _upload_response(bundle: Bundle) -> Answer:
    # The declaration is spelled as in the one answer of the vendor's server that was published.
    text = (
        "<?xml version='1.0' encoding='utf8'?>\n"
        f"<UploadResponse><uuid>{escape(bundle.id)}</uuid><ChunkMax>{CHUNK_MAX}</ChunkMax>"
        f"<ChunkOptimal>{CHUNK_OPTIMAL}</ChunkOptimal></UploadResponse>"
    )
    return Answer(status=200, body=text.encode(), content_type="application/xml")
