"""What stands in a file, as facts for people and programs? Without a server and without a database."""

from collections.abc import Callable
from typing import Any

from intake.recognise import Kind, recognise
from licenses.formats import inventory_export, license_file, lmstat, options_file, udadmin
from licenses.formats.facts import license_file_facts
from licenses.formats.inventory_facts import inventory_facts, options_file_facts, udadmin_facts
from licenses.formats.lmstat_facts import lmstat_facts
from licenses.formats.payload_facts import payload_report_facts
from licenses.formats.payload_report import parse_report
from uploads.result_file import AnswerNotUnderstood, read
from uploads.uploader_log import parse_log, result_facts, uploader_log_facts

Facts = dict[str, Any]


def facts_of(content: bytes) -> Facts:
    """The facts of a file of any kind; `kind` and `problems` are always there."""
    kind, sentence = recognise(content)
    if kind is Kind.UNKNOWN:
        return {"kind": str(kind), "bytes": len(content), "problems": [_whole_file(sentence)]}
    return READERS[kind](content)


def _result_file(content: bytes) -> Facts:
    try:
        return {"kind": str(Kind.RESULT_FILE), "bytes": len(content), **result_facts(read(content)), "problems": []}
    except AnswerNotUnderstood as error:
        return {"kind": str(Kind.RESULT_FILE), "bytes": len(content), "problems": [_whole_file(str(error))]}


def _whole_file(sentence: str) -> Facts:
    return {"line": 0, "text": "", "sentence": sentence, "severity": "error"}


READERS: dict[Kind, Callable[[bytes], Facts]] = {
    Kind.LICENSE_FILE: lambda content: license_file_facts(license_file.parse(content)),
    Kind.LMSTAT: lambda content: lmstat_facts(lmstat.parse(content)),
    Kind.UDADMIN: lambda content: udadmin_facts(udadmin.parse(content)),
    Kind.OPTIONS_FILE: lambda content: options_file_facts(options_file.parse(content)),
    Kind.INVENTORY: lambda content: inventory_facts(inventory_export.parse(content)),
    Kind.RESULT_FILE: _result_file,
    Kind.UPLOADER_LOG: lambda content: uploader_log_facts(parse_log(content)),
    Kind.PAYLOAD_REPORT: lambda content: payload_report_facts(parse_report(content)),
    Kind.BUNDLE: lambda content: payload_report_facts(parse_report(content)),
}
