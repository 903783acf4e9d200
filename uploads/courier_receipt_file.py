"""What does a receipt file say? Its grammar and its signature; no database. The layout is ours, as is the receiver."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from uploads import policy
from uploads.courier_key import PublicKey, read_public_key

FORMAT = "licensing-manager.courier-receipt/1"
SHA256, EXPORT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")


class ReceiptRefused(Exception):
    """A receipt that is not believed; nothing was changed. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was signed: for which set, when, and the sizes of the bundles by their digests."""

    export_id: str
    received_at: datetime
    key: PublicKey
    bundles: dict[str, int]
    digest: str


def canonical(value: object) -> bytes:
    """The bytes that are signed: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def read_receipt(data: bytes) -> Receipt:
    """The receipt in these bytes, its signature checked with the key that it names. Raises ReceiptRefused."""
    if len(data) > policy.LARGEST_RECEIPT_BYTES:
        most = policy.LARGEST_RECEIPT_BYTES // 1024**2
        raise _no_receipt(_("it has more than %(most)s MB") % {"most": most})
    whole = _parsed(data)
    signed = whole.get("receipt")
    if not isinstance(signed, dict) or signed.get("format") != FORMAT:
        raise _no_receipt(_("it does not say %(format)s") % {"format": FORMAT})
    receiver = signed.get("receiver")
    key = read_public_key(receiver.get("public_key")) if isinstance(receiver, dict) else None
    if key is None:
        raise _no_receipt(_("it names no public key"))
    text = canonical(signed)
    if not key.has_signed(text, signature=_bytes(whole.get("signature"))):
        raise ReceiptRefused(
            _(
                "The signature of this receipt does not fit what it says: it was changed on the way, or it is forged. "
                "Nothing was closed; ask the receiver for the receipt again."
            )
        )
    return Receipt(
        export_id=_text(signed, "export", EXPORT),
        received_at=_moment(signed.get("received_at")),
        key=key,
        bundles=_bundles(signed.get("bundles")),
        digest=hashlib.sha256(text).hexdigest(),
    )


def _no_receipt(why: str) -> ReceiptRefused:
    return ReceiptRefused(
        _("This file is no receipt of a receiver of ours: %(why)s. Nothing was closed.") % {"why": why}
    )


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        whole = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _no_receipt(_("it is not JSON, or not whole")) from error
    if not isinstance(whole, dict):
        raise _no_receipt(_("it is not an object"))
    return whole


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would let two readers see two receipts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _refuse(name: str) -> float:
    raise ValueError(name)


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        return b""


def _text(signed: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = signed.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _no_receipt(_("its %(name)s cannot be read") % {"name": name})
    return value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _no_receipt(_("it does not say when it was received, with a time zone"))


def _bundles(value: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in value if isinstance(value, list) else []:
        sha256, size = (one.get("sha256"), one.get("bytes")) if isinstance(one, dict) else (None, None)
        if not isinstance(sha256, str) or not SHA256.fullmatch(sha256) or type(size) is not int or size < 0:
            raise _no_receipt(_("a bundle in its list cannot be read"))
        if found.setdefault(sha256, size) != size:
            raise _no_receipt(_("it lists one bundle with two sizes"))
    if not found:
        raise _no_receipt(_("it lists no bundle"))
    return found
