"""Which machine, user or token is a license locked to?"""

import re
from dataclasses import dataclass

ETHERNET = re.compile(r"[0-9A-Fa-f]{12}")
LONG = re.compile(r"[0-9A-Fa-f]{8}")
WORDS = {"ANY": "any", "DEMO": "demo", "XXXXXXXXXXXX": "masked"}
PREFIXES = {
    "ID": "id",
    "HOSTNAME": "host name",
    "USER": "user",
    "DISPLAY": "display",
    "INTERNET": "internet address",
    "DISK_SERIAL_NUM": "disk serial number",
    "VSN": "volume serial number",
    "FLEXID": "dongle",
    "COMPOSITE": "composite",
    "VDH": "vendor defined",
    "TPM": "trusted platform module",
}


@dataclass(frozen=True, slots=True)
class HostId:
    """`kind` is a word for people; `value` is the id without its prefix."""

    kind: str
    value: str


def read_hostids(text: str) -> tuple[HostId, ...]:
    """Read one id or a list separated by blanks; unknown forms are kept as kind "other"."""
    return tuple(_hostid(word) for word in text.strip('"').split())


def _hostid(word: str) -> HostId:
    prefix, separator, value = word.partition("=")
    if separator:
        return HostId(PREFIXES.get(prefix.upper(), "other"), _bare(prefix, value))
    if word.upper() in WORDS:
        return HostId(WORDS[word.upper()], word)
    if ETHERNET.fullmatch(word):
        return HostId("ethernet", word)
    return HostId("long" if LONG.fullmatch(word) else "other", word)


def _bare(prefix: str, value: str) -> str:
    """FlexNet ignores the dashes of an `ID=` number."""
    return value.replace("-", "") if prefix.upper() == "ID" else value
