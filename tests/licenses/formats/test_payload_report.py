"""Is everything read that a bundle says, and nothing dangerous opened?"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats import bundle_members
from licenses.formats.payload_facts import payload_report_facts
from licenses.formats.payload_records import PayloadReport
from licenses.formats.payload_report import looks_like_bundle, looks_like_payload_report, parse_report

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "samples" / "xml"
EXPECTED = json.loads((SAMPLES / "facts.json").read_text(encoding="utf-8"))
BESIDE = ROOT.parent / "shared" / "fixtures"
MANIFEST = (SAMPLES / "manifest_other_spelling.xml").read_bytes()
REPORT = (SAMPLES / "report_two_pools.xml").read_bytes()

BILLING = b"""<R><LSInfo><OrgID>7</OrgID></LSInfo><Inventory><Feature><ID>XDT_PLT_UD</ID><SADate id="2027.0630">
<CountUsersBillable>2</CountUsersBillable><UsersBillable><ID timeLastLogin="2027-01-01T09:00:00Z">ada@example.test</ID>
<ID>ben@example.test</ID></UsersBillable></SADate></Feature></Inventory></R>"""
LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<R><LSInfo><GUID>&c;</GUID></LSInfo></R>"""
EXTERNAL = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><R><LSInfo><GUID>&x;</GUID></LSInfo></R>'


def _sibling_facts() -> dict[str, dict[str, object]]:
    if not (BESIDE / "facts.json").exists():
        return {}
    every = json.loads((BESIDE / "facts.json").read_text(encoding="utf-8"))
    return {name: facts for name, facts in every.items() if name.startswith("result_xml/derived_lui")}


SIBLINGS = _sibling_facts()


def _zip(members: dict[str, bytes], *, pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", pack) as bundle:
        for name, data in members.items():
            bundle.writestr(name, data)
    return target.getvalue()


def _only_error(parsed: PayloadReport) -> str:
    errors = [problem.sentence for problem in parsed.problems if problem.severity == "error"]
    assert len(errors) == 1
    assert (parsed.manifest, parsed.server) == (None, None)
    return errors[0]


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_sample(name: str) -> None:
    facts: dict[str, Any] = payload_report_facts(parse_report((SAMPLES / name).read_bytes()))
    facts["problem_lines"] = [[problem["line"], problem["severity"]] for problem in facts["problems"]]
    assert {key: facts.get(key) for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", SIBLINGS)
def test_it_agrees_with_the_reference_fixtures_beside_the_repository(name: str) -> None:
    raw = (BESIDE / name).read_bytes()
    facts = payload_report_facts(parse_report(raw))
    assert looks_like_payload_report(raw)
    assert {key: facts.get(key) for key in SIBLINGS[name]} == SIBLINGS[name]
    assert facts["problems"] == []


def test_it_reads_a_bundle_of_both() -> None:
    parsed = parse_report(_zip({"manifest.xml": MANIFEST, "report.xml": REPORT}))
    assert (parsed.kind, parsed.members) == ("bundle", ("manifest.xml", "report.xml"))
    assert parsed.manifest is not None
    assert parsed.manifest.product == "LicenseServerDiagnostic"
    assert [pool.installed for pool in parsed.pools] == [50, 25]


def test_it_keeps_licensees_devices_and_what_is_not_said_apart() -> None:
    first, second = parse_report(REPORT).pools
    assert (first.active, first.concurrent_devices, first.licensees_total) == ("true", ("d1", "d2"), None)
    assert (second.licensees_total, len(second.licensed_users), second.licensed_devices) == (3, 2, ("d3",))
    assert (second.used_max, second.billable, second.sample_start) == (0, None, None)


def test_it_counts_billable_users_and_knows_a_service_provider() -> None:
    parsed = parse_report(BILLING)
    assert (parsed.billable_ids_listed, parsed.pools[0].billable, parsed.is_service_provider) == (2, 2, True)
    assert parsed.pools[0].billable_users[1].last_login is None


@pytest.mark.parametrize("cut", [b"<OrgID>7</OrgID>", b"<CountUsersBillable>2</CountUsersBillable>"])
def test_it_needs_an_organization_to_call_a_server_a_service_provider(cut: bytes) -> None:
    assert parse_report(BILLING.replace(cut, b"")).is_service_provider is (b"Count" in cut)


def test_it_never_shows_a_user_in_a_problem() -> None:
    odd = BILLING.replace(b"2027-01-01T09:00:00Z", b"ada@example.test at nine")
    problems = parse_report(odd).problems
    assert [(problem.line, problem.text) for problem in problems] == [(2, "ID")]
    assert "example.test" not in repr(problems)


def test_it_names_the_line_in_which_a_report_is_cut_off() -> None:
    parsed = parse_report(REPORT[:700])
    assert "cut off or damaged" in _only_error(parsed)
    assert parsed.problems[0].line == REPORT[:700].count(b"\n") + 1
    assert parsed.features == ()


@pytest.mark.parametrize("raw", [LAUGHS, EXTERNAL, LAUGHS.decode().encode("utf-16"), EXTERNAL.replace(b"DOC", b"DoC")])
def test_it_refuses_entities_and_document_types(raw: bytes) -> None:
    parsed = parse_report(raw)
    assert "root:" not in repr(parsed)
    assert any(words in _only_error(parsed) for words in ("entities", "damaged"))


def test_it_says_that_other_xml_is_no_report() -> None:
    parsed = parse_report(b"<svg><path/></svg>")
    assert parsed.kind == "unknown"
    assert "neither a manifest nor a report" in parsed.problems[0].sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../report.xml", "leads out"),
        ("a\\..\\..\\report.xml", "leads out"),
        ("/etc/report.xml", "absolute"),
        ("C:\\report.xml", "absolute"),
        ("\\\\host\\report.xml", "absolute"),
        ("report\x01.xml", "control character"),
    ],
)
def test_it_refuses_names_that_are_not_safe(name: str, words: str) -> None:
    assert words in _only_error(parse_report(_zip({name: REPORT})))


