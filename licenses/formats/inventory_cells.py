"""What stands in the cells of one object? Texts by name, dates and numbers with a remark where they cannot be read."""

from dataclasses import dataclass, field

from licenses.formats.inventory_dates import UNKNOWN, DateOrder, Moment, read_moment
from licenses.formats.inventory_kinds import RowKind
from licenses.formats.inventory_raw import RawRecord
from licenses.formats.problems import Severity
from licenses.formats.saying import say

# Every column that may hold a date in a console's culture.
DATE_NAMES = frozenset(
    [
        "customersuccessservicesdate",
        "datetime",
        "earliestdateofsample",
        "expirationdate",
        "licensecustomersuccessservicesdate",
        "licenseexpirationdate",
        "licenseissuedate",
        "licensesubscriptionadvantagedate",
        "mostrecentdateofsample",
        "sadate",
        "subscriptionadvantagedate",
        "subscriptiondate",
    ]
)
LONGEST_NUMBER = 12


@dataclass(slots=True)
class Cells:
    """The fields of one object by name in any case; what cannot be read is None and said in `remarks`."""

    record: RawRecord
    order: DateOrder
    remarks: list[tuple[str, Severity]] = field(default_factory=list)
    _by_name: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {name.lower(): value for name, value in reversed(self.record.shown_fields)}
        self.remarks += [(sentence, "warning") for sentence in self.record.remarks]

    @property
    def raw(self) -> tuple[tuple[str, str], ...]:
        return self.record.shown_fields

    def say(self, sentence: str, *, severity: Severity = "warning") -> None:
        self.remarks.append((sentence, severity))

    def text(self, *names: str) -> str:
        """The first of these fields that is not empty."""
        return next((value for name in names if (value := self._by_name.get(name.lower(), ""))), "")

    def number(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
            return int(text)
        self.say(say("“%(text)s” in %(name)s is not a whole number; it counts as unknown.", text=text[:40], name=name))
        return None

    def moment(self, *names: str) -> Moment:
        text = self.text(*names)
        if not text:
            return UNKNOWN
        moment = read_moment(text, order=self.order)
        if not moment.known:
            written = next(name for name in names if self.text(name))
            self.say(
                say(
                    "“%(text)s” in %(name)s is not a date that can be read; it counts as unknown.",
                    text=text[:40],
                    name=written,
                )
            )
        return moment


def date_texts(record: RawRecord) -> list[str]:
    """What may help to find the order of day and month."""
    if record.kind is RowKind.CHECKMK:
        return []
    return [value for name, value in record.fields if value and name.lower() in DATE_NAMES]
