"""What does one HTTP request say? The few parts of a WSGI environment that matter, and its body."""

from typing import Any

from receiver.body import Stream, read_body
from receiver.protocol import (
    CHUNK_MAX,
    FORM_BODY_MAX,
    FORM_TYPE,
    JSON_BODY_MAX,
    RefusalError,
    parse_form,
    parse_object,
)
from receiver.silence import SilenceWatch


class Request:
    """One request; its body is read at most once, and only as far as it is allowed to be long."""

    def __init__(self, environ: dict[str, Any], *, watch: SilenceWatch) -> None:
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO") or "/"
        self.query: str = environ.get("QUERY_STRING") or ""
        self.authorization: str = environ.get("HTTP_AUTHORIZATION") or ""
        self.accept: str = environ.get("HTTP_ACCEPT") or ""
        self.content_length: str = environ.get("CONTENT_LENGTH") or ""
        self.content_type: str = environ.get("CONTENT_TYPE") or ""
        self.host: str = environ.get("HTTP_HOST") or ""
        self.origin: str = environ.get("HTTP_ORIGIN") or ""
        self.taken = 0
        self._expects = bool(environ.get("HTTP_EXPECT"))
        self._stream: Stream = environ["wsgi.input"]
        self._watch = watch

    def json_object(self, *, may_be_empty: bool = False) -> dict[str, Any]:
        """The body as a JSON object, of at most 64 KiB."""
        body = self._at_most(JSON_BODY_MAX)
        return {} if may_be_empty and not body else parse_object(body)

    def form(self) -> dict[str, str]:
        """The fields of a form that a browser sent, of at most 4 KiB."""
        if self.content_type.partition(";")[0].strip().lower() != FORM_TYPE:
            raise RefusalError(415, f"A form is sent as {FORM_TYPE}.")
        return parse_form(self._at_most(FORM_BODY_MAX))

    def exactly(self, length: int) -> bytes:
        """A body of the announced length; one that broke off is a 400 and is not kept."""
        body = self._read(length)
        if len(body) != length:
            raise RefusalError(400, "The body ended before its announced length.")
        return body

    def discard(self) -> None:
        """Take in a moderate body before refusing: many clients read no answer until all is sent.

        Who asked first with `Expect: 100-continue` is spared the sending, and a body beyond
        the largest chunk is not taken in at all.
        """
        if self.taken == 0 and not self._expects and self._announced() <= CHUNK_MAX:
            self._read(self._announced())

    def _at_most(self, limit: int) -> bytes:
        """The body, if it is not longer. One of unknown length is read a byte too far, to see that it is."""
        body = b"" if self._announced() > limit else self._read(limit + 1)
        if self._announced() > limit or len(body) > limit:
            raise RefusalError(413, f"The body is larger than {limit} bytes.")
        return body

    def _announced(self) -> int:
        # The web server has checked that the header, if there is one, is a number.
        return int(self.content_length or 0)

    def _read(self, limit: int) -> bytes:
        if limit <= 0:
            return b""
        with self._watch.waiting():
            body = read_body(self._stream, limit=limit)
        self.taken += len(body)
        return body
