"""Is a declaration that is half filled, misspelled or contradictory refused, with the place and the reason?"""

from pathlib import Path

import pytest

from programs.catalog import DeclarationRefused, Program, kind_name, program, programs, read_declaration, upload_name

TELEMETRY = program("telemetry")
WHOLE = """
code = "weather"
name = "Weather"
version = "1.0"
basis = "optional"
purpose = "Shows the weather."
used_for = ["Umbrellas"]
recipient = "The weather office"
cadence = "Daily"

[[upload]]
kind = "report"
name = "Weather report"
product = "Weather"
layout = "1.0"
file_prefix = "weather_"
result_type = "WEATHER"

[[upload.section]]
name = "day"
label = "One day"
repeats = true
document = "report.xml"
container = "Day"

[[upload.section.element]]
name = "Rain"
type = "int"
unit = "mm"
description = "How much it rained."
purpose = "Shows the weather"
identifies = "none"
scrambled = false
collector = "gauge"
since = "1.0"
evidence = "ours"
source = "ours"

[[upload.section]]
name = "day.hour"
label = "One hour"
repeats = true
parent = "day"
container = "Rain"

[[upload.section.element]]
name = "Wind"
type = "int"
description = "How much it blew."
purpose = "Shows the weather"
identifies = "none"
scrambled = false
collector = "gauge"
since = "1.0"
evidence = "ours"
source = "ours"
"""
SECTION, UPLOAD = WHOLE.index("[[upload.section]]"), WHOLE.index("[[upload]]")
HOUR = WHOLE.rindex("[[upload.section]]")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("telemetry", "usage", "Licensing Telemetry (Product usage)"),
        ("call_home", "diagnostic", "Call Home"),
        ("call_home", "of_old", "Call Home (of_old)"),
        ("CTX_UPLOAD_TYPE_OTHER", "unknown", "CTX_UPLOAD_TYPE_OTHER"),
    ],
)
def test_an_upload_is_called_by_its_program_and_where_that_has_several_by_its_kind(
    code: str, kind: str, words: str
) -> None:
    assert upload_name(code, kind) == words


def test_a_kind_has_the_name_that_its_declaration_gives_it() -> None:
    assert (kind_name("inventory"), kind_name("usage", of="telemetry")) == ("Inventory event", "Product usage")
    assert (kind_name("usage", of="ceip"), kind_name("of_old")) == ("usage", "of_old")


def read(folder: Path, text: str) -> Program:
    path = folder / "weather.toml"
    path.write_text(text, encoding="utf-8")
    return read_declaration(path)


