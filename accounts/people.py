"""Who else is here, and as what? People are added by a link that works once; the last administrator stays.

Nobody types a password for somebody else. A link is shown once to whoever made it, and kept as a hash only.
"""

import logging
from datetime import datetime, timedelta

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, PeopleEvent, User
from accounts.roles import PERMISSIONS, Role
from accounts.tokens import digest, new_secret

log = logging.getLogger(__name__)
Kind = PeopleEvent.Kind
OPEN_FOR = timedelta(days=7)  # ours: long enough for a holiday, short enough for a mailbox
LONGEST_NAME = 150


class PeopleRefused(Exception):
    """Nothing was changed; the text is the sentence that a person reads."""


def entitled(permission: str) -> QuerySet[User]:
    """Everybody who may do this now."""
    roles = [role for role, names in PERMISSIONS.items() if permission in names]
    return User.objects.filter(is_active=True, role__in=roles).order_by("username")


def invite(*, username: str, role: str, by: User, now: datetime) -> tuple[Invitation, str]:
    """A link for somebody new, and its secret, which is never readable again. Raises PeopleRefused.

    A second link for the same name ends the first.
    """
    name = username.strip()
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise PeopleRefused(_("A user name has letters, digits and . _ - + @, and no spaces.")) from error
    if len(name) > LONGEST_NAME or role not in Role.values:
        raise PeopleRefused(_("Enter a user name of at most 150 characters, and choose a role."))
    secret = new_secret()
    with transaction.atomic():
        if User.objects.filter(username__iexact=name).exists():
            raise PeopleRefused(_("Somebody of this name is here already."))
        Invitation.objects.filter(username__iexact=name, used_at=None).delete()
        made = Invitation.objects.create(
            digest=digest(secret), username=name, role=role, created_at=now, created_by=by.get_username(),
            expires_at=now + OPEN_FOR,
        )  # fmt: skip
        note(Kind.INVITED, whom=name, by=by, after=role, at=now)
    log.info("%s made a link for %s as %s", by.get_username(), name, role)
    return made, secret


def invitation_of(secret: str, *, now: datetime) -> Invitation | None:
    """The invitation that this secret opens now."""
    return open_invitations(now=now).filter(digest=digest(secret)).first()


def open_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Links that nobody used yet and that still work."""
    return Invitation.objects.filter(used_at=None, expires_at__gt=now)


def accept(secret: str, *, password: str, now: datetime) -> User:
    """The account of whoever has the link. Raises PeopleRefused; two at once make one account."""
    with transaction.atomic():
        invitation = invitation_of(secret, now=now)
        claimed = invitation and Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=now)
        if not invitation or not claimed:
            raise PeopleRefused(_("This link was used, replaced, or is too old. Ask for a new one."))
        try:
            with transaction.atomic():
                person = User.objects.create_user(invitation.username, password=password, role=invitation.role)
        except IntegrityError as error:
            raise PeopleRefused(_("Somebody of this name is here already.")) from error
        note(Kind.JOINED, whom=person.get_username(), by=person, after=person.role, at=now)
    log.info("%s came in as %s by the link of %s", person.get_username(), person.role, invitation.created_by)
    return person


def take_back(invitation: Invitation, *, by: User) -> None:
    """The link opens nothing any more."""
    with transaction.atomic():
        gone, _by_table = Invitation.objects.filter(pk=invitation.pk, used_at=None).delete()
        if not gone:
            return
        note(Kind.TAKEN_BACK, whom=invitation.username, by=by, before=invitation.role)
    log.info("%s took the link for %s back", by.get_username(), invitation.username)


def change_role(person: User, *, role: str, by: User) -> User:
    """Another role, from the next request on. Raises PeopleRefused for the last administrator."""
    if role not in Role.values:
        raise PeopleRefused(_("Choose a role."))
    with transaction.atomic():
        locked = _locked(person, stays=role == Role.ADMINISTRATOR)
        before, locked.role = locked.role, role
        locked.save(update_fields=["role"])
        if before != role:
            note(Kind.ROLE, whom=locked.get_username(), by=by, before=before, after=role)
    log.info("%s made %s %s", by.get_username(), locked.get_username(), role)
    return locked


def deactivate(person: User, *, by: User) -> User:
    """May not enter any more, by page or token; everything they did keeps their name. Raises PeopleRefused."""
    with transaction.atomic():
        locked = _locked(person, stays=False)
        if locked.is_active:
            note(Kind.DEACTIVATED, whom=locked.get_username(), by=by, before=locked.role)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
    log.info("%s deactivated %s", by.get_username(), locked.get_username())
    return locked


def activate(person: User, *, by: User) -> User:
    """May enter again, with the role and password of before."""
    with transaction.atomic():
        changed = User.objects.filter(pk=person.pk, is_active=False).update(is_active=True)
        person.refresh_from_db()
        if changed:
            note(Kind.ACTIVATED, whom=person.get_username(), by=by, after=person.role)
    log.info("%s activated %s", by.get_username(), person.get_username())
    return person


def last_administrator() -> User | None:
    """Whoever cannot leave nor become anything else; None where there are several, or none."""
    found = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def note(
    kind: PeopleEvent.Kind,
    *,
    whom: str,
    by: User | None,
    before: str = "",
    after: str = "",
    at: datetime | None = None,
) -> None:
    """Write down who did what to whom; in the transaction of what was done. `by` None is the set-up link."""
    PeopleEvent.objects.create(
        kind=kind, at=at or timezone.now(), by=by.get_username() if by else "", whom=whom,
        role_before=before, role_after=after,
    )  # fmt: skip


def _locked(person: User, *, stays: bool) -> User:
    """The person, while nobody else changes an administrator. Raises PeopleRefused where none would be left."""
    administrators = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    others = [one for one in administrators if one.pk != person.pk]
    locked = User.objects.select_for_update().get(pk=person.pk)
    if not stays and not others and locked.role == Role.ADMINISTRATOR and locked.is_active:
        raise PeopleRefused(_("This is the last administrator. Make somebody else administrator first."))
    return locked
