"""Where is what somebody types? Servers, products, uploads, alerts, decisions and pages, in a few short questions.

Names and titles are found by any part, in any case; numbers and digests by an index. Nothing is looked for that the
person may not see, and nothing reads the million rows of the uploads.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from alerts.models import Alert
from alerts.retelling import retell
from dashboard.language import in_its_language
from languages.sentences import listed
from licenses.models import License
from licenses.products import known_products
from programs.catalog import upload_name
from programs.models import ConsentDecision
from servers.models import LicenseServer
from uploads.models import Upload

M = TypeVar("M", Upload, Alert, ConsentDecision)
MOST, LONGEST = 8, 255
NUMBER, DIGEST = re.compile(r"#?(\d{1,18})"), re.compile(r"[0-9a-f]{6,64}")
AFTER_HEX = "g"  # sorts behind every digit of a digest
PAGES = (
    ("servers", gettext_lazy("Servers"), "servers.view_licenseserver"),
    ("alerts", gettext_lazy("All alerts"), "alerts.view_alert"),
    ("closed_alerts", gettext_lazy("Closed alerts"), "alerts.view_alert"),
    ("channels", gettext_lazy("Channels"), "alerts.manage_channels"),
    ("thresholds", gettext_lazy("Thresholds"), "alerts.view_alert"),
    ("why", gettext_lazy("Why was I told, or not?"), "alerts.view_alert"),
    ("fleet_uploads", gettext_lazy("Uploads of all servers"), "uploads.view_upload"),
    ("installation", gettext_lazy("Installation"), "servers.change_installation"),
    ("network_check", gettext_lazy("Network check"), "uploads.view_upload"),
    ("manual_fleet", gettext_lazy("Manual reporting"), "uploads.view_upload"),
    ("add_server", gettext_lazy("Add a server"), "intake.add_sourcereport"),
    ("account", gettext_lazy("Account and tokens"), ""),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and where it is."""

    words: str
    url: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one sort."""

    title: str
    hits: list[Hit]


def find(text: str, *, person: User) -> list[Found]:
    """Everything that matches and that this person may see; sorts without a hit are left out."""
    wanted = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if not wanted:
        return [Found(pgettext("what was found", "Pages"), list(_pages("", person)))]
    sorts: list[tuple[str, str, Callable[[str], Iterator[Hit]]]] = [
        (_("Servers"), "servers.view_licenseserver", _servers),
        (_("Products"), "licenses.view_license", _products),
        (_("Uploads"), "uploads.view_upload", _uploads),
        (_("Alerts"), "alerts.view_alert", _alerts),
        (_("Decisions"), "programs.view_consentdecision", _decisions),
    ]
    found = [Found(title, list(look(wanted))) for title, permission, look in sorts if person.has_perm(permission)]
    found.append(Found(pgettext("what was found", "Pages"), list(_pages(wanted, person))))
    return [one for one in found if one.hits]


def _servers(wanted: str) -> Iterator[Hit]:
    rows = LicenseServer.objects.all()
    for part in wanted.split():
        rows = rows.filter(name__icontains=part)
    for one in rows.order_by("name").select_related("group")[:MOST]:
        more = _("Archived") if one.archived_at else one.group.name if one.group else ""
        yield Hit(one.name, reverse("overview", args=[one.guid]), more)


def _products(wanted: str) -> Iterator[Hit]:
    """By code or name; on each server that has licenses of it."""
    low = wanted.lower()
    names = {one.code: one.name for one in known_products() if low in one.code.lower() or low in one.name.lower()}
    in_force = License.objects.filter(file__retired_at__isnull=True, feature__in=[*names, wanted.upper()])
    rows = in_force.order_by("feature", "file__server__name").values_list(
        "feature", "file__server__name", "file__server__guid"
    )
    for feature, server, guid in rows.distinct()[:MOST]:
        words = f"{feature} {names.get(feature, '')}".strip()
        yield Hit(words, f"{reverse('product', args=[guid])}?{urlencode({'code': feature})}", server)


def _uploads(wanted: str) -> Iterator[Hit]:
    for one in _numbered_or_hashed(Upload.objects.select_related("server"), wanted, "pk", "bundle_sha256"):
        words = listed((one.pk, upload_name(one.program, one.kind), one.outcome_words))
        yield Hit(words, reverse("upload", args=[one.server.guid, one.pk]), one.server.name)


def _alerts(wanted: str) -> Iterator[Hit]:
    rows = Alert.objects.open().filter(title__icontains=wanted).order_by("-opened_at", "-id")[:MOST]
    found = [*_numbered_or_hashed(Alert.objects.all(), wanted, "pk", ""), *rows]
    retell(found, now=timezone.now())
    for one in found:
        yield Hit(in_its_language(one.title, one.language), reverse("alert", args=[one.pk]), one.get_severity_display())


def _decisions(wanted: str) -> Iterator[Hit]:
    rows = ConsentDecision.objects.select_related("server")
    for one in _numbered_or_hashed(rows, wanted, "sequence", "hash"):
        words = f"{one.sequence}, {one.program}: {one.get_action_display()}"
        yield Hit(words, reverse("decision", args=[one.server.guid, one.sequence]), one.server.name)


def _numbered_or_hashed(rows: QuerySet[M], wanted: str, number: str, digest: str) -> list[M]:
    """The row of that number, and those whose digest begins so: a range of an index, in any collation."""
    found: list[M] = []
    if known := NUMBER.fullmatch(wanted):
        found += rows.filter(**{number: int(known[1])})
    low = wanted.lower()
    if digest and DIGEST.fullmatch(low):
        found += rows.filter(**{f"{digest}__gte": low, f"{digest}__lt": low + AFTER_HEX}).order_by(digest)[:MOST]
    return list(dict.fromkeys(found))


def _pages(wanted: str, person: User) -> Iterator[Hit]:
    for name, words, permission in PAGES:
        if wanted.lower() in str(words).lower() and (not permission or person.has_perm(permission)):
            yield Hit(str(words), reverse(name))
