"""Which rows stand in a run of plain lines? The fast way, for reports of a hundred thousand rows.

One pattern reads all rows of a paragraph at once. It gives up as soon as one line is out of the
ordinary; `lmstat_rows.read_row` then reads the paragraph line by line, with the same result.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from licenses.formats.lmstat_parts import Rows
from licenses.formats.lmstat_row_records import Checkout, Queued, Reservation
from licenses.formats.lmstat_rows import LINGER, QUEUED, RESERVED, Places, Starts, read_linger, split_who

# name (vVERSION) (host/port handle)[, start Ddd M/D H:MM[, n licenses][, PID: n]]rest
# or a reservation: name (host/port)
ROW = re.compile(
    r"\n[ \t]++([^\s(]++[ \t]++[^\s(][^\n(]*+)\((?:v([^)\s]++)\) \()?([^\s()]++)(?: ([0-9]++))?\)"
    r"(?:, start ([A-Za-z]++ [0-9/]++ [0-9:]++)(?:, ([0-9]{1,9}) licenses?+)?(?:, PID: ([0-9]{1,18})(?![0-9]))?)?"
    r"([^\n]*+)"
)
PLACE, STARTED = 2, 4  # where these stand among the parts
Parts = tuple[str, str, str, str, str, str, str, str]


@dataclass(slots=True)
class FoundRows:
    """Rows as the pattern found them, checked; `found` may have other rows in between."""

    found: list[Parts]
    first: int
    starts: Starts
    places: Places
    length: int = 0
    licenses: int = 0

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Checkout]:
        for number, (who, version, place, handle, begun, licenses, pid, rest) in enumerate(self.found, self.first):
            if begun:
                user, host, display = split_who(who.split(), version=version)
                server, port = self.places[place]
                started_at = self.starts[begun][1]
                count, process, linger = int(licenses or 1), int(pid) if pid else None, read_linger(rest)
                place_and_start = (version, server, port, handle, begun, started_at)
                yield Checkout(user, host, display, *place_and_start, count, process, linger, number)


def starts_run(text: str, *, start: int, end: int) -> bool:
    """True when the line behind this line feed looks like a row."""
    return ROW.match(text, start, end) is not None


def read_run(text: str, *, start: int, end: int, first: int, starts: Starts, places: Places) -> Rows | None:
    """Read the lines of text[start:end], which begins with a line feed; None unless all are plain rows."""
    found: list[Parts] = ROW.findall(text, start, end)
    if len(found) != text.count("\n", start, end):
        return None
    run, rows = FoundRows(found, first, starts, places), Rows()
    for number, parts in enumerate(found, start=first):
        _, version, _, handle, begun, licenses, _, rest = parts
        if not begun:
            if not _other(parts, number, rows, places):
                return None
        elif not version or not handle or (rest and not LINGER.fullmatch(rest)):
            return None
        else:
            run.length += 1
            run.licenses += int(licenses) if licenses else 1
    # Only what was not seen before needs a look.
    new_places = [place for place in {parts[PLACE] for parts in found} if place not in places]
    new_starts = [begun for begun in {parts[STARTED] for parts in found} if begun not in starts]
    if any(places[place][1] < 0 for place in new_places) or not all(starts[begun][0] for begun in new_starts if begun):
        return None
    if run.length:
        rows.checkouts.append(run)
    return rows


def _other(parts: Parts, number: int, rows: Rows, places: Places) -> bool:
    """Take a queued row or a reservation; False when it is neither."""
    who, version, place, handle, begun, _, _, rest = parts
    server, port = places[place]
    if port < 0 or begun:
        return False
    if not version:
        match = RESERVED.fullmatch(who.strip())
        # The name may hold a bracket; only behind a blank it is that of the place.
        if match is None or handle or rest.strip() or not who[-1].isspace():
            return False
        rows.reservations.append(Reservation(int(match[1]), match[2], match[3], server, port, number))
        return True
    words, queued = who.split(), QUEUED.fullmatch(rest)
    if queued is None or len(words) < 2 or not handle:
        return False
    user, host, display = split_who(words, version=version)
    rows.queued.append(Queued(user, host, display, version, server, port, handle, int(queued[1]), number))
    return True
