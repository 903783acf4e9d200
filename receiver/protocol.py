"""What may a client ask, and how is each question read? Pure functions: no disk, no network.

Facts about requests come from the public JSON clients of Citrix Insight Services; what is ours is
marked "ours". Everything that cannot be read raises a `RefusalError` with the status to answer.
"""

import json
import re
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

CHUNK_MAX = 10 * 1024 * 1024  # the largest chunk the vendor's server was seen to allow
CHUNK_OPTIMAL = 256 * 1024  # the chunk size it was seen to recommend
JSON_BODY_MAX = 64 * 1024  # ours: no token call needs more
FORM_BODY_MAX = 4 * 1024  # ours: a form of the one page holds a code, a nonce and a word
FORM_TYPE = "application/x-www-form-urlencoded"
SIZE_LIMIT = 10 * 1024**3  # ours: the default for a whole bundle
NAME_MAX = 255  # ours: longer names are cut, for they are only shown
LIFETIME_MAX = 100 * 365 * 86400  # ours: beyond a century, "0 = never" is meant
IDENTITY_LIFETIME = 86400  # ours: the protocol names no life for identity tokens


class TokenKind(StrEnum):
    """What a token opens; the order is that of the login chain."""

    IDENTITY = "identity"
    GRANT = "grant"
    UPLOAD = "upload"
    DIAGNOSTICS = "diagnostics"


@dataclass(eq=False)
class RefusalError(Exception):
    """The request is not accepted: this status, this one sentence, these extra headers."""

    status: int
    sentence: str
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True)
class BundleRequest:
    """A wish to send `size` bytes; `name` and `sr` (case number) are only remembered."""

    size: int
    name: str
    sr: int | None


@dataclass(frozen=True)
class ChunkRequest:
    """`length` bytes for bundle `bundle_id`, the first of them at `offset`."""

    bundle_id: str
    offset: int
    length: int


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; anything else is a 400."""
    if len(body) > JSON_BODY_MAX:
        raise RefusalError(413, f"The body is larger than {JSON_BODY_MAX} bytes.")
    try:
        parsed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RefusalError(400, "The body is not valid JSON.") from None
    if not isinstance(parsed, dict):
        raise RefusalError(400, "The body is not a JSON object.")
    return parsed


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a form; one that is given twice or is no text is a 400."""
    try:
        return _fields(body.decode("ascii"))
    except UnicodeDecodeError:
        raise RefusalError(400, "The form is not encoded as forms are.") from None


def text_of(body: dict[str, Any], *, key: str) -> str:
    """A non-empty string under `key`; anything else is a 400."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise RefusalError(400, f"The field {key} must be a non-empty string.")
    return value


def token_of(body: dict[str, Any], *, key: str) -> str:
    """A token carried in the body; a null or empty one is a 401, as a bad token is."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise RefusalError(401, f"The field {key} must hold a token.")
    return value


def lifetime_of(body: dict[str, Any], *, key: str) -> int:
    """Seconds a token shall live; absent or 0 means that it never expires."""
    value = body.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LIFETIME_MAX:
        raise RefusalError(400, f"The field {key} must be a whole number of seconds, 0 or more.")
    return value


def server_of(body: dict[str, Any]) -> tuple[str, str]:
    """Ours: the GUID and the name of a server that wants to be registered."""
    name = _shown(text_of(body, key="server_name"))
    if not name.strip():
        raise RefusalError(400, "The field server_name holds nothing that can be shown.")
    try:
        return str(uuid.UUID(text_of(body, key="server_guid"))), name
    except ValueError:
        raise RefusalError(400, "The field server_guid must be a GUID.") from None


def product_key_of(body: dict[str, Any]) -> str:
    """The product key, 40 lower-case hexadecimal digits; another shape is a 400."""
    key = text_of(body, key="product_key")
    if not is_product_key(key):
        raise RefusalError(400, "The field product_key must be 40 lower-case hexadecimal digits.")
    return key


def is_product_key(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}", text) is not None


def bearer_of(authorization: str) -> str:
    """The token of an `Authorization: BT <token>` header; without one, 401."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.upper() != "BT" or not token.strip():
        raise unauthorized("The header Authorization must be BT followed by a token.")
    return token.strip()


def unauthorized(sentence: str) -> RefusalError:
    return RefusalError(401, sentence, (("WWW-Authenticate", "BT"),))


def parse_bundle_request(query: str, *, size_limit: int) -> BundleRequest:
    """The query of a bundle creation, read as form data: a plus sign is a space."""
    fields = _fields(query)
    size = _number(fields, key="size")
    if size > size_limit:
        raise RefusalError(413, f"The bundle is larger than the {size_limit} bytes allowed here.")
    sr = fields.get("sr", "")
    if sr and not re.fullmatch(r"0*[1-9][0-9]{0,8}", sr):
        raise RefusalError(400, "The parameter sr must be a number from 1 to 999999999.")
    return BundleRequest(size=size, name=_shown(fields.get("name", "")), sr=int(sr) if sr else None)


def parse_chunk_request(query: str, *, content_length: str) -> ChunkRequest:
    """The query and length of a chunk; the length must be announced, so that 413 comes early."""
    fields = _fields(query)
    bundle_id, offset = bundle_id_of(query), _number(fields, key="offset")
    if not content_length:
        raise RefusalError(411, "A chunk must announce its Content-Length.")
    length = _decimal(content_length, name="header Content-Length")
    if length > CHUNK_MAX:
        raise RefusalError(413, f"A chunk may hold at most {CHUNK_MAX} bytes.")
    return ChunkRequest(bundle_id=bundle_id, offset=offset, length=length)


def bundle_id_of(query: str, *, key: str = "id") -> str:
    """The id of the bundle asked about; diagnostics calls it by other names."""
    bundle_id = _fields(query).get(key, "")
    if not bundle_id:
        raise RefusalError(400, f"The parameter {key} is missing.")
    return bundle_id


def wants_xml(accept: str) -> bool:
    """Only who asks for XML, and not also for JSON, gets it: JSON clients break on XML."""
    kinds = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return "application/xml" in kinds and "application/json" not in kinds


def _fields(query: str) -> dict[str, str]:
    try:
        parsed = parse_qs(query, keep_blank_values=True, errors="replace", max_num_fields=32)
    except ValueError:
        raise RefusalError(400, "The query has too many parameters.") from None
    for key, values in parsed.items():
        if len(values) > 1:
            raise RefusalError(400, f"The parameter {_shown(key)} is given more than once.")
    return {key: values[0] for key, values in parsed.items()}


def _number(fields: dict[str, str], *, key: str) -> int:
    return _decimal(fields.get(key, ""), name=f"parameter {key}")


def _decimal(text: str, *, name: str) -> int:
    # 18 digits always fit the 64 bits that both the protocol and the store use.
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise RefusalError(400, f"The {name} must be a whole number, 0 or more.")
    return int(text)


def _shown(name: str) -> str:
    """A client's text without control characters and not too long; it is never used as a path."""
    return "".join(character for character in name if character.isprintable())[:NAME_MAX]
