"""What must hold for any bytes at all? One function per parser; an AssertionError is a broken promise.

Each target reads the bytes as its parser does, and then asks: no exception but the documented one, every written line
in exactly one class, facts that are JSON, and no signature in clear.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from unittest import mock

from intake.recognise import Kind, recognise
from licenses.formats import inventory_export, license_file, lmstat, options_file, payload_report, udadmin
from licenses.formats.canonical import Rest
from licenses.formats.facts import license_file_facts
from licenses.formats.inventory_facts import inventory_facts, options_file_facts, udadmin_facts
from licenses.formats.lmstat_facts import lmstat_facts
from licenses.formats.payload_facts import payload_report_facts
from licenses.formats.problems import Problem
from licenses.formats.text import decode
from licenses.formats.vendor_string import parse_vendor_string
from payloads.bundle import BundleRefused, read_members
from payloads.reading import parse_xml
from tests.licenses.formats.line_accounting import assert_every_line_is_accounted_for, written_lines
from uploads.result_file import AnswerNotUnderstood, read, read_upload_response
from uploads.uploader_log import looks_like_uploader_log, parse_log, result_facts, uploader_log_facts

Target = Callable[[bytes], None]
Span = tuple[int, int]

TODAY = date(2026, 6, 1)
LONGEST_SHOWN = 500  # characters of a line or a sentence in a problem

# A signature of our own in the place of each one: its groups are found wherever they come out.
MARK = "7E5"
MARKED = b" ".join(b"7E5%X" % group for group in range(16))
SIGNATURE = re.compile(rb"""(?<=[\t\n "])(SIGN2?=")[0-9A-Fa-f][0-9A-Fa-f\s\\]{8,}""")


def license_file_target(raw: bytes) -> None:
    """Statements are in one span each; what is in none is a comment or a problem. Both ways of reading agree."""
    parsed = license_file.parse(raw, today=TODAY)
    written, spans = written_lines(raw), _numbers(parsed.spans)
    assert sum(last - first + 1 for first, last in parsed.spans) == len(spans), "two statements share a line"
    lines = _lines(raw)
    others = {number for number in written - spans if not lines[number - 1].strip().startswith("#")}
    told = (problem for problem in parsed.problems if "No license statement" not in problem.sentence)
    assert others <= _numbers((problem.line, problem.end_line) for problem in told), "a line is lost"
    _sound(parsed.problems, license_file_facts(parsed))
    with mock.patch.object(license_file, "split_canonical", lambda text: [Rest(text, 1, is_whole=True)]):
        general = license_file.parse(raw, today=TODAY)
    assert parsed == general, "the stroke and the general reader differ"
    _keeps_no_signature(raw)


def lmstat_target(raw: bytes) -> None:
    """Every written line is meaning, decoration or a problem. Runs of rows and single rows give the same."""
    parsed = lmstat.parse(raw)
    written = written_lines(raw)
    numbers = [number for span in parsed.spans for number in range(span.first, span.last + 1)]
    assert written <= set(numbers), "a line is lost"
    assert len(numbers) == len(set(numbers)), "a line is in two spans"
    problems = written & _numbers((span.first, span.last) for span in parsed.spans if span.kind == "problem")
    assert problems <= _numbers((problem.line, problem.end_line) for problem in parsed.problems), "a problem is untold"
    facts = lmstat_facts(parsed)
    _sound(parsed.problems, facts)
    slow = lmstat.parse_decoded(decode(raw), size=len(raw), fast=False)
    assert (parsed.spans, parsed.problems, facts) == (slow.spans, slow.problems, lmstat_facts(slow))
    assert _rows(parsed) == _rows(slow), "runs of rows and single rows differ"
    lmstat.looks_like_lmstat(raw)


def udadmin_target(raw: bytes) -> None:
    """Each row under a heading is one assignment."""
    parsed = udadmin.parse(raw)
    assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)
    assert len({one.line for one in parsed.assignments}) == len(parsed.assignments)
    assert sum(counts.total for counts in parsed.counts().values()) <= len(parsed.assignments)
    _sound(parsed.problems, udadmin_facts(parsed))
    udadmin.looks_like_udadmin(decode(raw).text)


def options_file_target(raw: bytes) -> None:
    """Statements, comments and refused lines together are the file."""
    parsed = options_file.parse(raw)
    assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)
    _sound(parsed.problems, options_file_facts(parsed))
    options_file.looks_like_options_file(decode(raw).text)


def inventory_export_target(raw: bytes) -> None:
    """Objects, headings and refused lines together are the file."""
    parsed = inventory_export.parse(raw)
    assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)
    parsed.sums()
    _sound(parsed.problems, inventory_facts(parsed))
    inventory_export.looks_like_inventory(decode(raw).text)


def payload_report_target(raw: bytes) -> None:
    """A document or a zip; what is refused is said, and nothing is read from it in part."""
    parsed = payload_report.parse_report(raw)
    assert parsed.manifest or parsed.server or parsed.features or parsed.serial_numbers or parsed.problems
    _sound(parsed.problems, payload_report_facts(parsed))
    payload_report.looks_like_payload_report(raw)


def vendor_string_target(raw: bytes) -> None:
    """No part of the terms gets lost, and no number is negative."""
    text = raw.decode("latin-1")
    parsed = parse_vendor_string(text)
    assert len(parsed.pairs) == sum(1 for part in text.split(";") if part.strip())
    assert set(parsed.unknown) <= set(parsed.pairs)
    assert all(value is None or value >= 0 for value in (parsed.grace_hours, parsed.overdraft_percent))


def uploader_log_target(raw: bytes) -> None:
    """Each written line belongs to one upload, or to a problem."""
    log = parse_log(raw)
    uploads = [(one.line, one.end_line) for one in log.uploads]
    numbers = _numbers(uploads)
    assert sum(last - first + 1 for first, last in uploads) == len(numbers), "two uploads share a line"
    told = _numbers((problem.line, problem.end_line) for problem in log.problems)
    assert written_lines(raw) <= numbers | told, "a line is lost"
    _sound(log.problems, uploader_log_facts(log))
    looks_like_uploader_log(raw)


def result_file_target(raw: bytes) -> None:
    """A result, an answer, or AnswerNotUnderstood."""
    with suppress(AnswerNotUnderstood):
        json.dumps(result_facts(read(raw)))
    with suppress(AnswerNotUnderstood):
        assert read_upload_response(raw).uuid


def xml_target(raw: bytes) -> None:
    """A root without a document type, or BundleRefused."""
    with suppress(BundleRefused):
        assert parse_xml(raw).tag


def bundle_target(raw: bytes) -> None:
    """The files of a zip on disk, or BundleRefused. What the stricter reader of foreign bundles takes is among them."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        try:
            members = read_members(Path(file.name))
        except BundleRefused:
            members = {}
    strict = payload_report.parse_report(raw) if payload_report.looks_like_bundle(raw) else None
    assert strict is None or set(strict.members) <= set(members)


def recognise_target(raw: bytes) -> None:
    """A kind without a sentence, or `unknown` with one."""
    kind, sentence = recognise(raw)
    assert (kind is Kind.UNKNOWN) is bool(sentence)


TARGETS: dict[str, Target] = {
    "license_file": license_file_target,
    "lmstat": lmstat_target,
    "udadmin": udadmin_target,
    "options_file": options_file_target,
    "inventory_export": inventory_export_target,
    "payload_report": payload_report_target,
    "vendor_string": vendor_string_target,
    "uploader_log": uploader_log_target,
    "result_file": result_file_target,
    "xml": xml_target,
    "bundle": bundle_target,
    "recognise": recognise_target,
}


def _sound(problems: tuple[Problem, ...], facts: dict[str, object]) -> None:
    """Problems name a line and say a sentence in short; the facts are JSON that any database takes."""
    for problem in problems:
        assert problem.line >= 1
        assert problem.end_line >= problem.line
        assert problem.sentence
        assert len(problem.text) <= LONGEST_SHOWN
        assert len(problem.sentence) <= LONGEST_SHOWN
    text = json.dumps(facts, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text


def _keeps_no_signature(raw: bytes) -> None:
    """The same file with marked signatures: no group of them comes out."""
    marked = SIGNATURE.sub(rb"\g<1>" + MARKED, raw)
    if marked == raw or MARK.encode() in raw:
        return
    parsed = license_file.parse(marked, today=TODAY)
    assert MARK not in repr(parsed) + json.dumps(license_file_facts(parsed)), "a signature is shown"


def _rows(parsed: lmstat.LmstatReport) -> list[object]:
    return [
        [one.line, one.name, list(one.checkouts), list(one.queued), list(one.reservations)] for one in parsed.features
    ]


def _lines(raw: bytes) -> list[str]:
    return decode(raw).text.replace("\ufeff", "").replace("\0", "\ufffd").split("\n")


def _numbers(spans: Iterable[Span]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}
