"""What do the vendor's own words of a failed upload mean? Its message names Winsock symbols and numbers.

One message is attested (`WSAHOST_NOT_FOUND`, 0x00002af9). The numbers below are Microsoft's public ones, of Winsock and
of the WinHTTP that most Windows programs use; that the uploader can say each of them is our assumption.
"""

import re

MOST_SIGNS = 4000  # a message is a line or two; a log block around it may be long
SYMBOL = re.compile(r"\bWSA[A-Z_]{3,30}\b")
HEX = re.compile(r"\b0x0{0,8}([0-9a-f]{4}|8[0-9a-f]{7})\b", re.IGNORECASE)
DECIMAL = re.compile(r"\b(?:errno|error|code|winsock|wsa\w{0,20})\W{1,6}(1[0-2][0-9]{3})\b", re.IGNORECASE)
STATUS = re.compile(r"\b(?:HTTP(?:/[0-9.]{1,3})?|status(?: code)?)\W{1,4}([345][0-9]{2})\b", re.IGNORECASE)
SYMBOLS = {
    "WSAHOST_NOT_FOUND": 11001,
    "WSATRY_AGAIN": 11002,
    "WSANO_RECOVERY": 11003,
    "WSANO_DATA": 11004,
    "WSAEACCES": 10013,
    "WSAEADDRNOTAVAIL": 10049,
    "WSAENETDOWN": 10050,
    "WSAENETUNREACH": 10051,
    "WSAENETRESET": 10052,
    "WSAECONNABORTED": 10053,
    "WSAECONNRESET": 10054,
    "WSAETIMEDOUT": 10060,
    "WSAECONNREFUSED": 10061,
    "WSAEHOSTDOWN": 10064,
    "WSAEHOSTUNREACH": 10065,
}
CAUSES = {
    11001: "name_unknown",
    11002: "name_service_silent",
    11003: "name_service_silent",
    11004: "name_unknown",
    10013: "blocked_locally",
    10049: "unreachable",
    10050: "unreachable",
    10051: "unreachable",
    10052: "reset",
    10053: "connection_lost",
    10054: "reset",
    10060: "connect_timeout",
    10061: "connection_refused",
    10064: "unreachable",
    10065: "unreachable",
    12002: "read_timeout",
    12007: "name_unknown",
    12029: "no_connection",
    12030: "closed",
    12037: "tls_expired",
    12038: "tls_wrong_name",
    12045: "tls_unknown_authority",
    12057: "tls_revocation",
    12157: "tls",
    12175: "tls",
    0x80092013: "tls_revocation",
    0x80090325: "tls_unknown_authority",
    0x80090328: "tls_expired",
}


def read(evidence: str) -> tuple[str, int | None]:
    """The name of the cause, "" where nothing is known, and the HTTP status if one is said."""
    text = _message(evidence)
    for number in _numbers(text):
        if number in CAUSES:
            return CAUSES[number], None
    status = STATUS.search(text)
    return "", int(status[1]) if status else None


def _message(evidence: str) -> str:
    """The newest message in the text, or the start of it all where there is none."""
    start = evidence.rfind("<Msg>")
    end = evidence.find("</Msg>", start) if start >= 0 else -1
    return (evidence[start:end] if end >= 0 else evidence)[:MOST_SIGNS]


def _numbers(text: str) -> list[int]:
    symbols = [SYMBOLS[name] for name in SYMBOL.findall(text) if name in SYMBOLS]
    return [*symbols, *(int(digits, 16) for digits in HEX.findall(text)), *map(int, DECIMAL.findall(text))]