def test_it_refuses_a_name_with_a_nul() -> None:
    raw = _zip({"report_xml": REPORT}).replace(b"report_xml", b"report\0xml")
    assert "NUL" in _only_error(parse_report(raw))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_it_refuses_two_files_of_one_name() -> None:
    raw = _zip({"report.xml": REPORT, "REPORT.XML": REPORT})
    assert "same name" in _only_error(parse_report(raw))


def test_it_refuses_a_zip_bomb() -> None:
    assert "zip bomb" in _only_error(parse_report(_zip({"report.xml": b" " * (8 * 1024 * 1024)})))


def test_it_counts_what_comes_out_instead_of_believing_the_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_members, "MAX_UNPACKED_BYTES", 5000)
    raw = _zip({"report.xml": REPORT, "b.xml": b"<a/>" * 1000}, pack=zipfile.ZIP_STORED)
    assert "unpacks to more than" in _only_error_text(parse_report(raw))


def _only_error_text(parsed: PayloadReport) -> str:
    return next(problem.sentence for problem in parsed.problems if problem.severity == "error")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (_zip({"report.xml": REPORT})[:-30], "cannot be unpacked"),
        (b"PK\x03\x04", "cannot be unpacked"),
        (_zip({f"{number}.xml": MANIFEST for number in range(65)}), "65 files"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 5000, "thousands of files"),
        (_zip({"report.xml": REPORT}, pack=zipfile.ZIP_LZMA), "packed in a way"),
        (_zip({"usage.json": b"{}"}), "neither a readable manifest nor a report"),
        (_zip({}), "neither a readable manifest nor a report"),
    ],
)
def test_it_says_why_a_bundle_is_not_read(raw: bytes, words: str) -> None:
    assert looks_like_bundle(raw)
    assert words in _only_error(parse_report(raw))


def test_it_asks_for_the_inner_bundle_of_a_collection() -> None:
    parsed = parse_report(_zip({"upload_compliance_1.zip": _zip({"report.xml": REPORT})}))
    assert "holds another bundle" in parsed.problems[0].sentence


@pytest.mark.parametrize("raw", [b"", b"plain text", b"<CtxUploaderResult/>", b"INCREMENT <Inventory>", b"<html>"])
def test_it_takes_nothing_else_for_a_report(raw: bytes) -> None:
    assert not looks_like_payload_report(raw)
    assert not looks_like_bundle(raw)


TAGS = ["<R>", "</R>", "<LSInfo>", "</LSInfo>", "<Inventory>", "</Inventory>", "<Feature>", "</Feature>", "<SN/>", "7"]
TAGS += ["<SADate id='2027.0630'>", "</SADate>", "<CountInstalled>", "</CountInstalled>", "<!--", "-->", "&a;", "<?x?>"]
DAMAGED = st.builds(
    lambda raw, at, new: raw[:at] + new + raw[at + 3 :],
    st.sampled_from([REPORT, BILLING, MANIFEST, _zip({"report.xml": REPORT})]),
    st.integers(0, 2000),
    st.binary(max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.lists(st.sampled_from(TAGS)).map(lambda tags: "".join(tags).encode()) | DAMAGED)
def test_it_never_raises_and_always_gives_json(raw: bytes) -> None:
    json.dumps(payload_report_facts(parse_report(raw))).encode()
    assert looks_like_payload_report(raw) in {True, False}


def test_it_names_a_file_and_an_element_in_a_sentence_only_by_their_beginning() -> None:
    report = b"<r><LSInfo><InstallUTC>soon</InstallUTC></LSInfo></r>"
    problems = parse_report(_zip({f"{'n' * 5000}.xml": report, f"{'m' * 5000}.xml": b"<r"})).problems
    assert len(problems) >= 2
    assert all(len(problem.sentence) < 300 for problem in problems)
