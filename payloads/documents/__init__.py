"""Which module writes the documents of an upload?"""

from payloads.documents import telemetry_compliance

WRITERS = {("telemetry", "compliance"): telemetry_compliance.members}
