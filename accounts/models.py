"""Who may enter, and with what? People, their tokens, and the first door."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from accounts.roles import Role


class User(AbstractUser):
    """A person with one role."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: that of the server on the page")
    default_view = models.ForeignKey(
        "accounts.SavedView", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(AbstractUser.Meta):
        permissions = [("manage_people", "Can add people and change their roles")]

    @property
    def initials(self) -> str:
        """One or two letters for the corner of the page."""
        words = (self.get_full_name() or self.username).replace(".", " ").replace("_", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def role_name(self) -> str:
        """The role as a person reads it."""
        return str(Role(self.role).label)


class SavedView(models.Model):
    """A list with its filters, under a name: for its owner, or for everybody. `question` stands in the address."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_named_once")]

    def __str__(self) -> str:
        return self.name


class TokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, asked in sentences."""

    def usable(self, *, at: datetime) -> "TokenQuerySet":
        """Without the revoked and the expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


class ApiToken(models.Model):
    """A key to the REST API: shown once, kept as a SHA-256 only."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, help_text="The first characters, to tell tokens apart")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]


class SetupLink(models.Model):
    """The one-time link that lets the first administrator in. There is no default password."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Invitation(models.Model):
    """A one-time link that lets one more person in, under a name and a role that an administrator chose."""

    digest = models.CharField(max_length=64, unique=True)
    username = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ()


class PeopleEvent(models.Model):
    """Who let whom in, made them what, or put them out. Database triggers refuse to change or delete it.

    People are kept as text: an account that goes must not touch the row. `by` "" is whoever had the set-up link.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SET_UP = "set_up"
        INVITED = "invited"
        TAKEN_BACK = "taken_back"
        JOINED = "joined"
        ROLE = "role"
        DEACTIVATED = "deactivated"
        ACTIVATED = "activated"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    whom = models.CharField(max_length=150)
    role_before = models.CharField(max_length=20, choices=Role.choices, blank=True)
    role_after = models.CharField(max_length=20, choices=Role.choices, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["at", "id"], name="people_events_by_time")]