def test_it_reads_a_whole_declaration(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    assert (found.code, found.is_mandatory, found.used_for) == ("weather", False, ("Umbrellas",))
    assert [element.path for element in found.upload("report").elements()] == ["day.Rain", "day.hour.Wind"]
    assert next(found.upload("report").elements()).unit == "mm"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # half filled
        ('recipient = "The weather office"\n', "", "program: 'recipient' is missing"),
        ('recipient = "The weather office"', 'recipient = ""', "program: 'recipient' is empty"),
        ('recipient = "The weather office"', 'recipient = " \\t"', "program: 'recipient' is empty"),
        ('used_for = ["Umbrellas"]\n', "", "program: 'used_for' has to be a list"),
        ('used_for = ["Umbrellas"]', "used_for = []", "program: 'used_for' has to be a list"),
        ('used_for = ["Umbrellas"]', 'used_for = "Umbrellas"', "program: 'used_for' has to be a list"),
        ('used_for = ["Umbrellas"]', 'used_for = ["Umbrellas", ""]', "'used_for' has to be a list of sentences"),
        ('used_for = ["Umbrellas"]', "used_for = [1]", "'used_for' has to be a list of sentences"),
        ('file_prefix = "weather_"\n', "", "upload report: 'file_prefix' is missing"),
        ('result_type = "WEATHER"', 'result_type = ""', "upload report: 'result_type' is empty"),
        ('label = "One hour"\n', "", "section day.hour: 'label' is missing"),
        ('name = "day.hour"\n', "", "section None: 'name' is missing"),
        ('description = "How much it blew."\n', "", "element day.hour.Wind: 'description' is missing"),
        ('unit = "mm"', 'unit = ""', "element day.Rain: 'unit' is empty"),
        ('container = "Rain"\n', "", "section day.hour: 'parent' and 'container' belong together"),
        ('parent = "day"\n', "", "section day.hour: 'parent' and 'container' belong together"),
        (WHOLE[UPLOAD:], "", "program: 'upload' has to be a list"),
        (WHOLE[SECTION:], "", "upload report: 'section' has to be a list"),
        (WHOLE[WHOLE.rindex("[[upload.section.element]]") :], "", "section day.hour: 'element' has to be a list"),
        # misspelled
        ('basis = "optional"', 'basis = "voluntary"', "basis of weather: 'voluntary' is not one of"),
        ('type = "int"\nunit', 'type = "integer"\nunit', "type of day.Rain: 'integer' is not one of"),
        ('identifies = "none"', 'identifies = "nobody"', "identifies of day.Rain: 'nobody' is not one of"),
        ('evidence = "ours"', 'evidence = "rumor"', "evidence of day.Rain: 'rumor' is not one of"),
        ('parent = "day"', 'parent = "day.hours"', "there is no section 'day.hours'"),
        ('container = "Rain"', 'container = "Rein"', "section day.hour: day has no element 'Rein'"),
        ('code = "weather"', 'code = "whether"', "the code is 'whether', but the file is named 'weather'"),
        ('type = "int"\nunit = "mm"', 'type = "date"', "format of day.Rain: '' is not one of"),
        ('unit = "mm"', 'unit = "mm"\nwritten = "loudly"', "written of day.Rain: 'loudly' is not one of"),
        ('unit = "mm"', 'unit = "mm"\nsame_as = "day.Snow"', "day.Rain: there is no element 'day.Snow' that is sent"),
        ('unit = "mm"', 'unit = "mm"\nsame_as = "day.Rain"', "day.Rain: there is no element 'day.Rain' that is sent"),
        ('parent = "day"', 'parent = "day"\ndocument = "other.xml"', "day.hour: its document is the one of its parent"),
        # unknown
        ('cadence = "Daily"', 'cadence = "Daily"\nprice = "1"', "program: unknown field 'price'"),
        ('layout = "1.0"', 'layout = "1.0"\nprice = "1"', "upload report: unknown field 'price'"),
        ('label = "One day"', 'label = "One day"\nprice = "1"', "section day: unknown field 'price'"),
        ('unit = "mm"', 'unit = "mm"\nprice = "1"', "element day.Rain: unknown field 'price'"),
        # duplicate
        ('name = "day.hour"', 'name = "day"', "sections of report: a name stands there twice"),
        (WHOLE[HOUR:], "\n".join(WHOLE[SECTION:HOUR].split("\n")[7:]), "elements of day: a name stands there twice"),
        (WHOLE, WHOLE + WHOLE[UPLOAD:], "upload kinds of weather: a name stands there twice"),
        # of another type
        ("scrambled = false\n", 'scrambled = "no"\n', "element day.Rain: 'scrambled' has to be of type bool"),
        ("repeats = true\n", "repeats = 1\n", "section day: 'repeats' has to be of type bool"),
        ('version = "1.0"', "version = 1.0", "program: 'version' has to be of type str"),
        ('result_type = "WEATHER"', "result_type = 7", "upload report: 'result_type' has to be of type str"),
        ("[[upload]]", "upload = 1\n[[uploads]]", "weather.toml: "),
        # no TOML at all
        ('code = "weather"', "code = ", "weather.toml: "),
    ],
)  # fmt: skip
def test_it_refuses(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(DeclarationRefused) as refused:
        read(tmp_path, WHOLE.replace(old, new, 1))
    assert words in str(refused.value)
    assert str(refused.value).startswith("weather.toml: ")


def test_it_refuses_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "weather.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeclarationRefused, match=r"weather\.toml: "):
        read_declaration(tmp_path / "weather.toml")


def test_an_upload_without_a_result_file_needs_no_type_for_one(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE.replace('result_type = "WEATHER"\n', "")).upload("report").result_type is None


def test_a_container_may_be_told_by_the_name_of_its_section(tmp_path: Path) -> None:
    hours = WHOLE.replace('name = "day.hour"', 'name = "day.Hours.Hour"').replace('"Rain"\n\n', '"Hours/Hour"\n\n')
    assert read(tmp_path, hours).upload("report").section("day.Hours.Hour").container == "Hours/Hour"


def test_every_declaration_of_ours_is_whole() -> None:
    assert list(programs()) == ["call_home", "ceip", "event_data", "telemetry"]


@pytest.mark.parametrize(
    "ask", [program, program("telemetry").upload, program("telemetry").upload("compliance").section]
)
def test_what_is_not_declared_is_not_there(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(KeyError):
        ask("weather")
