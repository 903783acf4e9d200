"""What stands between client and server in some tests? A small forward proxy that can go wrong."""

import http.client
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Fault = Callable[["Handler"], None]


class ForwardProxy(ThreadingHTTPServer):
    """Absolute-form and CONNECT; `faults` are taken one per chunk request until they run out."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults: list[Fault] = []
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes: the second would wait 40 ms for the client's word
    server: ForwardProxy

    def do_POST(self) -> None:
        self.server.seen.append(self.requestline)
        if "upload_raw_chunk" in self.path and self.server.faults:
            self.server.faults.pop(0)(self)
        else:
            status, body = self.forward()
            self.answer(status, body=body)

    def do_GET(self) -> None:
        self.do_POST()

    def do_CONNECT(self) -> None:
        self.server.seen.append(self.requestline)
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as far:
            self.send_response(200)
            self.end_headers()
            _splice(self.connection, other=far)
        self.close_connection = True

    def forward(self) -> tuple[int, bytes]:
        """The request as the server wants it, and its answer."""
        target = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = http.client.HTTPConnection(target.netloc, timeout=30)
        path = f"{target.path}?{target.query}"
        server.request(self.command, path, body=body, headers=dict(self.headers.items()))
        reply = server.getresponse()
        content = reply.read()
        server.close()
        return reply.status, content

    def answer(self, status: int, *, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at `seen`."""


def unavailable(handler: Handler) -> None:
    """503, and the server never hears of the chunk."""
    handler.rfile.read(int(handler.headers["Content-Length"]))
    handler.answer(503, body=b'{"error": "busy"}')


def cut(handler: Handler) -> None:
    """The server stores the chunk, but its answer breaks off in the middle."""
    handler.forward()
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{")
    handler.close_connection = True


@contextmanager
def forward_proxy() -> Iterator[ForwardProxy]:
    proxy = ForwardProxy()
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


def _splice(one: socket.socket, *, other: socket.socket) -> None:
    pair = {one: other, other: one}
    while True:
        for ready in select.select(list(pair), [], [], 30)[0]:
            data = ready.recv(65536)
            if not data:
                return
            pair[ready].sendall(data)
