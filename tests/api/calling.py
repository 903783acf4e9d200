"""How does a test call the API? As a person with a token, from outside."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server
from uploads.courier_models import ManualReport
from uploads.dispatch import tick
from uploads.manual_report import Wish, gather
from uploads.models import Upload
from uploads.states import State
from uploads.transfer import transfer

V1 = "/api/v1"
SIGNATURE = "0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567"
LICENSE = f"""SERVER this_host HOSTNAME=ls1
VENDOR CITRIX
USE_SERVER
INCREMENT MPS_ENT_CCU CITRIX 2027.0206 permanent 5 VENDOR_STRING=;LT=Retail;GP=720;CL=ENT;SA=0;ODP=0 \\
    DUP_GROUP=V ISSUED=07-Mar-2025 NOTICE="Example GmbH" SN=OR100000:800000 SIGN="{SIGNATURE}"
INCREMENT XDT_PLT_UD CITRIX 2027.0206 06-feb-2027 25 VENDOR_STRING=;LT=Retail;GP=720;CL=PLT;SA=0;ODP=0 \\
    DUP_GROUP=V ISSUED=07-Mar-2025 SN=OR100000:800001 SIGN="{SIGNATURE}"
""".encode()


def calling(person: User) -> Client:
    """A client with a fresh token of this person."""
    _, secret = create_token(person, name="test")
    return Client(headers={"authorization": f"Bearer {secret}"})


def post(client: Client, path: str, body: object = None, *, key: str | None = None) -> Any:
    """A POST of JSON, below /api/v1."""
    headers = {"idempotency-key": key} if key is not None else {}
    return client.post(V1 + path, json.dumps(body or {}), content_type="application/json", headers=headers)


def patch(client: Client, path: str, body: object) -> Any:
    """A PATCH of JSON, below /api/v1."""
    return client.patch(V1 + path, json.dumps(body), content_type="application/json")


def get(client: Client, path: str, **headers: str) -> Any:
    """A GET, below /api/v1."""
    return client.get(V1 + path, headers=headers)


def text_of(client: Client, guid: object, code: str, action: str) -> str:
    """The digest of the text that a person reads before this decision."""
    return str(get(client, f"/servers/{guid}/programs/{code}/text?action={action}").json()["text_sha256"])


def decides(client: Client, guid: object, code: str, *, text: str = "", **decision: object) -> Any:
    """One decision, on the text that was read for it."""
    asked: dict[str, object] = {**decision}
    asked.setdefault("text_sha256", text or text_of(client, guid, code, _action_of(decision)))
    return patch(client, f"/servers/{guid}/programs/{code}", asked)


def _action_of(decision: dict[str, object]) -> str:
    if "participation" in decision:
        return "grant" if decision["participation"] == "on" else "withdraw"
    if "reporting_mode" in decision:
        return "report_manually" if decision["reporting_mode"] == "manual" else "report_electronically"
    if "erasure" in decision:
        return {"request": "erasure_requested", "confirm": "erasure_confirmed"}[str(decision["erasure"])]
    return "accept_elements" if "accept_elements" in decision else "refuse_elements"


def send_file(
    client: Client, content: bytes = LICENSE, *, server: str = "ls1.example.org", name: str = "a.lic", key: str = ""
) -> Any:
    """A license file as a form."""
    headers = {"idempotency-key": key} if key else {}
    form = {"server": server, "file": SimpleUploadedFile(name, content)}
    return client.post(f"{V1}/reports", form, headers=headers)


def is_problem(response: Any, status: int) -> bool:
    """Is it a whole problem with this status?"""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= body.keys()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in response.content.decode()
    return True


def content_of(response: Any) -> bytes:
    """The bytes of a download."""
    return b"".join(response.streaming_content)


def files_below(folder: Path) -> list[Path]:
    """Every file that a request left."""
    return [path for path in folder.rglob("*") if path.is_file()]


def by_hand(server: LicenseServer) -> ManualReport:
    """The server reports by hand, and what its day sealed was gathered."""
    change_server(server, reporting_mode=ReportingMode.MANUAL, service_started_at=timezone.now() - timedelta(minutes=6))
    tick(now=timezone.now(), send=lambda _: True)
    for pk in Upload.objects.filter(server=server, state=State.QUEUED).values_list("pk", flat=True):
        transfer(pk)
    return gather(Wish((server,)), by="ben", at=timezone.now())
