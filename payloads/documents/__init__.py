"""Which module writes the documents of an upload? One for each shape; an upload of a known shape needs no new one."""

from collections.abc import Callable, Iterable, Iterator

from payloads.bundle import Member
from payloads.documents import event, report_and_manifest, usage_manifest
from payloads.values import Record
from programs.catalog import UploadKind

# The upload that a writer is given declares only what is permitted: nothing else may be added by a document.
Writer = Callable[[Iterable[Record], UploadKind], Iterator[Member]]

WRITERS: dict[tuple[str, str], Writer] = {
    ("call_home", "diagnostic"): report_and_manifest.members,
    ("ceip", "anonymous"): report_and_manifest.members,
    ("event_data", "inventory"): event.members,
    ("telemetry", "compliance"): report_and_manifest.members,
    ("telemetry", "usage"): usage_manifest.members,
}
