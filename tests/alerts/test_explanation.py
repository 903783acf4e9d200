"""Are steps of a ladder named as a person says them?"""

from datetime import date

import pytest

from alerts.explanation import reached_in_words, rung_in_words

DUE = date(2026, 3, 30)


@pytest.mark.parametrize(
    ("rung", "rule", "due", "name", "reached"),
    [
        (30, "license_expiry", DUE, "30 days left", "the 30-day step was reached"),
        (1, "license_expiry", DUE, "1 day left", "the 1-day step was reached"),
        (0, "license_expiry", DUE, "the last day", "the last day was reached"),
        (-1, "license_expiry", DUE, "1 day over", "it was overdue"),
        (-14, "license_expiry", DUE, "14 days over", "it had been overdue for 14 days or longer"),
        (0, "uploads_fail", None, "its beginning", "it was found"),
        (-7, "uploads_fail", None, "7 days after it began", "it has lasted for 7 days or longer"),
        (10, "usage", None, "90 % in use", "90 % in use were reached"),
        (0, "usage", None, "100 % in use", "100 % in use were reached"),
    ],
)
def test_a_step_has_a_name_and_a_sentence(rung: int, rule: str, due: date | None, name: str, reached: str) -> None:
    assert rung_in_words(rung, rule=rule, due=due) == name
    assert reached_in_words(rung, rule=rule, due=due) == reached
