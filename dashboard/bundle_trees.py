"""What of a sealed bundle does a person look at: all of it, what they search for, or what is new since the last one?"""

from collections.abc import Iterable
from dataclasses import replace

from payloads.bundle import BundleRefused
from payloads.difference import Difference, differences
from payloads.reading import Node, read_tree
from programs.catalog import UploadKind, programs
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.bundle_store import BundleMissing
from uploads.models import Upload


def matching(nodes: Iterable[Node], query: str) -> list[Node]:
    """The nodes that say this by name, value, meaning or purpose, with the way that leads to them."""
    wanted = query.casefold()
    found = []
    for node in nodes:
        if wanted in _words(node):
            found.append(node)
        elif children := matching(node.children, query):
            found.append(replace(node, children=tuple(children)))
    return found


def since_last_sent(
    server: LicenseServer, *, program_code: str, upload: UploadKind, trees: list[Node]
) -> tuple[Upload, list[Difference]] | None:
    """The newest delivered upload of this kind whose bundle is still kept, and what differs from it."""
    delivered = Upload.objects.with_delivered_bundle().filter(server=server, program=program_code, kind=upload.kind)
    sent = delivered.order_by("-finished_at", "-pk").first()  # the one that retention keeps
    if sent is None:
        return None
    try:
        before = read_tree(bundle_store.open_checked(sent.bundle_sha256), upload)
    except (BundleMissing, BundleRefused):
        return None
    return sent, differences(before, trees)


def tree_of(upload: Upload) -> list[Node]:
    """What this very bundle carries, read from its bytes; nothing where they were let go, or are not as declared."""
    try:
        kind = programs()[upload.program].upload(upload.kind)
        return list(read_tree(bundle_store.open_checked(upload.bundle_sha256), kind))
    except (KeyError, BundleMissing, BundleRefused):
        return []


def _words(node: Node) -> str:
    element = node.element
    meaning = f"{element.description} {element.purpose}" if element else ""
    return f"{node.name} {node.text} {meaning}".casefold()
