"""What would one act do to each of these servers? The dry run: a constant number of questions, and a digest over it.

The digest covers the servers and where each stands. An act is begun under the digest that a person saw, so that what
somebody else changed in between is never overwritten unseen.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max
from django.utils.translation import gettext as _

from alerts.bulk_models import Act
from alerts.fleet import FleetQuery
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.consent import CHOICES
from programs.declared import Element
from programs.models import ConsentDecision
from programs.participation import participations
from programs.policy_plan import Choice, plan
from programs.standing import declared_elements
from servers.models import LicenseServer

CHANGES, ALREADY, REFUSED = "changes", "already", "refused"
PEOPLE = frozenset({"user", "device"})
LONGEST_GROUP = 100


class ActRefused(Exception):
    """Nothing was done; the text is the sentence that a person reads."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One server: what would become of it, why not, and what starts or ends leaving it (program codes)."""

    server: LicenseServer
    outcome: str
    stands: str
    why: str = ""
    expected: int = 0
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The whole dry run."""

    act: Act
    value: str
    rows: Sequence[Tried]

    def of(self, outcome: str) -> list[Tried]:
        """Those with this outcome."""
        return [one for one in self.rows if one.outcome == outcome]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many of each outcome."""
        return Counter({CHANGES: 0, ALREADY: 0, REFUSED: 0}) + Counter(one.outcome for one in self.rows)

    @cached_property
    def starts(self) -> Counter[str]:
        """How many servers would start to send each program."""
        return Counter(code for one in self.of(CHANGES) for code in one.starts)

    @cached_property
    def ends(self) -> Counter[str]:
        """How many servers would stop."""
        return Counter(code for one in self.of(CHANGES) for code in one.ends)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 over the act, every server, and where it stands."""
        rows = sorted([str(one.server.guid), one.outcome, one.stands, one.expected] for one in self.rows)
        versions = {code: programs()[code].version for code in (CALL_HOME, CEIP)}
        text = json.dumps([self.act, self.value, rows, versions], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def selected(ids: Collection[int], asked: FleetQuery | None, *, stale: bool = False) -> list[LicenseServer]:
    """The servers that were ticked, or all that the filters find."""
    servers = LicenseServer.objects.select_related("group").order_by("name", "pk")
    if asked is None:
        return list(servers.filter(pk__in=ids))
    return list(servers.filter(pk__in=asked.rows(stale=stale).order_by().values("server_id")))


def people_in(code: str) -> list[Element]:
    """The data elements of a program that identify people, by a name or by their device."""
    return [one for one in declared_elements(programs()[code]).values() if one.identifies in PEOPLE]


def try_out(act: str, value: str, servers: Iterable[LicenseServer]) -> Trial:
    """What it would do now. Raises ActRefused for an act that there is not."""
    known = list(servers)
    if act == Act.SHARE and value in CHOICES:
        return Trial(Act.SHARE, value, _sharing(value, known))
    if act == Act.GROUP:
        value = _group_name(value)
        return Trial(Act.GROUP, value, [_grouped(value, one) for one in known])
    if act == Act.UPLOAD:
        return Trial(Act.UPLOAD, "", _uploads(known))
    if act == Act.ARCHIVE:
        return Trial(Act.ARCHIVE, "", [_archived(one) for one in known])
    raise ActRefused(_("Choose what to do with the servers."))


def _sharing(value: str, servers: list[LicenseServer]) -> list[Tried]:
    rows = ConsentDecision.objects.filter(program__in=[CALL_HOME, CEIP]).order_by().values_list("server_id")
    newest = dict(rows.annotate(newest=Max("sequence")).values_list("server_id", "newest"))
    tried = []
    for one in plan(Choice(sharing=value), servers):
        server, number = one.server, newest.get(one.server.pk, 0)
        stands = f"{server.is_provider}{server.archived_at is not None}"
        if server.archived_at:
            tried.append(Tried(server, REFUSED, stands, _("This server is archived."), number))
        elif "sharing" in one.rules:
            why = _("Call Home is enforced while service-provider licenses are found on this server.")
            tried.append(Tried(server, REFUSED, stands, why, number))
        else:
            tried.append(Tried(server, str(one.outcomes["sharing"]), stands, "", number, one.starts, one.ends))
    return tried


def _group_name(value: str) -> str:
    name = " ".join(value.split())
    if len(name) > LONGEST_GROUP or not name.isprintable():
        raise ActRefused(_("A group has a name of at most %(most)d characters that can be shown.") % {"most": 100})
    return name


def _grouped(name: str, server: LicenseServer) -> Tried:
    now = server.group.name if server.group else ""
    return Tried(server, ALREADY if now == name else CHANGES, now)


def _uploads(servers: list[LicenseServer]) -> list[Tried]:
    answers = participations(servers)
    tried = []
    for server in servers:
        answer = answers[server.pk, TELEMETRY]
        stands = f"{answer.sends}"
        tried.append(Tried(server, CHANGES if answer.sends else REFUSED, stands, "" if answer.sends else answer.reason))
    return tried


def _archived(server: LicenseServer) -> Tried:
    ends = () if server.archived_at else (TELEMETRY,)
    return Tried(server, ALREADY if server.archived_at else CHANGES, "", ends=ends)
