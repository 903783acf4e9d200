"""Where does the sandbox receiver listen? In a file of the run folder that `serve` writes and every process reads."""

from pathlib import Path

from licensing_manager import whole_file

DEFAULT = "http://127.0.0.1:8084"


def read(run_dir: Path) -> str:
    """The address that the running, or the last, `serve` gave its receiver; the default before any."""
    try:
        return _file(run_dir).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT


def write(run_dir: Path, *, address: str) -> None:
    """Tell the other processes. Raises OSError."""
    whole_file.write(_file(run_dir), text=f"{address}\n")


def _file(run_dir: Path) -> Path:
    return run_dir / "sandbox_url"
