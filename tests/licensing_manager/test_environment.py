"""Is what was set from outside read as it was meant, and a wrong value reported instead of guessed?"""

from pathlib import Path

import pytest

from licensing_manager.environment import Environment, shown


def test_it_reads_text_and_falls_back_to_the_default() -> None:
    environment = Environment({"A": "one", "EMPTY": ""})
    assert environment.text("A") == "one"
    assert environment.text("EMPTY", "default") == "default"
    assert environment.text("B", "default") == "default"
    assert environment.problems == []


def test_it_reads_a_secret_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    environment = Environment({"A_FILE": str(tmp_path / "secret")})
    assert environment.given("A")
    assert environment.text("A") == "from the file"


def test_the_variable_itself_wins_over_its_file() -> None:
    assert Environment({"A": "direct", "A_FILE": "/nowhere"}).text("A") == "direct"


def test_a_file_that_cannot_be_read_is_reported() -> None:
    environment = Environment({"A_FILE": "/nowhere/secret"})
    assert environment.text("A", "default") == "default"
    assert _ids(environment) == ["licensing_manager.E005"]


@pytest.mark.parametrize(
    ("word", "meaning"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("off", False)]
)
def test_it_reads_yes_and_no(word: str, *, meaning: bool) -> None:
    assert Environment({"A": word}).flag("A", default=not meaning) is meaning


def test_a_flag_that_is_neither_is_reported_and_the_default_holds() -> None:
    environment = Environment({"A": "maybe"})
    assert environment.flag("A", default=True) is True
    assert _ids(environment) == ["licensing_manager.E001"]


@pytest.mark.parametrize(("word", "meaning"), [("de", "de"), (" ZH-Hans ", "zh-hans"), ("", "en")])
def test_it_reads_one_of_a_few_words_in_any_case(word: str, meaning: str) -> None:
    environment = Environment({"A": word})
    assert environment.choice("A", default="en", among=("en", "de", "zh-hans")) == meaning
    assert environment.problems == []


@pytest.mark.parametrize("word", ["tlh", "en_US:en", "de,fr"])
def test_a_word_that_is_none_of_them_is_reported_and_the_default_holds(word: str) -> None:
    environment = Environment({"A": word})
    assert environment.choice("A", default="en", among=("en", "de")) == "en"
    assert _ids(environment) == ["licensing_manager.E007"]


@pytest.mark.parametrize("text", ["29", "366", "-1", "1.5", "many", "١٢٣٤"])
def test_a_number_out_of_bounds_is_reported_and_the_default_holds(text: str) -> None:
    environment = Environment({"A": text})
    assert environment.number("A", default=90, least=30, most=365) == 90
    assert _ids(environment) == ["licensing_manager.E002"]


@pytest.mark.parametrize("number", [30, 365])
def test_both_bounds_of_a_number_are_inside(number: int) -> None:
    environment = Environment({"A": str(number)})
    assert environment.number("A", default=90, least=30, most=365) == number
    assert environment.problems == []


@pytest.mark.parametrize(
    "address", ["cis.example", "ftp://cis.example", "https://", "https://cis.example:port", "https://[::1", "http:///x"]
)
def test_an_address_without_scheme_or_host_is_reported(address: str) -> None:
    environment = Environment({"A": address})
    assert environment.url("A", default="", schemes=frozenset({"http", "https"})) == ""
    assert _ids(environment) == ["licensing_manager.E003"]


def test_an_address_loses_its_last_slash() -> None:
    environment = Environment({"A": "https://cis.example/base/"})
    assert environment.url("A", default="", schemes=frozenset({"https"})) == "https://cis.example/base"


def test_what_a_parser_refuses_is_reported_and_the_default_is_parsed() -> None:
    environment = Environment({"A": "x"})
    assert environment.parsed("A", int, default="7", example="8") == 7
    assert _ids(environment) == ["licensing_manager.E004"]


def test_no_problem_shows_a_password() -> None:
    environment = Environment({"A": "ftp://ada:secret@cis.example"})
    environment.url("A", default="", schemes=frozenset({"https"}))
    assert "secret" not in environment.problems[0].sentence
    assert shown("https://ada:secret@cis.example/x") == "https://…@cis.example/x"


def test_a_relative_path_becomes_absolute() -> None:
    assert Environment({"A": "data"}).path("A", Path("/default")) == Path.cwd() / "data"


def _ids(environment: Environment) -> list[str]:
    return [problem.id for problem in environment.problems]
