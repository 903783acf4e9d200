"""Who works in the invented fleet? One person or two of each role. Nobody can sign in as one of them."""

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.roles import Role

PEOPLE = (
    ("mara.jansen", "Mara", "Jansen", Role.ADMINISTRATOR),
    ("sam.okoye", "Sam", "Okoye", Role.ADMINISTRATOR),
    ("tom.reuter", "Tom", "Reuter", Role.PRIVACY_OFFICER),
    ("ines.costa", "Ines", "Costa", Role.OPERATOR),
    ("lou.kato", "Lou", "Kato", Role.VIEWER),
)


def people() -> dict[str, User]:
    """All of them by user name, made where they are missing. They have no password, so the set-up link stays open."""
    for username, first, last, role in PEOPLE:
        User.objects.get_or_create(
            username=username,
            defaults={"first_name": first, "last_name": last, "role": role, "password": make_password(None)},
        )
    return {one.username: one for one in User.objects.filter(username__in=[name for name, *_ in PEOPLE])}
