"""Can scripts written for a real license server read our result file, and can we read theirs?"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.receiver.running import free_port
from tests.uploads.conftest import Worker
from tests.uploads.faulty_line import CHUNK, Line, answers
from uploads import bundle_store, result_file
from uploads.models import Upload
from uploads.result_file import AnswerNotUnderstood, Result, read, read_upload_response, render
from uploads.settling import last_result

AT = datetime.fromtimestamp(1678364711, tz=UTC)
COMPLIANCE = "CTX_UPLOAD_TYPE_COMPLIANCE"
LOGGED = (
    b"<CtxUploaderResult><Code>CTX_UPLOADER_SUCCESS</Code><Msg></Msg><t>1678364711</t>"
    b"<UploadType>CTX_UPLOAD_TYPE_COMPLIANCE</UploadType></CtxUploaderResult>"
)


def file_of(upload: Upload) -> Path:
    return bundle_store.resource_folder(upload.server) / "cache" / "upload_compliance_result.xml"


def test_success_has_exactly_these_bytes() -> None:
    assert render(Result("CTX_UPLOADER_SUCCESS", "", AT, COMPLIANCE, "cis.citrix.com:443")) == LOGGED


def test_failure_has_exactly_these_bytes() -> None:
    result = Result("CTX_UPLOADER_ERROR_NETWORK_OPEN", "No <route> & no name", AT, COMPLIANCE, "cis.citrix.com:443")
    assert render(result) == (
        b"<CtxUploaderResult><Code>CTX_UPLOADER_ERROR_NETWORK_OPEN</Code><Msg>No &lt;route&gt; &amp; no name</Msg>"
        b"<Arg>cis.citrix.com:443</Arg><t>1678364711</t>"
        b"<UploadType>CTX_UPLOAD_TYPE_COMPLIANCE</UploadType></CtxUploaderResult>"
    )


def test_the_logged_result_is_read() -> None:
    assert read(LOGGED) == Result("CTX_UPLOADER_SUCCESS", "", AT, COMPLIANCE)
    assert read(LOGGED).is_success


READABLE = {
    "a prolog": b'<?xml version="1.0" encoding="UTF-8"?>\n' + LOGGED,
    "the logged spelling of the encoding": b"<?xml version='1.0' encoding='utf8'?>\n" + LOGGED,
    "a byte order mark": b"\xef\xbb\xbf" + LOGGED,
    "space around it": b"\r\n  " + LOGGED + b"\r\n",
    "a self-closed message": LOGGED.replace(b"<Msg></Msg>", b"<Msg/>"),
    "no message": LOGGED.replace(b"<Msg></Msg>", b""),
    "an unknown child": LOGGED.replace(b"<Msg>", b"<New a='1'>x<y/></New><Msg>"),
    "a comment and an instruction": LOGGED.replace(b"<Msg>", b"<!-- x --><?x y?><Msg>"),
    "a namespace": LOGGED.replace(b"<CtxUploaderResult>", b'<CtxUploaderResult xmlns="urn:x">'),
    "lines and indents": LOGGED.replace(b"><", b">\n  <"),
}


@pytest.mark.parametrize("case", READABLE)
def test_it_is_read_with(case: str) -> None:
    assert read(READABLE[case]) == read(LOGGED)


CHILDREN = ["<Code>X</Code>", "<Msg>m</Msg>", "<Arg>h:1</Arg>", "<t>1678364711</t>", "<UploadType>U</UploadType>"]


@given(st.permutations(CHILDREN))
def test_children_may_stand_in_any_order(children: list[str]) -> None:
    data = f"<CtxUploaderResult>{''.join(children)}</CtxUploaderResult>".encode()
    assert read(data) == Result("X", "m", AT, "U", "h:1")


def test_an_unknown_code_is_a_failure_and_shown_as_found() -> None:
    result = read(LOGGED.replace(b"CTX_UPLOADER_SUCCESS", b"CTX_UPLOADER_WHATEVER_9"))
    assert (result.code, result.is_success) == ("CTX_UPLOADER_WHATEVER_9", False)


def test_a_message_may_have_lines() -> None:
    assert read(LOGGED.replace(b"<Msg>", b"<Msg>one\n two")).message == "one\n two"


BOMB = b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]>'
UNREADABLE = {
    "nothing": b"",
    "no XML": b"Upload successful",
    "cut off": LOGGED[:-5],
    "cut off in the middle": LOGGED[:60],
    "a document type": b"<!DOCTYPE CtxUploaderResult>" + LOGGED,
    "entities": BOMB + LOGGED.replace(b"<Msg>", b"<Msg>&z;"),
    "an outer file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + LOGGED.replace(b"<Msg>", b"<Msg>&x;"),
    "another root": LOGGED.replace(b"CtxUploaderResult", b"Result"),
    "no code": LOGGED.replace(b"Code>", b"Kode>"),
    "no time": LOGGED.replace(b"<t>1678364711</t>", b""),
    "a time in words": LOGGED.replace(b"1678364711", b"today"),
    "a time beyond time": LOGGED.replace(b"1678364711", b"9" * 30),
    "two files": LOGGED * 2,
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_it_refuses(case: str) -> None:
    with pytest.raises(AnswerNotUnderstood):
        read(UNREADABLE[case])


DAMAGED = st.builds(
    lambda cut, put: LOGGED[:cut] + put + LOGGED[cut:], st.integers(0, len(LOGGED)), st.binary(max_size=9)
)


@given(st.binary(max_size=300) | DAMAGED)
def test_it_reads_or_refuses_whatever_comes(data: bytes) -> None:
    for reads in (read, read_upload_response):
        with suppress(AnswerNotUnderstood):
            assert reads(data)


@given(code=st.text(min_size=1).map(str.strip).filter(bool), message=st.text(), target=st.text())
def test_whatever_is_written_can_be_read(code: str, message: str, target: str) -> None:
    again = read(render(Result(code, message, AT, COMPLIANCE, target)))
    assert (again.at, again.upload_type) == (AT, COMPLIANCE)
    assert "\ufffd" in again.code or again.code.split() == code.split() or not code.isprintable()


def test_the_answer_of_the_xml_family_is_read() -> None:
    sizes = b"<ChunkMax>10485760</ChunkMax><ChunkOptimal>x</ChunkOptimal>"
    answer = read_upload_response(b"<UploadResponse><uuid> a-1 </uuid><!-- c -->" + sizes + b"</UploadResponse>")
    assert (answer.uuid, answer.chunk_max, answer.chunk_optimal) == ("a-1", 10485760, None)


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = result_file.write(tmp_path, read(LOGGED))
    with path.open("rb") as reader:
        old = path.stat().st_ino
        result_file.write(tmp_path, Result("X", "", AT, COMPLIANCE))
        assert reader.read() == LOGGED
    assert path.stat().st_ino != old
    assert read(path.read_bytes()).code == "X"
    assert list(tmp_path.iterdir()) == [path]


def test_a_delivered_upload_writes_success(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    assert upload.finished_at
    seconds = str(int(upload.finished_at.timestamp())).encode()
    assert file_of(upload).read_bytes() == LOGGED.replace(b"1678364711", seconds)
    assert last_result(upload) == replace(read(LOGGED), at=upload.finished_at, target=line.address)


def test_a_refused_network_writes_the_code_and_the_address(worker: Worker, upload: Upload, settings: Settings) -> None:
    settings.CIS_URL = f"http://127.0.0.1:{free_port()}"
    worker.send(upload)
    result = read(file_of(upload).read_bytes())
    assert result.code == upload.result_code == "CTX_UPLOADER_ERROR_NETWORK_OPEN"
    assert result.target == settings.CIS_URL.removeprefix("http://")
    assert "Connection refused" in result.message
    assert last_result(upload) == result


def test_a_newer_result_replaces_the_older(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(400))
    worker.send(upload)
    assert not read(file_of(upload).read_bytes()).is_success
    Upload.objects.update(state="queued", next_attempt_at=None)
    worker.send(upload)
    assert read(file_of(upload).read_bytes()).is_success


def test_before_the_first_attempt_there_is_no_result(upload: Upload) -> None:
    assert last_result(upload) is None
