"""What did administrators choose for the whole installation, on its page or by REST? A row for each change."""

from django.db import models
from django.db.models import Q


class Setting(models.TextChoices):
    """What can be chosen, under the names of the environment variables, which win."""

    UPLOAD_PROXY = "UPLOAD_PROXY"
    NO_PROXY = "NO_PROXY"
    CA_BUNDLE = "CA_BUNDLE"
    HISTORY_DAYS = "HISTORY_DAYS"
    USAGE_DAYS = "USAGE_DAYS"


class InstallationChoice(models.Model):
    """One change. The newest of a setting counts; an empty value says that the default counts again.

    `value` of a proxy is its address without the password, which lies sealed beside it.
    """

    setting = models.CharField(max_length=24, choices=Setting)
    value = models.TextField(blank=True)
    sealed_password = models.TextField(blank=True)
    counts = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        default_permissions = ()
        permissions = [("change_installation", "Can change what counts for the whole installation")]
        constraints = [
            models.UniqueConstraint(fields=["setting"], condition=Q(counts=True), name="one_choice_of_a_setting_counts")
        ]

    def __str__(self) -> str:
        return f"{self.setting} {self.value[:60]}".strip()
