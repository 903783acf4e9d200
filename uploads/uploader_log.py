"""What did the uploads of a license server say? Reads its `log_ctxuploader.log`, the newest upload last.

The result stands in the list entry `cmd_stderr` even when all went well, so that name means nothing here. The local
time is in US order and never used; the finish time in UTC and the result's own seconds are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from django.utils.translation import gettext_noop

from licenses.formats.problems import Problem, ProblemList
from licenses.formats.text import decode
from uploads.result_file import AnswerNotUnderstood, Result, UploadResponse, read, read_upload_response

Outcome = Literal["success", "failure", "unknown"]

FINISH = re.compile(r"Finish time UTC=\{([^{}\n]{0,60})\}[^\n]*+")
LISTED = re.compile(r"(?m)^[ \t]*+(cmd_exitcode|exitReason|exitReasonSpecific)[ \t]*+:[ \t]*+([^\n]{0,200})")
EXIT_CODE = re.compile(r"-?[0-9]{1,10}")
LIST_START = re.compile(r"(?m)^[ \t]*+(?:<\?xml[^\n]*+\n)?+[^\n<]*+<UploadResponse|^[ \t]*+cmd_stderr\b")
MARKS = ("<CtxUploaderResult", "<UploadResponse", "cmd_exitcode", "Finish time UTC={")


@dataclass(frozen=True, slots=True)
class LoggedUpload:
    """One block of the log. `at` is the finish in UTC; `text` is the block as written, from `line` to `end_line`."""

    at: datetime | None
    result: Result | None
    response: UploadResponse | None
    exit_code: int | None
    exit_reason: str
    is_finished: bool
    text: str
    line: int
    end_line: int

    @property
    def uuid(self) -> str:
        """The id that the receiver gave the bundle; "" when no answer is logged."""
        return self.response.uuid if self.response else ""

    @property
    def outcome(self) -> Outcome:
        """Only the result's code decides; a block without an end, or without a result, is unknown."""
        if not self.is_finished or self.result is None:
            return "unknown"
        return "success" if self.result.is_success else "failure"


@dataclass(frozen=True, slots=True)
class UploaderLog:
    """Every upload of the log in its order, and what could not be read."""

    uploads: tuple[LoggedUpload, ...]
    encoding: str
    size: int
    problems: tuple[Problem, ...]

    @property
    def newest(self) -> LoggedUpload | None:
        """The last block; "did it upload?" is answered by this one."""
        return self.uploads[-1] if self.uploads else None


def looks_like_uploader_log(raw: bytes) -> bool:
    """True for text around a result; a bare result file is none, it has no list and no finish time."""
    text = decode(raw).text
    return "Finish time UTC={" in text or ("cmd_exitcode" in text and "<CtxUploaderResult" in text)


def parse_log(raw: bytes) -> UploaderLog:
    """Read the log. Any bytes in, never an exception."""
    decoded = decode(raw)
    problems = ProblemList()
    uploads: list[LoggedUpload] = []
    line = 1
    for block in _blocks(decoded.text):
        if any(mark in block for mark in MARKS):
            uploads.append(_upload(block, line, problems))
        elif block.strip():
            first = line + block[: len(block) - len(block.lstrip())].count("\n")
            sentence = gettext_noop(
                "These lines belong to no upload and were not read. Get the whole log, if it was cut."
            )
            problems.add(first, block.strip().partition("\n")[0], sentence, end_line=_last_line(block, line))
        line += block.count("\n")
    if not uploads:
        sentence = gettext_noop("No upload is logged in this file. Choose log_ctxuploader.log from the license server.")
        problems.add(1, "", sentence, severity="error", end_line=line)
    return UploaderLog(tuple(uploads), decoded.encoding, len(raw), problems.listed())


def uploader_log_facts(log: UploaderLog) -> dict[str, object]:
    """Keys and values for a program to read; those on top are of the newest upload."""
    facts: dict[str, object] = {"kind": "uploader_log", "encoding": log.encoding, "bytes": log.size}
    if log.newest is not None:
        facts |= _facts(log.newest)
    facts["uploads"] = [_facts(upload) for upload in log.uploads]
    facts["problems"] = [
        {"line": one.line, "text": one.text, "sentence": one.sentence, "severity": one.severity} for one in log.problems
    ]
    return facts


