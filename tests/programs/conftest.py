"""Which programs do these tests decide about? Four small declarations of their own, which can grow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.models import User
from programs import catalog
from programs.consent import decide
from programs.models import Action, ConsentDecision, Door
from programs.texts import decision_text
from servers.models import LicenseServer
from tests.factories import a_server

HEAD = """
code = "{code}"
name = "{name}"
version = "{version}"
basis = "{basis}"
purpose = "To see how it is used."
used_for = ["Planning"]
recipient = "The vendor"
cadence = "Once a day"
[[upload]]
kind = "report"
name = "Report"
product = "Product"
layout = "1.0"
file_prefix = "upload_"
result_type = "TYPE"
[[upload.section]]
name = "head"
label = "Head"
repeats = false
"""
ELEMENT = """
[[upload.section.element]]
name = "{name}"
type = "string"
description = "The value {name}."
purpose = "Tells {name}"
identifies = "none"
scrambled = false
collector = "envelope"
since = "1.0"
evidence = "ours"
source = "ours"
"""


@dataclass(frozen=True, slots=True)
class Declarations:
    """A folder of declaration files; the catalog reads it anew after each change."""

    folder: Path

    def write(self, code: str, *names: str, version: str = "1.0", basis: str = "optional") -> None:
        """Declare a program with elements `head.NAME`."""
        head = HEAD.format(code=code, name=code.replace("_", " ").title(), version=version, basis=basis)
        elements = "".join(ELEMENT.format(name=name) for name in names or ("A", "B"))
        (self.folder / f"{code}.toml").write_text(head + elements)
        catalog.programs_in.cache_clear()


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Declarations]:
    """Call Home, CEIP, event data and telemetry, with the elements head.A and head.B each."""
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    declarations = Declarations(tmp_path)
    for code in ("call_home", "ceip", "event_data"):
        declarations.write(code)
    declarations.write("telemetry", basis="mandatory")
    yield declarations
    catalog.programs_in.cache_clear()


@pytest.fixture
def server(db: None) -> LicenseServer:
    return a_server()


Deciding = Callable[..., ConsentDecision]


@pytest.fixture
def dora_decides(dora: User, declared: Declarations, server: LicenseServer) -> Deciding:
    """The privacy officer decides on the page, having read the text that is in force."""

    def deciding(action: str, program_code: str = "ceip", **facts: object) -> ConsentDecision:
        shown = decision_text(catalog.program(program_code), action)
        words = {"by": dora, "door": Door.PAGE, "text_sha256": shown.sha256, "reason": "Asked for.", **facts}
        return decide(server, program_code=program_code, action=action, **words)  # type: ignore[arg-type]

    return deciding


def numbers() -> list[tuple[int, str, str]]:
    """The ledger in short."""
    return list(ConsentDecision.objects.order_by("sequence").values_list("sequence", "program", "action"))


GRANT, WITHDRAW = Action.GRANT, Action.WITHDRAW
