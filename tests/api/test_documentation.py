"""Does the documentation name everything that the API offers?"""

import re
from pathlib import Path
from typing import Any

import pytest

from api import urls
from intake.recognise import Kind, recognise
from tests.api.calling import LICENSE
from tests.api.test_reports import RESULT, SAMPLES

DOCS = Path(__file__).parents[2] / "docs"
API, WINDOWS = ((DOCS / name).read_text(encoding="utf-8") for name in ("api.md", "windows-task.md"))
OF_EVERY_LIST = {"cursor", "limit"}
SCRIPT = re.search(r"```powershell\n(.*?)```", WINDOWS, re.DOTALL)


def row_of(route: str) -> str:
    """The row of the table of addresses."""
    address = re.sub(r"<(?:str|int):(\w+)>", lambda found: "{" + found[1].replace("pk", "id") + "}", route)
    rows = [row for row in API.splitlines() if re.match(rf"\| `{re.escape(address)}[`?]", row)]
    assert rows, f"{address} is not in docs/api.md"
    return rows[0]


def views() -> list[tuple[str, Any]]:
    found = [(str(pattern.pattern), getattr(pattern.callback, "cls", None)) for pattern in urls.urlpatterns]
    return [(route, view) for route, view in found if hasattr(view, "known_parameters") and not route.endswith("/")]


@pytest.mark.parametrize(("route", "view"), views())
def test_every_address_is_listed_with_methods_and_parameters(route: str, view: Any) -> None:
    row = row_of(route)
    assert [method for method in view.permissions if method not in row] == []
    parameters = view().known_parameters() - OF_EVERY_LIST
    assert {name for name in parameters if not re.search(rf"[`?&]{name}[`=]", row)} == set()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_report_is_explained(kind: Kind) -> None:
    assert re.search(rf"^\| (`\w+`, )?`{kind}`", API, re.MULTILINE)


def test_the_recipe_for_windows_has_ten_lines_and_explains_each() -> None:
    assert SCRIPT
    assert len(SCRIPT[1].splitlines()) == 10
    assert re.findall(r"^\| (\d+) \|", WINDOWS, re.MULTILINE)[:10] == [str(line) for line in range(1, 11)]
    assert "windows-task.md" in API


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        (r"MyFiles\*.lic", LICENSE, Kind.LICENSE_FILE),
        (r"LS\resource\cache\upload_compliance_result.xml", RESULT, Kind.RESULT_FILE),
        (
            r"LS\Logs\log_ctxuploader.log",
            (SAMPLES / "log" / "failure_then_success.log").read_bytes(),
            Kind.UPLOADER_LOG,
        ),
        ("lmstat.txt", (SAMPLES / "lmstat" / "citrix_rows.txt").read_bytes(), Kind.LMSTAT),
    ],
)
def test_the_recipe_for_windows_sends_what_is_read_here(name: str, content: bytes, kind: Kind) -> None:
    assert SCRIPT
    assert name in SCRIPT[1]
    assert recognise(content)[0] is kind
