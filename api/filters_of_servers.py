"""Which servers of the list? The filters of the fleet page, here with an error for a value that makes no sense."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.drainage import set_override

from alerts.clock import State
from alerts.fleet import NO, NONE, ORDERS, YES, FleetQuery
from alerts.fleet_counts import FleetCounts, fleet_counts
from alerts.keeping_standings import add_missing, is_stale, last_look
from alerts.models import RULES
from alerts.standing_models import Pressure, ServerStanding, Share
from api.filters import YesNo
from servers.models import LicenseServer, ReportingMode, ServerGroup

NEWEST = "newest"
# What the list can be ordered by → the order of the fleet; the newest server first where nobody says so.
SOONEST_FIRST = {"next_due": "due", "name": "name", "last_report": "report"}
refuse_null = ProhibitNullCharactersValidator()
YES_OR_NO = ("events", "registered", "provider", "archived")
TEXTS = {YES: "true", NO: "false"}
STATES = [(str(state), str(state)) for state in State]


class GroupsField(forms.Field):
    """Groups by name, or `without` for none; one that is not there is an error."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        """Their numbers as text, as the fleet is asked. Raises ValidationError."""
        asked = [str(name) for name in value or [] if name]
        known = {name: str(pk) for name, pk in ServerGroup.objects.values_list("name", "pk")} | {NONE: NONE}
        if any(name not in known for name in asked):
            raise ValidationError(_("There is no group of this name."))
        return [known[name] for name in asked]


class TextsField(forms.Field):
    """Some texts, any of which may be meant."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        """Those that say something. Raises ValidationError."""
        for text in value or []:
            refuse_null(text)
        return [text for text in value or [] if text]


class Texts(filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Any of these texts."""

    field_class: type[forms.Field] = TextsField

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, **options)
        set_override(self, "field", {"type": "string"})  # one of them; that they repeat, the filter says itself


class Groups(Texts):
    """Any of these groups."""

    field_class = GroupsField


class ServerList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `servers`. Those that can be repeated find any of their values; of different ones all must hold."""

    name = filters.CharFilter(label="Parts of the name, in any case; all of them occur in it")
    pressure = filters.MultipleChoiceFilter(choices=Pressure.choices, label="How much it presses")
    kind = filters.MultipleChoiceFilter(
        choices=[*RULES, (NONE, "No trouble is known")], label="What the next trouble is; `without` for none"
    )
    group = Groups(label="Name of a group; `without` for servers in none")
    verdict = filters.MultipleChoiceFilter(choices=STATES, label="The worst of the three verdicts")
    share = filters.MultipleChoiceFilter(choices=Share.choices, label="What is shared")
    mode = filters.MultipleChoiceFilter(choices=ReportingMode.choices, label="How it reports")
    build = Texts(label="Such as 54100; `without` where none is known")
    events = YesNo(label="Does it send event data?")
    registered = YesNo(label="Is it registered with the cloud?")
    provider = YesNo(label="Is it a service provider's?")
    archived = YesNo(label="Out of service?")
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in (NEWEST, *SOONEST_FIRST)],
        label="`newest` first unless given; `next_due`: the soonest trouble first; `last_report`: the oldest first",
    )

    class Meta:
        model = LicenseServer
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[LicenseServer]) -> QuerySet[Any]:
        """The servers; where an order of the fleet is asked for, their standings, which have it."""
        asked = self.asked()
        if not self.order and replace(asked, archived=()).is_open:
            archived = self.form.cleaned_data["archived"]
            return queryset if archived in ("", None) else queryset.filter(archived_at__isnull=not archived)
        add_missing()
        found = asked.rows(stale=is_stale_now())
        if self.order:
            return found.select_related("server__group")
        return queryset.filter(pk__in=found.values("server"))

    @property
    def order(self) -> str:
        """The column of the fleet that is ordered by, "" for the newest server first."""
        said = self.form.cleaned_data.get("ordering") or NEWEST
        return "" if said == NEWEST else ORDERS[SOONEST_FIRST[said]]

    def asked(self) -> FleetQuery:
        """The question in the words of the floor, about every server that there is."""
        said = self.form.cleaned_data
        facets: dict[str, Any] = {
            name: tuple(said[name] or ()) for name in ("pressure", "kind", "group", "verdict", "share", "mode", "build")
        }
        for name in YES_OR_NO:
            facets[name] = () if said[name] in ("", None) else (YES if said[name] else NO,)
        facets["archived"] = facets["archived"] or (YES, NO)  # here, archived servers are in the list unless left out
        return FleetQuery(search=" ".join((said["name"] or "").split()), **facets)


def counts_of(found: ServerList) -> dict[str, Any]:
    """How many each choice of a filter would find, with the others in force; values as the filters take them."""
    add_missing()
    counts = fleet_counts(found.asked(), stale=is_stale_now())
    groups = {str(pk): name for pk, name in ServerGroup.objects.values_list("pk", "name")}
    return {"total": counts.total, "facets": {name: [*_values(counts, name, groups)] for name in counts.facets}}


def _values(counts: FleetCounts, name: str, groups: dict[str, str]) -> list[dict[str, Any]]:
    words = TEXTS if name in YES_OR_NO else groups if name == "group" else {}
    by_size = sorted(counts.facets[name].items(), key=lambda one: (-one[1], one[0]))
    return [{"value": words.get(value, value), "count": count} for value, count in by_size]


def is_stale_now() -> bool:
    """Do the rules not look any more, so that nothing is known of any server?"""
    return is_stale(last_look(), now=timezone.now())


def standings_of(rows: list[Any]) -> dict[int, ServerStanding]:
    """Where each server of a page stands, by its number; one question, none where the rows are standings."""
    if rows and isinstance(rows[0], ServerStanding):
        return {one.server_id: one for one in rows}
    return {one.server_id: one for one in ServerStanding.objects.filter(server__in=[one.pk for one in rows])}
