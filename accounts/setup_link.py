"""How does the first person get in? By a link that works once and only while nobody is there."""

import secrets

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PeopleEvent, SetupLink, User
from accounts.people import note
from accounts.roles import Role
from accounts.tokens import digest


class SetupLinkRefused(Exception):
    """The link was used, replaced, or somebody is there already; the text says which."""


def new_setup_secret() -> str | None:
    """A fresh secret for the link, which ends every earlier one; None when somebody can sign in."""
    with transaction.atomic():
        if somebody_can_enter():
            return None
        SetupLink.objects.all().delete()
        secret = secrets.token_urlsafe(24)
        SetupLink.objects.create(digest=digest(secret), created_at=timezone.now())
    return secret


def is_open(secret: str) -> bool:
    """Would this secret let somebody in now?"""
    return not somebody_can_enter() and SetupLink.objects.filter(digest=digest(secret), used_at=None).exists()


def create_first_administrator(secret: str, *, username: str, password: str) -> User:
    """The first account, as administrator. Raises SetupLinkRefused; two at once make one account."""
    with transaction.atomic():
        claimed = SetupLink.objects.filter(digest=digest(secret), used_at=None).update(used_at=timezone.now())
        if not claimed:
            raise SetupLinkRefused(
                _("This link was already used or a newer one replaced it. Restart to get a new one.")
            )
        if somebody_can_enter():
            raise SetupLinkRefused(_("An account exists already. Sign in with it."))
        first = User.objects.create_user(username=username, password=password, role=Role.ADMINISTRATOR)
        note(PeopleEvent.Kind.SET_UP, whom=first.get_username(), by=None, after=first.role)
        return first


def somebody_can_enter() -> bool:
    """Is there an account with a password? The people of a demo have none, and never will."""
    return User.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()
