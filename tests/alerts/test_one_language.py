"""Are sentences that are looked up once the same as those that are asked for each time, in every language?"""

import pytest
from django.utils import translation

from alerts import one_language
from alerts.one_language import in_one_language

ONE, MANY = "%(count)s %(product)s licenses expire", "%(count)s %(product)s licenses expire"
DAY, DAYS = "%(count)s day", "%(count)s days"
WORDS = ("Nothing.", "Version of the license server")
LANGUAGES = ("en", "de", "fr", "ja")


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_says_what_django_says(code: str) -> None:
    numbers = [0, 1, 2, 1000]
    with translation.override(code):
        wanted = [translation.gettext(one) for one in WORDS]
        counted = [translation.ngettext(*pair, number) for pair in ((DAY, DAYS), (ONE, MANY)) for number in numbers]
        for _ in range(2):
            with in_one_language():
                twice = [[one_language.gettext(one) for one in WORDS] for _ in range(2)]
                again = [
                    [one_language.ngettext(*pair, number) for pair in ((DAY, DAYS), (ONE, MANY)) for number in numbers]
                    for _ in range(2)
                ]
            assert twice == [wanted, wanted]
            assert again == [counted, counted]
        assert one_language.ngettext(DAY, DAYS, 1) == translation.ngettext(DAY, DAYS, 1), "and outside of the block"


def test_what_is_looked_up_ends_with_the_block() -> None:
    with translation.override("de"), in_one_language():
        german = one_language.ngettext(DAY, DAYS, 2), one_language.gettext("Nothing.")
    with translation.override("fr"), in_one_language():
        french = one_language.ngettext(DAY, DAYS, 2), one_language.gettext("Nothing.")
    assert german[0] != french[0]
    assert german[1] != french[1]
