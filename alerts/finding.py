"""What did a rule find? One trouble on one server, in the words that a person will read."""

from dataclasses import dataclass
from datetime import date

from alerts.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Title, detail, action: the product's own pattern. Findings with the same `problem` make one alert.

    `rung` is the step of the ladder that was reached: days left, and negative once it is over. What has no date counts
    the days since it began: 0, then -1, -7, -14. `rule` is a `Kind` or a `Condition`.
    """

    rule: str
    problem: str
    severity: Severity
    rung: int
    title: str
    detail: str
    action: str
    server_id: int | None = None
    subject: str = ""
    feature: str = ""
    due: date | None = None
    evidence: str = ""
