"""Is a half of a pair found before anything is sent?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from payloads.checks import declarations_are_complete, unpaired
from programs import catalog
from programs.catalog import Program, program, programs

TELEMETRY = program("telemetry")


def with_first_element(**facts: Any) -> Program:
    upload, *uploads = TELEMETRY.uploads
    first, *others = upload.sections
    elements = (replace(first.elements[0], **facts), *first.elements[1:])
    changed = replace(upload, sections=(replace(first, elements=elements), *others))
    return replace(TELEMETRY, uploads=(changed, *uploads))


def found_with(changed: Program) -> list[tuple[str | None, str]]:
    """What is found when it takes the place of ours."""
    return found(*(changed if one.code == changed.code else one for one in programs().values()))


def found(*declared: Program) -> list[tuple[str | None, str]]:
    return [(error.id, error.msg) for error in unpaired(list(declared))]


@pytest.fixture
def declarations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that takes the place of ours."""
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    catalog.programs_in.cache_clear()
    yield tmp_path
    catalog.programs_in.cache_clear()


def test_our_own_declarations_are_complete() -> None:
    assert found(*programs().values()) == []
    assert [one for one in run_checks() if str(one.id).startswith("payloads.")] == []


def test_e001_a_declaration_that_cannot_be_read(declarations: Path) -> None:
    (declarations / "weather.toml").write_text("code = ")
    (error,) = declarations_are_complete()
    assert error.id == "payloads.E001"
    assert "weather.toml" in error.msg
    assert "nothing is collected or sent" in str(error.hint)


def test_e002_an_element_whose_collector_does_not_exist() -> None:
    message = "metadata.ClientTool names the collector 'crystal_ball', which does not exist."
    assert found_with(with_first_element(collector="crystal_ball")) == [("payloads.E002", message)]


def test_e003_a_collector_that_serves_no_element() -> None:
    upload, *uploads = TELEMETRY.uploads
    without = replace(upload, sections=tuple(one for one in upload.sections if one.name != "license_server"))
    message = "The collector 'server' serves no declared element."
    assert found_with(replace(TELEMETRY, uploads=(without, *uploads))) == [("payloads.E003", message)]


def test_e004_an_upload_without_a_document() -> None:
    more = replace(TELEMETRY, uploads=(*TELEMETRY.uploads, replace(TELEMETRY.uploads[0], kind="weather")))
    assert found_with(more) == [("payloads.E004", "No document is written for telemetry weather.")]


def test_e005_an_element_that_is_not_collected_and_does_not_say_why() -> None:
    message = "telemetry compliance: metadata.ClientTool is not collected, and no note says why."
    assert found_with(with_first_element(collector="not_collected")) == [("payloads.E005", message)]
    assert found_with(with_first_element(collector="not_collected", note="Nobody knows it.")) == []