def result_facts(result: Result) -> dict[str, object]:
    """What a result file says: code, t in seconds, the same as ISO text, type, message, and the target on failures."""
    facts: dict[str, object] = {
        "code": result.code,
        "t": int(result.at.timestamp()),
        "time_utc": _iso(result.at),
        "upload_type": result.upload_type,
        "msg": result.message,
    }
    return facts | ({"target": result.target} if result.target else {})


def _facts(upload: LoggedUpload) -> dict[str, object]:
    facts: dict[str, object] = {
        "outcome": upload.outcome,
        "exit_code": upload.exit_code,
        "time_utc": _iso(upload.at) if upload.at else None,
        "uuid": upload.uuid or None,
        "lines": [upload.line, upload.end_line],
    }
    if upload.result is not None:
        facts["result"] = result_facts(upload.result)
    return facts


def _blocks(text: str) -> Iterator[str]:
    """The text in pieces, each up to its finish line; what follows the last one is a piece without an end."""
    at = 0
    for match in FINISH.finditer(text):
        end = min(match.end() + 1, len(text))
        yield from _unfinished_and_last(text[at:end])
        at = end
    if at < len(text):
        yield from _unfinished_and_last(text[at:])


def _unfinished_and_last(block: str) -> Iterator[str]:
    """An upload that was killed has no finish line, and the next one follows directly: two lists in one block."""
    exits = [match.start() for match in LISTED.finditer(block) if match[1] == "cmd_exitcode"]
    at = 0
    for before in exits[:-1]:
        if before < at:
            continue
        following = LIST_START.search(block, before)
        if following is None:
            break
        yield block[at : following.start()]
        at = following.start()
    yield block[at:]


def _upload(block: str, line: int, problems: ProblemList) -> LoggedUpload:
    result = _result(block, line, problems)
    finish = FINISH.search(block)
    at = _moment(finish[1]) if finish else None
    if finish and at is None:
        where = line + block.count("\n", 0, finish.start())
        problems.add(
            where, finish[0], gettext_noop("The finish time is no time in UTC; that of the result is used instead.")
        )
    listed = {match[1]: match[2].strip() for match in LISTED.finditer(block)}
    code = listed.get("cmd_exitcode", "")
    end_line = _last_line(block, line)
    if finish is None:
        sentence = gettext_noop(
            "This upload has no finish line, so its outcome is unknown. Get the log again when it is done."
        )
        problems.add(end_line, "", sentence)
    return LoggedUpload(
        at=at or (result.at if result else None),
        result=result,
        response=_response(block),
        exit_code=int(code) if EXIT_CODE.fullmatch(code) else None,
        exit_reason=listed.get("exitReason", ""),
        is_finished=finish is not None,
        text=block,
        line=line,
        end_line=end_line,
    )


def _result(block: str, line: int, problems: ProblemList) -> Result | None:
    found = _element(block, "CtxUploaderResult")
    if found is None:
        problems.add(line, "", gettext_noop("No result stands in this upload's lines, so its outcome is unknown."))
        return None
    try:
        return read(found.encode("utf-8", "replace"))
    except AnswerNotUnderstood:
        where = line + block.count("\n", 0, block.rfind("<CtxUploaderResult"))
        problems.add(
            where, "<CtxUploaderResult>", gettext_noop("The result cannot be read as XML, so the outcome is unknown.")
        )
        return None


def _response(block: str) -> UploadResponse | None:
    found = _element(block, "UploadResponse")
    try:
        return None if found is None else read_upload_response(found.encode("utf-8", "replace"))
    except AnswerNotUnderstood:
        return None


def _element(block: str, name: str) -> str | None:
    """The last element of this name, wherever it stands in the text."""
    start = block.rfind(f"<{name}")
    end = block.find(f"</{name}>", start) if start >= 0 else -1
    return None if end < 0 else block[start : end + len(name) + 3]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _last_line(block: str, line: int) -> int:
    """The number of the last line of the block that is written on."""
    return line + block.rstrip().count("\n")


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
