"""Which files make up the house? Ours alone: nothing installed, generated or kept at run time."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "accounts",
    "servers",
    "licenses",
    "programs",
    "payloads",
    "uploads",
    "alerts",
    "intake",
    "demo",
    "dashboard",
    "api",
    "receiver",
    "languages",
    "licensing_manager",
)


def python_files() -> list[Path]:
    """Every module of the packages, without migrations."""
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in files if "migrations" not in path.parts]


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return tuple(ROOT / name.decode() for name in listed.split(b"\0") if name and (ROOT / name.decode()).is_file())
