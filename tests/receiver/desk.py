"""What do license server and person see of the registration? A receiver within this process, and what it answers."""

import io
import json
import re
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from receiver.configuration import Configuration
from receiver.protocol import TokenKind
from receiver.silence import SilenceWatch
from receiver.store import Store
from receiver.upkeep import Caretaker, prepare
from receiver.views import Receiver

PAGE, CODES, REMOVALS = "/registration/", "/registration/api/codes/", "/registration/api/removals/"
FORM = "application/x-www-form-urlencoded"
GUID = "3d5f8f6e-be75-41ed-8f5e-0a58a9feac02"


@dataclass(frozen=True)
class Said:
    """An answer: its status, its headers, its body as text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def sentence(self) -> str:
        """What an error on the page tells."""
        found = re.search(r'role="(?:alert|status)"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        return unescape(found[1]) if found else ""

    @property
    def nonce(self) -> str:
        found = re.search(r'name="nonce" value="([^"]+)"', self.text)
        assert found, self.text
        return found[1]


class Desk:
    """A receiver within this process, whose clock stands still until a test moves it."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_800_000_000.0
        self.store = Store(folder, clock=lambda: self.now)
        prepare(self.store)
        terms = Configuration(store=folder, username="ada", password="x")
        self._app = Receiver(store=self.store, terms=terms, caretaker=Caretaker(self.store), watch=SilenceWatch())

    def send(self, method: str, path: str, *, body: bytes = b"", kind: str = FORM, **headers: str) -> Said:
        seen: list[tuple[str, dict[str, str]]] = []
        asked = {f"HTTP_{name.upper()}": value for name, value in ({"host": "cis.test"} | headers).items()}
        said = self._app(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": path,
                "CONTENT_LENGTH": str(len(body)) if body else "",
                "CONTENT_TYPE": kind,
                "wsgi.input": io.BytesIO(body),
                **asked,
            },
            lambda status, headers: seen.append((status, dict(headers))),
        )
        return Said(int(seen[0][0].split()[0]), seen[0][1], b"".join(said).decode())

    def token(self, owner: str = "ada", *, kind: TokenKind = TokenKind.UPLOAD) -> str:
        return self.store.tokens.issue(kind, owner=owner, lifetime=0)

    def call(self, method: str, path: str, content: object = None, *, owner: str = "ada") -> Said:
        """A license server's question."""
        body = b"" if content is None else json.dumps(content).encode()
        return self.send(method, path, body=body, authorization=f"BT {self.token(owner)}")

    def ask(self, name: str = "lic1.example.test", *, guid: str = GUID, owner: str = "ada") -> Any:
        said = self.call("POST", CODES, {"server_guid": guid, "server_name": name}, owner=owner)
        assert said.status == HTTPStatus.OK, said.text
        return said.json

    def state(self, wish: Any) -> tuple[str, bool]:
        """The state, and whether a tenant is named."""
        told = self.call("GET", f"{CODES}{wish['registration_id']}/").json
        return told["state"], bool(told["customer_id"])

    def enter(self, code: str, decision: str = "", *, nonce: str = "", **headers: str) -> Said:
        """A person's form, by default one that was just opened."""
        form = {"nonce": nonce or self.send("GET", PAGE).nonce, "code": code, "decision": decision}
        return self.send("POST", PAGE, body=urlencode(form).encode(), **headers)
