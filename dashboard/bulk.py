"""What is shown before one act is done to many servers? The selection, the dry run in words, and the form."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from alerts.bulk_models import PERMISSIONS, Act, BulkAct, BulkItem
from alerts.bulk_trial import ALREADY, CHANGES, REFUSED, ActRefused, Trial, Tried, people_in, selected, try_out
from alerts.keeping_standings import add_missing, is_stale, last_look
from dashboard.fleet import question_of
from dashboard.policy_pages import OUTCOME_SIGNS, DryRow
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP
from programs.policy_models import Outcome
from programs.policy_words import row_words
from programs.texts import ShownText, sharing_text
from servers.models import LicenseServer, ServerGroup

LISTED = 20  # servers named of each outcome in the dry run; the counts are of all
PAGE = 50  # servers on one page of what became of an act
RESULT_SIGNS = {"changed": "well", "already": "well", "refused": "lock", "waiting": "hold"}
CHOICES = {
    "call_home": gettext_lazy("Share by Call Home, which includes CEIP"),
    "ceip": gettext_lazy("Share by CEIP only"),
    "none": gettext_lazy("Do not share"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which servers, as the address says it; `parameters` repeat it in a form."""

    servers: list[LicenseServer]
    parameters: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Flow:
    """Of one program: how many servers would start or stop sending it, in a sentence, and what of it names people."""

    sentence: str
    people: list[str]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What the page before an act shows. Without a `trial` it asks for the value."""

    act: Act
    value: str
    selection: Selection
    trial: Trial | None
    flows: list[Flow]
    shown: ShownText | None

    @property
    def title(self) -> str:
        """The act in words."""
        return title_of(self.act, self.value, is_chosen=self.trial is not None)

    @property
    def rows(self) -> list[DryRow]:
        """Server by server, what is refused first, because nobody expects it."""
        if self.trial is None:
            return []
        named = [one for outcome in (REFUSED, CHANGES, ALREADY) for one in self.trial.of(outcome)[:LISTED]]
        return [_dry_row(self.act, one) for one in named]

    @property
    def not_named(self) -> int:
        """How many servers the rows leave out."""
        return len(self.trial.rows) - len(self.rows) if self.trial else 0

    @property
    def changing(self) -> int:
        """How many servers would change."""
        return self.trial.counts[CHANGES] if self.trial else 0


def title_of(act: str, value: str, *, is_chosen: bool = True) -> str:
    """The act in words."""
    if act == Act.SHARE and value in CHOICES:
        return str(CHOICES[value])
    if act == Act.GROUP and is_chosen:
        return _("Put into the group %(name)s") % {"name": value} if value else _("Take out of their groups")
    return str(Act(act).label)


def selection_of(address: QueryDict) -> Selection:
    """The servers that an address names: ticked ones, or all that its filters find. Raises ActRefused."""
    question = address.get("question", "")[:4000]
    if address.get("all"):
        add_missing()
        stale = is_stale(last_look(), now=timezone.now())
        servers = selected((), question_of(QueryDict(question)), stale=stale)
        parameters = [("all", "1"), ("question", question)]
    else:
        ids = [int(text) for text in address.getlist("id") if text.isdecimal() and text.isascii() and len(text) < 16]
        servers = selected(ids, None)
        parameters = [*(("id", str(one.pk)) for one in servers), ("question", question)]
    if not servers:
        raise ActRefused(_("No server was chosen. Tick some servers, or take all that match."))
    return Selection(servers, parameters)


def bulk_page(address: QueryDict, *, by: User) -> BulkPage:
    """The page that an address asks for. Raises ActRefused."""
    act, _colon, value = address.get("act", "").partition(":")
    if act not in Act.values:
        raise ActRefused(_("Choose what to do with the servers."))
    if not by.has_perm(PERMISSIONS[Act(act)]):
        raise ActRefused(_("Your role does not allow this."))
    selection, value = selection_of(address), address.get("value", value)
    if act == Act.GROUP and "value" not in address:
        return BulkPage(Act(act), "", selection, None, [], None)
    trial = try_out(act, value, selection.servers)
    return BulkPage(trial.act, trial.value, selection, trial, _flows(trial), text_of(trial.act))


def text_of(act: str) -> ShownText | None:
    """The exact text of the choice, which is kept with every decision."""
    return sharing_text(programs()[CALL_HOME], programs()[CEIP]) if act == Act.SHARE else None


def acts_of(person: User) -> list[tuple[str, str]]:
    """What this person may do to a selection, for the form under the list."""
    found = [(f"{Act.SHARE}:{value}", str(words)) for value, words in CHOICES.items()]
    found += [(act.value, str(act.label)) for act in Act if act != Act.SHARE]
    return [(value, words) for value, words in found if person.has_perm(PERMISSIONS[Act(value.partition(":")[0])])]


def known_groups() -> list[str]:
    """The names of the groups that there are."""
    return list(ServerGroup.objects.values_list("name", flat=True))


def results_of(act: BulkAct, address: QueryDict) -> dict[str, Any]:
    """What became of each server, in parts: of one result where the address names one, after a place in the list."""
    counts = {value: act.items.filter(result=value).count() for value in BulkItem.Result.values}
    show = address.get("show", "")
    items = act.items.select_related("server").order_by("pk")
    items = items.filter(result=show) if show in counts else items
    after = address.get("after", "")
    if after.isdecimal() and len(after) < 19:
        items = items.filter(pk__gt=int(after))
    found = list(items[: PAGE + 1])
    return {
        "total": sum(counts.values()),
        "counts": counts,
        "done": sum(counts.values()) - counts[BulkItem.Result.WAITING],
        "show": show if show in counts else "",
        "rows": [_result_row(one) for one in found[:PAGE]],
        "after": str(found[PAGE - 1].pk) if len(found) > PAGE else "",
    }


def _result_row(item: BulkItem) -> DryRow:
    return DryRow(item.server, RESULT_SIGNS[item.result], item.get_result_display(), [item.why] if item.why else [])


def _dry_row(act: Act, one: Tried) -> DryRow:
    return DryRow(one.server, OUTCOME_SIGNS[one.outcome], str(Outcome(one.outcome).label), _row_words(act, one))


def _row_words(act: Act, one: Tried) -> list[str]:
    """What it means for this server; nothing where it is so already, which its outcome says."""
    if one.why or one.outcome == ALREADY:
        return [one.why] if one.why else []
    if act == Act.GROUP:
        return [_("Is in the group %(name)s now.") % {"name": one.stands} if one.stands else _("Is in no group now.")]
    if act == Act.SHARE:
        return row_words(one.outcome, {"starts": one.starts, "ends": one.ends})
    if act == Act.UPLOAD:
        return [_("Would upload its telemetry now.")]
    return [_("Would leave service. Its history stays.")]


def _flows(trial: Trial) -> list[Flow]:
    flows = []
    for code, count in trial.starts.items():
        start = ngettext(
            "%(count)d server would start sending by %(program)s.",
            "%(count)d servers would start sending by %(program)s.",
            count,
        )
        words = start % {"count": count, "program": programs()[code].name}
        flows.append(Flow(words, [f"{one.path}: {one.description}" for one in people_in(code)]))
    for code, count in trial.ends.items():
        end = ngettext(
            "%(count)d server would stop sending by %(program)s.",
            "%(count)d servers would stop sending by %(program)s.",
            count,
        )
        flows.append(Flow(end % {"count": count, "program": programs()[code].name}, []))
    return flows
