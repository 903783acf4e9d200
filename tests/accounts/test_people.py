"""Does the corner of the page show who is there?"""

import pytest

from accounts.models import User


@pytest.mark.parametrize(
    ("username", "first", "last", "initials"),
    [("ada", "", "", "A"), ("ada.lovelace", "", "", "AL"), ("x", "Ada", "Lovelace", "AL"), ("_", "", "", "?")],
)
def test_it_shortens_a_name_to_its_initials(username: str, first: str, last: str, initials: str) -> None:
    assert User(username=username, first_name=first, last_name=last).initials == initials


def test_it_names_the_role_as_a_person_reads_it(dora: User) -> None:
    assert dora.role_name == "Privacy officer"
