"""Whom does a client trust? Certificates of our own, an authority that signs others, and a line that speaks TLS."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.uploads.splicing import PATIENCE, splice


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key, as PEM files."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=127.0.0.1"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words, *more], check=True, capture_output=True)
    return certificate, key


CONFIGURATION = """[ca]
default_ca=own
[own]
database={folder}/index.txt
new_certs_dir={folder}
default_md=sha256
policy=any
rand_serial=yes
copy_extensions=copy
unique_subject=no
[any]
commonName=supplied
"""


class Authority:
    """Signs certificates as an inspection proxy or a company does. `root` is what a client would have to trust."""

    def __init__(self, folder: Path, *, name: str = "Example Inspection CA") -> None:
        self._folder = folder
        self.root, self._key = folder / "root.pem", folder / "root.key"
        (folder / "index.txt").touch()
        (folder / "ca.cnf").write_text(CONFIGURATION.format(folder=folder))
        words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={name}"]
        openssl("req", *words, "-keyout", str(self._key), "-out", str(self.root))

    def sign(
        self,
        name: str,
        *,
        names: str = "IP:127.0.0.1",
        start: str = "20200101000000Z",
        end: str = "20991231000000Z",
        more: tuple[str, ...] = (),
    ) -> tuple[Path, Path]:
        """A certificate for these names and days, its authority's behind it, and its key."""
        request, key, alone = (self._folder / f"{name}.{kind}" for kind in ("request", "key", "alone"))
        extensions = [word for one in (f"subjectAltName={names}", *more) for word in ("-addext", one)]
        kept = ["-keyout", str(key), "-out", str(request)]
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", *extensions, *kept)
        place = ["-config", str(self._folder / "ca.cnf"), "-cert", str(self.root), "-keyfile", str(self._key)]
        days = ["-startdate", start, "-enddate", end]
        openssl("ca", "-batch", "-notext", *place, *days, "-in", str(request), "-out", str(alone))
        chain = self._folder / f"{name}.pem"
        chain.write_text(alone.read_text() + self.root.read_text())
        return chain, key


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class TlsDoor:
    """Takes TLS off and hands the bytes on to a plain address. `opened` counts completed handshakes."""

    def __init__(self, target: str, *, certificate: Path, key: Path, most: ssl.TLSVersion, ciphers: str = "") -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._context.maximum_version = most
        if most < ssl.TLSVersion.TLSv1_2:
            self._context.minimum_version = most
        if ciphers:
            self._context.set_ciphers(ciphers)
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
    target: str,
    *,
    certificate: Path,
    key: Path,
    most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ciphers: str = "",
) -> Iterator[TlsDoor]:
    door = TlsDoor(target, certificate=certificate, key=key, most=most, ciphers=ciphers)
    door.start()
    try:
        yield door
    finally:
        door.stop()
