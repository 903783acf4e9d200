"""Which words of a declaration does a person read, and how does it look with others in their place?

Names of sections and elements are none of them: they are what leaves, in every language.
"""

from collections.abc import Callable
from dataclasses import replace

from programs.declared import Element, Program, Section, UploadKind

DECLARATION = "declaration"  # the context of every such text in the catalogs
Say = Callable[[str], str]  # an English text in, the text to show out


def told(program: Program, say: Say) -> Program:
    """The same program with its texts as `say` gives them."""
    return replace(
        program,
        name=say(program.name),
        purpose=say(program.purpose),
        used_for=tuple(say(use) for use in program.used_for),
        recipient=say(program.recipient),
        cadence=say(program.cadence),
        uploads=tuple(_told_upload(upload, say) for upload in program.uploads),
    )


def _told_upload(upload: UploadKind, say: Say) -> UploadKind:
    return replace(upload, name=say(upload.name), sections=tuple(_told_section(one, say) for one in upload.sections))


def _told_section(section: Section, say: Say) -> Section:
    elements = tuple(_told_element(element, say) for element in section.elements)
    return replace(section, label=say(section.label), elements=elements)


def _told_element(element: Element, say: Say) -> Element:
    return replace(
        element,
        description=say(element.description),
        purpose=say(element.purpose),
        note=say(element.note) if element.note else "",  # the empty text is the head of a catalog
    )
