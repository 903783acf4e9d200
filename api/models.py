"""Was this request carried out already? One row for every Idempotency-Key of the last day."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class KeyedRequest(models.Model):
    """A request and, once it is known, its answer. Until then `holder` works on it, at most to `held_until`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and content")
    created_at = models.DateTimeField(db_index=True)
    holder = models.CharField(max_length=32)
    held_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    content_type = models.CharField(max_length=64, blank=True)
    location = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once"),
            models.CheckConstraint(condition=Q(status__isnull=True) | ~Q(content_type=""), name="answer_is_whole"),
        ]
