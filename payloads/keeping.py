"""What of all this may stay? Only what is permitted: the rest is taken out before the gate looks.

What no declaration knows is left in on purpose: it is a defect, and the gate stops the whole bundle for it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from payloads.values import Record
from programs.catalog import Element, Section, UploadKind

Permitted = Mapping[tuple[str, str], Element]


def permitted_of(upload: UploadKind, paths: Collection[str] | None) -> dict[tuple[str, str], Element]:
    """The elements behind these paths, by key; all of them for None. A path that is not declared permits nothing.

    A value that has two names may leave only while both are permitted.
    """
    if paths is None:
        return {element.key: element for element in upload.elements()}
    wanted = frozenset(paths)
    held = {element.same_as for element in upload.elements() if element.same_as and element.path not in wanted}
    chosen = (element for element in upload.elements() if element.path in wanted and element.path not in held)
    return {element.key: element for element in chosen}


def narrowed(upload: UploadKind, permitted: Permitted) -> UploadKind:
    """The same upload as if it declared nothing but what is permitted: what a document may add by itself."""
    sections = (
        replace(section, elements=tuple(one for one in section.elements if one.key in permitted))
        for section in upload.sections
    )
    return replace(upload, sections=tuple(sections))


def keep_permitted(records: Iterable[Record], upload: UploadKind, permitted: Permitted) -> Iterator[Record]:
    """The records without what is declared but not permitted, and without places where nothing may stand any more."""
    dropped = {section.name for section in upload.sections if not _may_stand(section, upload, permitted)}
    held = frozenset(element.key for element in upload.elements()) - permitted.keys()
    return _kept(records, dropped=dropped, held=held)


def _kept(
    records: Iterable[Record], *, dropped: Collection[str], held: Collection[tuple[str, str]]
) -> Iterator[Record]:
    for record in records:
        if record.section not in dropped:
            values = {name: value for name, value in record.values.items() if (record.section, name) not in held}
            yield Record(record.section, values, _kept(record.children, dropped=dropped, held=held))


def _may_stand(section: Section, upload: UploadKind, permitted: Permitted) -> bool:
    """Is the element that holds the section permitted, and anything in it or below it?"""
    holder = (section.parent, section.container.partition("/")[0])
    if any(element.key == holder for element in upload.elements()) and holder not in permitted:
        return False
    if any(element.key in permitted for element in section.elements):
        return True
    return any(_may_stand(one, upload, permitted) for one in upload.sections if one.parent == section.name)
