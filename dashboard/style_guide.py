"""Which components are there, and how does each look in every state? The list behind the style guide.

Nothing here is read from or written to the database: the examples are made of the same objects that the pages show,
with keys that no row has. Its words are English in every language; it is for those who build the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard import style_guide_lists as lists
from dashboard import style_guide_lives as lives
from dashboard.style_guide_forms import a_form
from dashboard.style_guide_instruments import (
    ages,
    clock_examples,
    disk_charts,
    disk_examples,
    meters,
    participations,
    strips,
    the_line,
    use_chart,
)


@dataclass(frozen=True, slots=True)
class Example:
    """One component in one state: its template, what it is given, and what is to be seen. Boxed: it needs a panel."""

    words: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    boxed: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """Examples that belong together, under a heading and a rule."""

    key: str
    title: str
    rule: str
    examples: tuple[Example, ...]


def parts(*, now: datetime) -> dict[str, tuple[str, list[Section]]]:
    """The pages of the guide by the last word of their address: a title, and the sections."""
    return {
        "signs": ("Signs and controls", [*_signs(), *_controls()]),
        "line": ("Time to trouble", _line(now)),
        "instruments": ("Instruments", _instruments(now)),
        "lists": ("Lists and messages", [*_words(), *_lists(now), *_people(now)]),
        "panels": ("Panels that work", [*_panels(now), *_doors(now)]),
    }


def _signs() -> list[Section]:
    return [
        Section(
            "colors",
            "Color and type",
            "A healthy instrument is quiet. Color is spent only where somebody must look.",
            (
                Example("Surfaces, ink and signals", "style_guide/colors.html"),
                Example("One family, six sizes, tabular figures", "style_guide/type.html"),
            ),
        ),
        Section(
            "states",
            "States",
            "A shape, a word and a color. Any one of them is enough.",
            (
                Example("Every shape", "style_guide/states.html"),
                Example("May a program run, and why", "style_guide/participations.html", {"answers": participations()}),
            ),
        ),
    ]


def _controls() -> list[Section]:
    return [
        Section(
            "controls",
            "Buttons, switches and choices",
            "The verb says what happens. Locked means dashed, with the reason beside it.",
            (
                Example("Buttons", "style_guide/buttons.html"),
                Example("Switches", "style_guide/switches.html"),
                Example("Choices", "style_guide/choices.html"),
            ),
        ),
        Section(
            "fields",
            "Fields",
            "Label above, help below, an error in place of the help. What was typed is kept.",
            (
                Example("Fields", "style_guide/fields.html", {"form": a_form()}),
                Example("Files", "components/drop_zone.html"),
            ),
        ),
    ]


def _line(now: datetime) -> list[Section]:
    today = now.date()
    return [
        Section(
            "line-of-clocks",
            "Every clock on one line",
            "Near days are drawn wider. Only marks within 30 days may carry color.",
            (
                *(Example(words, "style_guide/axis.html", {"line": line}) for words, line in clock_examples(today)),
                Example(
                    "Twelve clocks, and what has no date", "components/time_line.html", the_line(today), boxed=False
                ),
            ),
        )
    ]


def _instruments(now: datetime) -> list[Section]:
    today = now.date()
    return [
        Section(
            "ticks",
            "One day, one tick",
            "Totals stand beside it in words.",
            (
                *(
                    Example(one.summary, "components/ticks.html", {"strip": one, "label": "Telemetry"})
                    for one in strips(today)
                ),
                Example("What each shape means", "components/ticks_legend.html"),
            ),
        ),
        Section(
            "gauges",
            "Ages, meters and charts",
            "Installed is the line, overdraft lies beyond it, unknown is hatched and never zero.",
            (
                *(Example(one.label, "components/age_gauge.html", {"gauge": one}) for one in ages()),
                Example("What the colors of a meter mean", "components/meter_legend.html"),
                *(Example(words, "components/meter.html", {"meter": one, "label": words}) for words, one in meters()),
                Example("Daily peak use", "components/chart.html", {"chart": use_chart(today)}),
                *(
                    Example(words, "components/disk_chart.html", {"chart": chart})
                    for words, chart in disk_charts(today)
                ),
                *(Example("The disk", "components/disk.html", one, boxed=False) for one in disk_examples(today)),
            ),
        ),
    ]


def _words() -> list[Section]:
    return [
        Section(
            "messages",
            "Notes, toasts, dialogs",
            "Cause, evidence, fix, try now. Never “something went wrong”.",
            (
                Example("Notes", "style_guide/notes.html"),
                Example("Toasts", "style_guide/toasts.html"),
                Example("After a button", "components/messages.html", {"messages": lists.messages()}),
                Example("Only for what cannot be undone", "style_guide/dialog.html"),
            ),
        ),
        Section(
            "empty",
            "Nothing, and why",
            "Nothing yet, nothing matches, nothing known: three sentences that are never mixed up.",
            (
                *(
                    Example(words, "components/empty.html", {"title": title, "words": rest})
                    for words, title, rest in lists.NOTHING
                ),
                Example("Busy after 100 ms, in words", "components/loading.html", {"words": "Looking", "shown": True}),
            ),
        ),
    ]


def _lists(now: datetime) -> list[Section]:
    return [
        Section(
            "rows",
            "Tables, facets, pages",
            "Numbers stand at the right. Every count is true for the filters in force.",
            (
                Example("The history of uploads", "components/history.html", lists.history(now), boxed=False),
                Example("Between two pages", "components/pager.html", lists.pager()),
                Example("Nowhere to go", "components/pager.html", lists.no_pager()),
            ),
        ),
        Section(
            "trees",
            "Trees and differences",
            "Values that identify are marked and named.",
            (
                Example("What is in a bundle", "style_guide/tree.html", {"nodes": lists.nodes()}),
                Example("What changed", "style_guide/diff.html"),
            ),
        ),
    ]


def _people(now: datetime) -> list[Section]:
    return [
        Section(
            "ledger",
            "Ledger and attempts",
            "Newest first. No edit, no delete.",
            (
                Example("Decisions", "components/ledger.html", lists.ledger(now)),
                Example("Who was told", "components/told.html", lists.told(now)),
                Example("Nobody", "components/told.html", {"rows": [], "none": "Nothing comes near a step."}),
            ),
        ),
        Section(
            "alerts",
            "Alerts",
            "Who must do what, by when, and who was told.",
            tuple(
                Example(words, "style_guide/alert.html", {"card": card}, boxed=False)
                for words, card in lists.cards(now)
            ),
        ),
    ]


def _panels(now: datetime) -> list[Section]:
    return [
        Section(
            "uploads",
            "An upload under way",
            "It speaks at the start, at each quarter, and at the end.",
            (Example("Waiting, running, silent", "components/live_upload.html", lives.uploads(now), boxed=False),),
        ),
        Section(
            "files",
            "Files that came in",
            "What was not understood is shown with its line.",
            tuple(Example(one.summary, "components/report.html", {"report": one}) for one in lives.reports(now)),
        ),
        Section(
            "courier",
            "The courier's four steps",
            "What is carried, and whether anything is missing.",
            (Example("A set on its way", "components/courier.html", lives.courier(now), boxed=False),),
        ),
    ]


def _doors(now: datetime) -> list[Section]:
    return [
        Section(
            "doors",
            "Registration, provider, network",
            "A locked thing says its reason; an error says cause, evidence and fix.",
            (
                Example("Waiting for the code", "components/registration.html", lives.registration(now), boxed=False),
                Example("Service provider", "components/provider.html", lives.provider(), boxed=False),
                Example("A network check", "components/network_check.html", lives.network_check(now), boxed=False),
                Example("Silence", "components/silence.html", lives.silence(now)),
            ),
        ),
    ]
