"""Is this a calendar by the letter of RFC 5545? A second look with eyes of our own, beside the library's."""

import re
from collections.abc import Iterator

LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
TEXT = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME", "PRODID", "UID"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "PRIORITY", "URL"}


def content_lines(calendar: bytes) -> list[tuple[str, str]]:
    """Name and value of each line, unfolded. Asserts §3.1: CRLF, 75 octets at most, and no control characters."""
    assert calendar.endswith(b"\r\n")
    physical = calendar.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode("utf-8")  # no sign is cut in two
    unfolded = b"\r\n".join(physical).replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode("utf-8").split("\r\n")
    found = [LINE.fullmatch(line) for line in unfolded]
    assert all(found), [line for line, match in zip(unfolded, found, strict=True) if not match]
    return [(match[1], match[3]) for match in found if match]


def components(calendar: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Each component with its values. Asserts that they nest and that what may stand once stands once."""
    open_ones: list[tuple[str, dict[str, str]]] = []
    for name, value in content_lines(calendar):
        if name == "BEGIN":
            open_ones.append((value, {}))
        elif name == "END":
            kind, values = open_ones.pop()
            assert kind == value
            yield kind, values
        else:
            _, values = open_ones[-1]
            assert name not in values or name not in ONCE, name
            values[name] = plain(value) if name in TEXT else value
    assert not open_ones


def plain(text: str) -> str:
    """The text that was meant. Asserts §3.3.11: every comma, semicolon and backslash is escaped."""
    assert not re.search(r"[,;\\]", re.sub(r"\\[\\;,nN]", "", text)), text
    signs = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda match: signs.get(match[1], match[1]), text)
