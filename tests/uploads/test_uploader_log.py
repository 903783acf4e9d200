"""Does the log of the uploader tell the truth about each upload, whatever its lines are called?"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uploads.result_file import read
from uploads.uploader_log import looks_like_uploader_log, parse_log, result_facts, uploader_log_facts

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "log"
EXPECTED = json.loads((SAMPLES / "facts.json").read_text(encoding="utf-8"))
LOG = (SAMPLES / "failure_then_success.log").read_bytes()
BESIDE = ROOT.parent / "shared" / "fixtures"
HAS_SIBLINGS = (BESIDE / "facts.json").exists()
SUCCESS_AT = LOG.index(b"<?xml")


def _sibling(name: str) -> tuple[bytes, dict[str, Any]]:
    facts = json.loads((BESIDE / "facts.json").read_text(encoding="utf-8"))[name]
    return (BESIDE / name).read_bytes(), {key: value for key, value in facts.items() if key != "must"}


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_sample(name: str) -> None:
    facts: dict[str, Any] = uploader_log_facts(parse_log((SAMPLES / name).read_bytes()))
    facts["outcomes"] = [upload["outcome"] for upload in facts["uploads"]]
    assert {key: facts.get(key) for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.skipif(not HAS_SIBLINGS, reason="the reference fixtures are not beside the repository")
def test_it_agrees_with_the_reference_log_beside_the_repository() -> None:
    raw, expected = _sibling("result_xml/log_ctxuploader_success_tail.txt")
    facts = uploader_log_facts(parse_log(raw))
    assert looks_like_uploader_log(raw)
    assert {key: facts.get(key) for key in expected} == expected
    assert facts["outcome"] == "success"


@pytest.mark.skipif(not HAS_SIBLINGS, reason="the reference fixtures are not beside the repository")
def test_it_gives_the_facts_of_the_reference_result_file() -> None:
    raw, expected = _sibling("result_xml/upload_compliance_result_success_2023.xml")
    facts = result_facts(read(raw))
    assert {key: facts.get(key) for key in expected} == expected


def test_it_reads_a_failure_with_braces_and_a_line_break_in_its_message() -> None:
    failure = parse_log(LOG).uploads[0]
    assert failure.result is not None
    assert (failure.outcome, failure.exit_code, failure.uuid) == ("failure", 1, "")
    assert failure.result.target == "cis.example.test:443"
    assert failure.result.message == "open failed {lookup {WSAHOST_NOT_FOUND}\ncode 0x00002af9}"


def test_it_takes_the_time_in_utc_and_the_newest_block_last() -> None:
    log = parse_log(LOG)
    assert log.newest is log.uploads[-1]
    assert log.newest.at == datetime(2027, 1, 27, 22, 13, 20, tzinfo=UTC)
    assert log.newest.result is not None
    assert log.newest.result.at == log.newest.at


def test_it_keeps_every_line_in_exactly_one_block() -> None:
    log = parse_log(LOG)
    assert "".join(upload.text for upload in log.uploads) == LOG.decode()
    assert [(upload.line, upload.end_line) for upload in log.uploads] == [(1, 11), (12, 25)]


def test_it_calls_a_block_without_an_end_unknown() -> None:
    torn = parse_log(LOG[: LOG.rindex(b"successful\nFinish")])
    assert [upload.outcome for upload in torn.uploads] == ["failure", "unknown"]
    assert torn.newest is not None
    assert torn.newest.exit_code == 0
    assert "no finish line" in torn.problems[0].sentence


def test_it_parts_an_upload_that_was_killed_from_the_next_one() -> None:
    killed = LOG[SUCCESS_AT : LOG.rindex(b"successful\nFinish")]
    log = parse_log(killed + LOG[SUCCESS_AT:])
    assert [upload.outcome for upload in log.uploads] == ["unknown", "success"]


def test_it_does_not_trust_the_exit_code_or_the_words_alone() -> None:
    log = parse_log(b"Upload successful\ncmd_exitcode : 0\nsuccessful\nFinish time UTC={2027-01-27T22:13:20Z}\n")
    assert [upload.outcome for upload in log.uploads] == ["unknown"]
    assert "No result" in log.problems[0].sentence


def test_it_shows_a_code_that_nobody_knows_as_a_failure() -> None:
    upload = parse_log(LOG.replace(b"CTX_UPLOADER_SUCCESS", b"CTX_UPLOADER_ODD")).newest
    assert upload is not None
    assert upload.result is not None
    assert (upload.outcome, upload.result.code) == ("failure", "CTX_UPLOADER_ODD")


def test_it_uses_the_time_of_the_result_where_the_finish_time_is_damaged() -> None:
    log = parse_log(LOG.replace(b"2027-01-27T22:13:20Z", b"yesterday"))
    assert log.newest is not None
    assert log.newest.at == datetime(2027, 1, 27, 22, 13, 20, tzinfo=UTC)
    assert [problem.line for problem in log.problems] == [25]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_it_reads_other_encodings_and_line_ends(encoding: str) -> None:
    raw = LOG.decode().replace("\n", "\r\n").encode(encoding)
    assert [upload.outcome for upload in parse_log(raw).uploads] == ["failure", "success"]


@pytest.mark.parametrize("raw", [b"", b"\0\1\2", b"hello\n", b"<CtxUploaderResult/>", b"<CtxUploaderResult>"])
def test_it_says_that_other_files_are_no_log(raw: bytes) -> None:
    assert not looks_like_uploader_log(raw)
    assert all(upload.outcome == "unknown" for upload in parse_log(raw).uploads)
    assert parse_log(raw).problems


def test_it_refuses_entities_in_a_result() -> None:
    raw = LOG.replace(b"<Msg/>", b"<Msg>&lol;</Msg>")
    log = parse_log(raw)
    assert [upload.outcome for upload in log.uploads] == ["failure", "unknown"]


PIECES = [
    b"<CtxUploaderResult>",
    b"</CtxUploaderResult>",
    b"<Code>",
    b"</Code>",
    b"<t>",
    b"9",
    b"</t>",
    b"{",
    b"}",
    b"\n",
]
PIECES += [
    b"cmd_exitcode : ",
    b"cmd_stderr : ",
    b"<UploadResponse>",
    b"</UploadResponse>",
    b"Finish time UTC={",
    b"\xff",
]
DAMAGED = st.builds(lambda at, new: LOG[:at] + new + LOG[at + 5 :], st.integers(0, len(LOG)), st.binary(max_size=8))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.lists(st.sampled_from(PIECES)).map(b"".join) | DAMAGED)
def test_it_never_raises_and_always_gives_json(raw: bytes) -> None:
    json.dumps(uploader_log_facts(parse_log(raw))).encode()
    assert looks_like_uploader_log(raw) in {True, False}
