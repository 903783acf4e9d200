"""Whom does a client trust? A certificate of our own for 127.0.0.1, and a line that speaks TLS with it."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.uploads.faulty_line import PATIENCE, splice


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key, as PEM files."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=127.0.0.1"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words, *more], check=True, capture_output=True)
    return certificate, key


class TlsDoor:
    """Takes TLS off and hands the bytes on to a plain address. `opened` counts completed handshakes."""

    def __init__(self, target: str, *, certificate: Path, key: Path, most: ssl.TLSVersion) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._context.maximum_version = most
        self._target = urlsplit(target)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listening.getsockname()[1]}"
        self.opened = 0
        self._thread = threading.Thread(target=self._serve)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(plain,), daemon=True).start()

    def _pass_on(self, plain: socket.socket) -> None:
        with plain, suppress(OSError), self._context.wrap_socket(plain, server_side=True) as near:
            self.opened += 1
            place = (self._target.hostname or "", self._target.port or 0)
            with socket.create_connection(place, timeout=PATIENCE) as far:
                splice(near, far)


@contextmanager
def tls_door(
    target: str, *, certificate: Path, key: Path, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[TlsDoor]:
    door = TlsDoor(target, certificate=certificate, key=key, most=most)
    door.start()
    try:
        yield door
    finally:
        door.stop()
