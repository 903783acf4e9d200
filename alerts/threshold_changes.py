"""What did a change of a ladder replace, and how is it taken back? Only while nobody changed that ladder since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.models import Threshold
from alerts.thresholds import Scope, ThresholdRefused, in_words, remove_threshold, save_threshold
from servers.models import LicenseServer, ServerGroup

COLUMNS = ("rule", "group_id", "feature", "server_id", "days", "percent", "is_muted", "escalate_after_days")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the ladder of a scope. `before` are its former columns, None where it was new.

    `at` is when it was made, and None where the ladder was removed. `words` say which ladder it is.
    """

    key: str
    before: dict[str, Any] | None
    at: datetime | None
    words: str


def change_threshold(scope: Scope, *, by: User, now: datetime, **facts: Any) -> Change:
    """Set the ladder of a scope, and keep what it replaces. Raises ThresholdRefused."""
    with transaction.atomic():
        former = Threshold.objects.select_for_update().filter(key=scope.key).first()
        before = _columns(former) if former else None
        row = save_threshold(scope, **facts, by=by, now=now)
    return Change(row.key, before, row.changed_at, in_words(row))


def drop_threshold(threshold: Threshold) -> Change:
    """The wider ladder counts again, and what stood there is kept."""
    change = Change(threshold.key, _columns(threshold), None, in_words(threshold))
    remove_threshold(threshold)
    return change


def take_back(change: Change, *, by: User, now: datetime) -> None:
    """Restore what a change replaced, as a new change of `by`. Raises ThresholdRefused where something else stands."""
    if change.before:
        _refuse_what_is_gone(change.before)
    stamp = {"changed_at": now, "changed_by": by.username}
    if change.at is None:
        done = Threshold.objects.get_or_create(key=change.key, defaults={**(change.before or {}), **stamp})[1]
    else:
        rows = Threshold.objects.filter(key=change.key, changed_at=change.at)
        done = bool(rows.update(**change.before, **stamp) if change.before else rows.delete()[0])
    if not done:
        raise ThresholdRefused(_("Somebody changed this ladder since. Look at it, and change it again if need be."))


def _columns(row: Threshold) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _refuse_what_is_gone(before: dict[str, Any]) -> None:
    group, server = before["group_id"], before["server_id"]
    has_group = group is None or ServerGroup.objects.filter(pk=group).exists()
    if not has_group or not (server is None or LicenseServer.objects.filter(pk=server).exists()):
        raise ThresholdRefused(_("The group or the server of this ladder was removed. Nothing was changed."))
