"""Say what stands in a file, without a server and without a database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.importing import TooLarge, refuse_too_large
from intake.inspecting import facts_of


class Command(BaseCommand):
    """`inspect_report FILE [--json]`: exit 0 when understood, 1 when not, 2 when there is no such file."""

    help = "Parse any supported file and print its facts. Nothing is stored. FILE may be -."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and --json."""
        parser.add_argument("file", metavar="FILE", help="file to inspect, or - for standard input")
        parser.add_argument("--json", action="store_true", help="print the facts as JSON")

    def handle(self, *args: Any, file: str, json: bool, **options: Any) -> None:
        """Recognise, parse, print."""
        facts = facts_of(_read(file))
        self.stdout.write(_as_json(facts) if json else _as_text(facts))
        if any(problem["severity"] == "error" for problem in facts["problems"]):
            sys.exit(1)


def _read(name: str) -> bytes:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(settings.MAX_IMPORT_BYTES + 1)
        else:
            refuse_too_large(Path(name).stat().st_size)
            content = Path(name).read_bytes()
        refuse_too_large(len(content))
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.", returncode=2) from error
    except TooLarge as error:
        raise CommandError(str(error), returncode=1) from error
    return content


def _as_json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _as_text(facts: dict[str, Any]) -> str:
    lines = [f"{key}: {value}" for key, value in facts.items() if key not in {"features", "problems"}]
    lines += [f"  {_feature(feature)}" for feature in facts.get("features", [])]
    lines += [f"  line {problem['line']}: {problem['sentence']}" for problem in facts["problems"]]
    return "\n".join(lines)


def _feature(feature: Any) -> str:
    """A license as a sentence; rows of other kinds as they are."""
    if not isinstance(feature, dict) or "vendor" not in feature:
        return str(feature)
    count = feature["count"] if feature["count"] is not None else "uncounted"
    end = feature["expiry"] or "for ever"
    return f"{feature['feature']} {feature['version']} {feature['vendor']}: {count}, until {end}"
