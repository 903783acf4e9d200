"""Does the repository say anything about the machine that it was written on?"""

import re
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT, tracked_files

# Written in pieces, so that this file does not find itself.
FOLDERS = ("home", "Users", "root", "work", "workspace")
HOSTS = ("files.pythonhosted" + ".org", "pypi" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
FOLDER = re.compile(r"(?<![\w./~$}-])/(?:" + "|".join(FOLDERS) + r")/[\w.-]+")
HOST = re.compile("|".join(re.escape(host) for host in HOSTS) + r"|--(?:extra-)?index-url|--trusted" + "-host")
BINARY = {".png", ".jpg", ".ico", ".woff2", ".zip", ".gz", ".lic"}


def stray(text: str) -> list[str]:
    """Every absolute path of a person's folders, and every package registry, that a text names."""
    return [found.group() for pattern in (FOLDER, HOST) for found in pattern.finditer(text)]


def test_no_file_names_a_folder_of_a_machine_or_a_package_registry() -> None:
    found = {name: stray(text) for name, text in _texts()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        f"open('/{FOLDERS[0]}/ada/notes')",
        f"see /{FOLDERS[3]}/design.md",
        f"/{FOLDERS[2]}/.cache",
        f"https://{HOSTS[1]}/simple",
        "--index" + "-url https://mirror.example",
    ],
)
def test_the_search_finds_an_injected_example(text: str) -> None:
    assert stray(text)


@pytest.mark.parametrize(
    "text", ["https://host.example/home/page", "var/work/x", "the root/branch", "/data", "/api/v1/"]
)
def test_the_search_leaves_addresses_and_relative_paths_alone(text: str) -> None:
    assert stray(text) == []


def _texts() -> list[tuple[str, str]]:
    files: list[Path] = [path for path in tracked_files() if path.suffix not in BINARY]
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace")) for path in files]
