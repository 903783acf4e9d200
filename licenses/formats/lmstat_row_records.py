"""What does one row of lmstat look like: a checkout, somebody who waits, a reservation?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple, Protocol, overload

# XenServer hosts check out as their product, "CXSTP" in technology previews.
PRODUCT_USERS = frozenset({"CXS", "CXSTP"})
ACTIVATED = "ACTIVATED LICENSE(S)"
BORROWED = "BORROWED LICENSE(S)"


class Checkout(NamedTuple):
    """One row with a start time; `started_at` is None when the report has no header to take the year from."""

    user: str
    host: str
    display: str
    version: str
    server: str
    port: int
    handle: str
    started_text: str
    started_at: datetime | None
    licenses: int
    pid: int | None
    linger: tuple[int, int | None] | None
    line: int

    @property
    def is_product(self) -> bool:
        """A host that took a license for its product: no person behind it."""
        return self.user in PRODUCT_USERS and self.display.split(" ", 1)[0] == self.user

    @property
    def is_activated(self) -> bool:
        """Activated onto or borrowed by a machine; no person is named."""
        return self.user in {ACTIVATED, BORROWED}


class CheckoutRun(Protocol):
    """Rows that stand together and were not made into objects yet."""

    @property
    def licenses(self) -> int: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Checkout]: ...


class Checkouts(Sequence[Checkout]):
    """All rows with a start time, in order. They become objects when somebody looks at them.

    A report may have a million rows, and most readers want the counts only. Index or iterate
    once and keep the result when it is needed twice.
    """

    __slots__ = ("_length", "_runs", "licenses")

    def __init__(self, runs: Iterable[CheckoutRun] = ()) -> None:
        self._runs = tuple(runs)
        self._length = sum(len(run) for run in self._runs)
        self.licenses = sum(run.licenses for run in self._runs)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Checkout]:
        return chain.from_iterable(self._runs)

    @overload
    def __getitem__(self, index: int) -> Checkout: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Checkout, ...]: ...

    def __getitem__(self, index: int | slice) -> Checkout | tuple[Checkout, ...]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checkouts | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Checkouts({list(self)!r})"


@dataclass(frozen=True, slots=True)
class Queued:
    """Somebody who waits; not in use."""

    user: str
    host: str
    display: str
    version: str
    server: str
    port: int
    handle: str
    licenses: int
    line: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """Licenses kept for HOST, GROUP, USER …; they count as in use."""

    count: int
    kind: str
    name: str
    server: str
    port: int | None
    line: int
