"""What counts for the whole installation: the way out, whom we believe there, and how long something is kept?

An environment variable wins; then what an administrator chose, in the database, for every process at once; then the
default. Nothing of it waits for a restart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from servers.installation_models import InstallationChoice, Setting
from servers.installation_values import InstallationRefused, checked
from servers.sealed_secrets import SealBroken, open_sealed, seal

DEFAULT_DAYS = 365  # ours
CHANGED_SINCE = gettext_lazy("Somebody changed this since. Look at it, and change it again if need be.")
DAYS = (Setting.HISTORY_DAYS, Setting.USAGE_DAYS)


@dataclass(frozen=True, slots=True)
class Installation:
    """What is in force. `ca_bundle` is the path of a file or the certificates themselves; "" the public ones."""

    upload_proxy: str
    no_proxy: str
    ca_bundle: str
    history_days: int
    usage_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One setting as it is in force, and by whose word: a variable, a row, or neither. Never with a password."""

    setting: Setting
    value: str
    is_by_variable: bool
    row: InstallationChoice | None


def in_force() -> Installation:
    """What counts now; one question to the database."""
    rows = _rows()
    proxy = settings.UPLOAD_PROXY or _with_password(rows.get(Setting.UPLOAD_PROXY))
    no_proxy, ca_bundle = (_said(rows, one) for one in (Setting.NO_PROXY, Setting.CA_BUNDLE))
    history_days, usage_days = (int(_said(rows, one) or DEFAULT_DAYS) for one in DAYS)
    return Installation(proxy, no_proxy, ca_bundle, history_days, usage_days)


def standings() -> list[Standing]:
    """Every setting with its source, for people."""
    rows = _rows()
    return [
        Standing(
            one,
            (_without_password(said) if one == Setting.UPLOAD_PROXY else said)
            or _chosen(rows, one)
            or (str(DEFAULT_DAYS) if one in DAYS else ""),
            bool(said),
            rows.get(one),
        )
        for one, said in ((one, _from_variable(one)) for one in Setting)
    ]


def choose(
    values: Mapping[Setting, str], *, by: User, now: datetime, password: str | None = None
) -> list[InstallationChoice]:
    """Write down what differs from what was chosen before. Returns the new rows; all or nothing.

    `password` is that of the proxy: None keeps the one that is sealed, as long as the address stays the same.
    Raises InstallationRefused for a value that cannot be, or where a variable wins anyway.
    """
    wanted = {setting: checked(setting, value) for setting, value in values.items()}
    try:
        with transaction.atomic():
            return _write(_differing(wanted, password, _rows(lock=True)), by=by, now=now)
    except IntegrityError as error:  # two who were the first to choose, at the same moment
        raise InstallationRefused(None, str(CHANGED_SINCE)) from error


def take_back(rows: Iterable[int], *, by: User, now: datetime) -> list[InstallationChoice]:
    """What these changes replaced counts again, as changes of `by`. Raises InstallationRefused where others came since.

    A setting that nobody had chosen before them goes back to its default.
    """
    with transaction.atomic():
        found = list(InstallationChoice.objects.select_for_update().filter(pk__in=rows, counts=True))
        if not found or len(found) != len(set(rows)):
            raise InstallationRefused(None, str(CHANGED_SINCE))
        changes = []
        for row in found:
            former = InstallationChoice.objects.filter(setting=row.setting, pk__lt=row.pk).order_by("-pk").first()
            value, sealed = (former.value, former.sealed_password) if former else ("", "")
            changes.append(InstallationChoice(setting=row.setting, value=value, sealed_password=sealed))
        return _write(changes, by=by, now=now)


def history(*, most: int) -> list[InstallationChoice]:
    """The newest changes."""
    return list(InstallationChoice.objects.order_by("-pk")[:most])


def _differing(
    wanted: Mapping[Setting, str], password: str | None, rows: Mapping[str, InstallationChoice]
) -> list[InstallationChoice]:
    changes = []
    for setting, value in wanted.items():
        former = rows.get(setting)
        sealed = _sealed(value, password, former) if setting == Setting.UPLOAD_PROXY else ""
        if (value, sealed) == ((former.value, former.sealed_password) if former else ("", "")):
            continue
        if _from_variable(setting):
            words = _("%(name)s is set where this installation is started, and wins. Remove it there first.")
            raise InstallationRefused(setting, words % {"name": setting})
        changes.append(InstallationChoice(setting=setting, value=value, sealed_password=sealed))
    return changes


def _write(changes: list[InstallationChoice], *, by: User, now: datetime) -> list[InstallationChoice]:
    InstallationChoice.objects.filter(setting__in=[one.setting for one in changes], counts=True).update(counts=False)
    for one in changes:
        one.changed_at, one.changed_by = now, by.username
        one.save(force_insert=True)
    return changes


def _rows(*, lock: bool = False) -> dict[str, InstallationChoice]:
    found = InstallationChoice.objects.filter(counts=True)
    return {row.setting: row for row in (found.select_for_update() if lock else found)}


def _from_variable(setting: Setting) -> str:
    said = getattr(settings, setting.value)
    return "" if said is None else str(said)


def _said(rows: Mapping[str, InstallationChoice], setting: Setting) -> str:
    return _from_variable(setting) or _chosen(rows, setting)


def _chosen(rows: Mapping[str, InstallationChoice], setting: Setting) -> str:
    return rows[setting].value if setting in rows else ""


def _sealed(address: str, password: str | None, former: InstallationChoice | None) -> str:
    """A password that is not typed again stays, but never travels to another address."""
    if password is None:
        return former.sealed_password if former and former.value == address else ""
    if not password:
        return ""
    if former and former.value == address and _opened(former.sealed_password) == password:
        return former.sealed_password
    if not urlsplit(address).username:
        raise InstallationRefused(Setting.UPLOAD_PROXY, _("A password needs a user name and the address of a proxy."))
    try:
        return seal(password)
    except SealBroken as broken:
        raise InstallationRefused(Setting.UPLOAD_PROXY, str(broken)) from broken


def _opened(sealed: str) -> str:
    """The password, and none where its key is lost: the proxy then says that it wants one."""
    try:
        return open_sealed(sealed)
    except SealBroken:
        return ""


def _with_password(row: InstallationChoice | None) -> str:
    if row is None or not row.sealed_password:
        return row.value if row else ""
    scheme, _sep, rest = row.value.partition("://")
    user, _at, place = rest.rpartition("@")
    return f"{scheme}://{user}:{quote(_opened(row.sealed_password), safe='')}@{place}"


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{parts.username}@{place}" if parts.username else url
