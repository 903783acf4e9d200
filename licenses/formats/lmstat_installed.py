"""What does the table of `lmstat -i` list? Rows of the license file, no usage."""

from dataclasses import dataclass, field

from licenses.formats.lmstat_lines import FOR_EVER, INSTALLED_COLUMNS, read_expiry
from licenses.formats.lmstat_records import InstalledRow, InstalledTable
from licenses.formats.records import whole_number

# The only value with blanks in it, spelled without them while the row is cut into words.
SHORT_FOR_EVER = "permanent"


def heading_columns(text: str) -> tuple[str, ...]:
    """The columns in the order of the heading; none when the line is no heading."""
    words = tuple(text[:200].split())
    return words if len(words) == len(INSTALLED_COLUMNS) and set(words) == INSTALLED_COLUMNS else ()


@dataclass(slots=True)
class OpenTable:
    """A table whose rows are still coming. A file may have one for each license file."""

    columns: tuple[str, ...]
    first_columns: tuple[str, ...] = ()
    rows: list[InstalledRow] = field(default_factory=list)

    def read(self, text: str, *, number: int) -> InstalledRow | None:
        """Read one row; None when it has too few words or a count that is no number."""
        is_for_ever = FOR_EVER in text
        words = text.replace(FOR_EVER, SHORT_FOR_EVER).split()
        if len(words) != len(self.columns):
            return None
        values = dict(zip(self.columns, words, strict=True))
        is_uncounted = values["#licenses"].lower() == "uncounted"
        count = whole_number(values["#licenses"])
        if count is None and not is_uncounted:
            return None
        raw = values["Expires"]
        expiry = read_expiry(raw)
        return InstalledRow(
            line=number,
            feature=values["Feature"],
            version=values["Version"],
            count=count or None,
            vendor=values["Vendor"],
            expiry_raw=FOR_EVER if is_for_ever and raw == SHORT_FOR_EVER else raw,
            expires_on=expiry.on,
            expiry_known=expiry.known,
        )

    def closed(self) -> InstalledTable:
        return InstalledTable(columns=self.first_columns or self.columns, rows=tuple(self.rows))
