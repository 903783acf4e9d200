"""How does a public client talk? One kept-alive connection, raw statuses, no retries, no redirects."""

import json
from typing import Any
from urllib.parse import urlencode

import urllib3

from tests.receiver.running import PASSWORD, PRODUCT_KEY, USERNAME

MIB = 1024 * 1024
IDENTITY, GRANT = "/auth/api/create_identity/", "/feeds/api/create_grant/"
UPLOAD, DIAGNOSTICS = "/feeds/api/create_upload/", "/diag_sdk/token_grant/"
BUNDLE, CHUNK = "/feeds/api/bundle/", "/feeds/api/upload_raw_chunk/"
Reply = urllib3.BaseHTTPResponse


class Wire:
    """The client's side of the protocol."""

    def __init__(self, port: int, *, proxy: str | None = None) -> None:
        self.base = f"http://127.0.0.1:{port}"
        options: dict[str, Any] = {"maxsize": 1, "block": True, "retries": False, "timeout": 30}
        self._manager = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)

    def send(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Reply:
        """Header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.base + path
        return self._manager.request(method, url, body=body or None, headers=named, redirect=False, retries=False)

    def post(self, path: str, content: object, *, token: str = "") -> Reply:
        bearer = {"Authorization": f"BT {token}"} if token else {}
        body = json.dumps(content, ensure_ascii=False).encode()
        return self.send("POST", path, body=body, Content_Type="application/json", **bearer)

    def get(self, path: str, *, token: str, **query: str) -> Reply:
        return self.send("GET", f"{path}?{urlencode(query)}", Authorization=f"BT {token}")

    def identity(self, *, username: str = USERNAME, password: str = PASSWORD) -> str:
        reply = self.post(IDENTITY, {"username": username, "password": password})
        return token_in(reply)

    def grant(self, identity: str) -> str:
        return token_in(self.post(GRANT, {"identity_token": identity}))

    def upload_token(self, *, username: str = USERNAME) -> str:
        grant = self.grant(self.identity(username=username))
        asked = {"grant_token": grant, "product_key": PRODUCT_KEY, "expiration": 86400}
        return token_in(self.post(UPLOAD, asked))

    def create(self, query: str, *, token: str, **headers: str) -> Reply:
        bearer = f"BT {token}"
        body = b'{"verbosity": "9"}'
        return self.send("POST", f"{BUNDLE}?{query}", body=body, Authorization=bearer, **headers)

    def bundle(self, size: int, *, token: str) -> str:
        reply = self.create(f"size={size}&name=upload.zip", token=token)
        assert reply.status == 200, reply.data
        bundle_id: str = reply.json()["id"]
        return bundle_id

    def chunk(self, bundle_id: str, *, offset: object, data: bytes, token: str) -> Reply:
        return self.send(
            "POST",
            f"{CHUNK}?id={bundle_id}&offset={offset}",
            body=data,
            Authorization=f"BT {token}",
            Content_Type="application/octet-stream",
            Content_Length=str(len(data)),
        )

    def upload(
        self, content: bytes, *, token: str, bundle_id: str = "", step: int = MIB, start: int = 0
    ) -> list[Reply]:
        """All chunks of a bundle in order; the answers."""
        return [
            self.chunk(bundle_id, offset=at, data=content[at : at + step], token=token)
            for at in range(start, len(content), step)
        ]

    def connections(self) -> int:
        """How many connections were opened so far."""
        pool = self._manager.connection_from_url(self.base)
        return pool.num_connections

    def close(self) -> None:
        self._manager.clear()


def token_in(reply: Reply) -> str:
    assert reply.status == 200, reply.data
    token: str = reply.json()["token"]
    return token
