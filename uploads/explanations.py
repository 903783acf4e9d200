"""What does a result mean, and what should a person do? One explanation for every failure that was seen in practice."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from uploads.causes import OF_CODE, PREFIX, Cause, cause_of
from uploads.explaining_the_ends import ANSWERING, KEEPING
from uploads.explaining_the_way import CONNECTING, LOSING, PROXYING, TRUSTING, Row
from uploads.result_file import SUCCESS

_ON_OUR_WAY: dict[Cause, Row] = {**CONNECTING, **LOSING, **PROXYING, **TRUSTING}
_ROWS: dict[Cause, Row] = {**_ON_OUR_WAY, **ANSWERING, **KEEPING}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Cause and next step in plain words. `known` is False for a code of somebody else: it is shown as it came.

    `network` is True where a check of the network by a worker goes the same way, and would show where it ends.
    """

    title: str
    cause: str
    fix: str
    known: bool = True
    network: bool = False


def explain(code: str, *, evidence: str = "", status: int | None = None, observed: bool = False) -> Explanation:
    """The explanation of a result; with its evidence, of the very shape. `observed`: the license server sent it."""
    if code == SUCCESS:
        return Explanation(_("Delivered"), _("The receiver confirmed every byte."), _("Nothing."))
    return explain_cause(cause_of(code, evidence=evidence, status=status) or Cause.UNKNOWN, observed=observed)


def explain_cause(cause: Cause | str, *, observed: bool = False) -> Explanation:
    """The same where the shape is known already; a name that is none is called unknown."""
    known = Cause(cause) if cause in _ROWS else Cause.UNKNOWN
    title, words, fix, there = _ROWS[known]
    said = str(title), str(words), str(there if observed else fix)
    return Explanation(*said, known=known != Cause.UNKNOWN, network=known in _ON_OUR_WAY and not observed)


def every_code() -> tuple[str, ...]:
    """Every code that we write."""
    return (SUCCESS, *(PREFIX + name for name in OF_CODE))
