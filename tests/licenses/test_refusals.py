"""Is a file that was cut off told from a whole one?"""

from pathlib import Path

import pytest

from licenses.formats.license_file import Feature, parse
from licenses.refusals import CUT_OFF, NOTHING_GRANTED, refusals
from tests.factories import increment, license_file

SAMPLES = Path(__file__).parents[1] / "samples" / "lic"
WRAPPED = (SAMPLES / "citrix_wrapped.lic").read_bytes()
LINE = "INCREMENT XDT_PLT_UD CITRIX 2027.0630 permanent 100"


def found(text: str | bytes) -> list[tuple[int, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    return [(problem.line, problem.sentence) for problem in refusals(parse(content))]


def is_installable(content: bytes) -> bool:
    parsed = parse(content)
    problems = [*parsed.problems, *refusals(parsed)]
    return parsed.is_license_file and all(problem.severity != "error" for problem in problems)


def terms(feature: Feature) -> tuple[object, ...]:
    numbers = (feature.count, feature.overdraft, feature.serial_number)
    return (feature.feature, feature.version, feature.expires_on, feature.start, *numbers)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.lic")), ids=lambda path: path.name)
def test_it_has_nothing_against_the_samples(path: Path) -> None:
    assert found(path.read_bytes()) == []


@pytest.mark.parametrize("rest", ["", "USE_SERVER\n", "USE_SERVER\n# more\n", "FEATURESET CITRIX 0123456789AB\n"])
def test_a_head_without_licenses_grants_nothing(rest: str) -> None:
    text = f"SERVER lic1 ANY\nVENDOR CITRIX\n{rest}"
    assert found(text) == [(text.count("\n"), NOTHING_GRANTED)]


@pytest.mark.parametrize("text", ["SERVER lic1 ANY 27000\nUSE_SERVER\n", "SERVER lic1 ANY 27000\nUSE_SERVER"])
def test_a_pointer_to_another_server_is_whole(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("piece", ["I", "INCRE", "feat", "pack"])
def test_a_last_line_with_a_piece_of_a_keyword_is_cut_off(piece: str) -> None:
    text = f"{LINE} SN=1 SIGN=0\n{piece}"
    assert found(text) == [(2, CUT_OFF)]
    assert found(f"{text}\n") == [], "somebody wrote that line to its end"


def test_a_last_line_with_anything_else_is_no_piece() -> None:
    assert found(f"{LINE} SN=1 SIGN=0\n-- end --") == []
    assert found(f"{LINE} SN=1 SIGN=0") == []


def test_every_reason_forbids_the_import() -> None:
    assert {problem.severity for problem in refusals(parse(b"VENDOR CITRIX\nINC"))} == {"error"}


@pytest.mark.parametrize(
    "whole", [WRAPPED, license_file(increment(), increment("MPS_ENT_CCU", extra="OVERDRAFT=5 SN=2"))]
)
def test_no_piece_of_a_file_passes_with_half_a_license(whole: bytes) -> None:
    every = [terms(feature) for feature in parse(whole).features]
    for piece in filter(is_installable, (whole[:at] for at in range(1, len(whole)))):
        passed = [terms(feature) for feature in parse(piece).features]
        assert passed
        assert passed == every[: len(passed)]
