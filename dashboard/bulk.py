"""What is shown before one act is done to many servers? The selection, the dry run in words, and the form."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from alerts.bulk_models import PERMISSIONS, Act
from alerts.bulk_trial import CHANGES, ActRefused, Trial, people_in, selected, try_out
from alerts.keeping_standings import add_missing, is_stale, last_look
from dashboard.fleet import question_of
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP
from programs.texts import ShownText, sharing_text
from servers.models import LicenseServer, ServerGroup

LISTED = 20  # servers named in the dry run; the counts are of all
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
    def lists(self) -> list[tuple[str, list[Any], int]]:
        """The servers by outcome, each with how many are not named."""
        if self.trial is None:
            return []
        words = {"changes": _("Changes"), "already": _("Already so"), "refused": _("Refused")}
        found = [(title, self.trial.of(outcome)) for outcome, title in words.items()]
        return [(title, rows[:LISTED], max(len(rows) - LISTED, 0)) for title, rows in found if rows]

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


def _flows(trial: Trial) -> list[Flow]:
    flows = []
    for code, count in trial.starts.items():
        start = ngettext(
            "%(count)d server would start to send %(program)s.",
            "%(count)d servers would start to send %(program)s.",
            count,
        )
        words = start % {"count": count, "program": programs()[code].name}
        flows.append(Flow(words, [f"{one.path}: {one.description}" for one in people_in(code)]))
    for code, count in trial.ends.items():
        end = ngettext(
            "%(count)d server would stop sending %(program)s.",
            "%(count)d servers would stop sending %(program)s.",
            count,
        )
        flows.append(Flow(end % {"count": count, "program": programs()[code].name}, []))
    return flows
