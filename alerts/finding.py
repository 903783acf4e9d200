"""What did a rule find? One trouble on one server, in the words that a person will read."""

from dataclasses import dataclass
from datetime import date

from alerts.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Title, detail, action: the product's own pattern. Findings with the same `problem` make one alert.

    `rung` is the step of the ladder that was reached: days left, and negative once it is over; None where the first
    step is not reached. What has no date counts the days since it began: 0, then -1, -7, -14. `steps` is the whole
    ladder. `shared_title` is the title where several servers have the trouble. `rule` is a `Kind` or a `Condition`.
    """

    rule: str
    problem: str
    severity: Severity
    rung: int | None
    title: str
    detail: str
    action: str
    shared_title: str = ""
    steps: tuple[int, ...] = ()
    is_muted: bool = False
    escalate_after_days: int = 0
    server_id: int | None = None
    feature: str = ""
    due: date | None = None
    evidence: str = ""
