"""Seal a bundle and show what stands in it. Nothing is sent."""

import json
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payloads.gate import GateClosed
from payloads.reading import Node, read_tree
from programs.catalog import UploadKind, programs
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.models import Preview
from uploads.sealing import seal_preview


class Command(BaseCommand):
    """`preview_payload PROGRAM --server NAME [--out FILE] [--json]`."""

    help = "Build the sealed bundle of a program and print its SHA-256 and its values. Sends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PROGRAM, --server, --kind, --out and --json."""
        parser.add_argument("program", metavar="PROGRAM", choices=sorted(programs()), help="code of the program")
        parser.add_argument("--server", required=True, metavar="NAME", help="name of the license server")
        parser.add_argument("--kind", help="kind of the bundle where the program has several; the first by default")
        parser.add_argument("--out", type=Path, metavar="FILE", help="also write the bundle here")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, program: str, server: str, **options: Any) -> None:
        """Seal, copy, print."""
        owner = LicenseServer.objects.named(server).first()
        if owner is None:
            raise CommandError(f"There is no server named {server}. Import a license file for it first.", returncode=2)
        upload = _kind(program, options["kind"])
        try:
            preview = seal_preview(owner, program_code=program, kind=upload.kind, at=timezone.now())
            if options["out"]:
                shutil.copyfile(bundle_store.path_of(preview.bundle_sha256), options["out"])
        except (GateClosed, OSError) as error:
            raise CommandError(f"No preview was made: {error}", returncode=1) from error
        facts = _facts(preview, upload)
        self.stdout.write(json.dumps(facts, indent=2) if options["json"] else _text(facts))


def _kind(program: str, kind: str | None) -> UploadKind:
    uploads = programs()[program].uploads
    try:
        return programs()[program].upload(kind) if kind else uploads[0]
    except KeyError as error:
        known = ", ".join(upload.kind for upload in uploads)
        raise CommandError(f"{program} has no kind {kind}. It has: {known}.", returncode=2) from error


def _facts(preview: Preview, upload: UploadKind) -> dict[str, Any]:
    trees = read_tree(bundle_store.path_of(preview.bundle_sha256), upload)
    return {
        "program": preview.program,
        "kind": preview.kind,
        "server": preview.server.name,
        "name": preview.bundle_name,
        "sha256": preview.bundle_sha256,
        "bytes": preview.size,
        "elements": [row for tree in trees for row in _rows(tree, tree.name)],
    }


def _rows(node: Node, document: str) -> Iterator[dict[str, Any]]:
    for value in node.values():
        assert value.element is not None
        yield {
            "document": document,
            "element": value.element.path,
            "value": value.text,
            "identifies": value.element.identifies,
            "purpose": value.element.purpose,
        }


def _text(facts: dict[str, Any]) -> str:
    head = f"{facts['name']}, {facts['bytes']} bytes\nsha256 {facts['sha256']}\nNothing was sent.\n"
    rows = [
        f"  {row['element']} = {row['value']}" + ("" if row["identifies"] == "none" else f"  [{row['identifies']}]")
        for row in facts["elements"]
    ]
    return "\n".join([head, *rows])
