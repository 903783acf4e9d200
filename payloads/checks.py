"""Do declarations and collectors fit together? A half of a pair is a defect, found before anything is sent."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from payloads.collectors import COLLECTORS, NOT_COLLECTED
from payloads.documents import WRITERS
from programs.catalog import DeclarationRefused, Program, programs


@register()
def declarations_are_complete(**_: Any) -> list[CheckMessage]:
    """Every declaration can be read, every collector is named by one, every upload has a document."""
    try:
        declared = programs()
    except DeclarationRefused as error:
        hint = "Correct the declaration file; nothing is collected or sent until then."
        return [Error(f"A declaration was refused: {error}.", hint=hint, id="payloads.E001")]
    return unpaired(list(declared.values()))


def unpaired(declared: list[Program]) -> list[CheckMessage]:
    """An error for each collector or element without the other, upload without document, and silent gap."""
    uploads = [(program, upload) for program in declared for upload in program.uploads]
    named = {element.collector: element.path for _, upload in uploads for element in upload.elements()}
    return [
        *(
            Error(f"{named[name]} names the collector {name!r}, which does not exist.", id="payloads.E002")
            for name in sorted(named.keys() - COLLECTORS.keys())
        ),
        *(
            Error(f"The collector {name!r} serves no declared element.", id="payloads.E003")
            for name in sorted(COLLECTORS.keys() - named.keys())
        ),
        *(
            Error(f"No document is written for {program.code} {upload.kind}.", id="payloads.E004")
            for program, upload in uploads
            if (program.code, upload.kind) not in WRITERS
        ),
        *(
            Error(
                f"{program.code} {upload.kind}: {element.path} is not collected, and no note says why.",
                id="payloads.E005",
            )
            for program, upload in uploads
            for element in upload.elements()
            if element.collector == NOT_COLLECTED and not element.note
        ),
    ]
