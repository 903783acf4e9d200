"""Is this process alive, and can it do its work? For load balancers, supervisors and people with curl."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from uploads.disk import disk_state
from uploads.readiness import Readiness, readiness
from uploads.watchdog import silences


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 with the reason as long as database or broker do not answer.

    Everything else that a person should know stands in `trouble`: a web process that is restarted does not mend it.
    """
    found, now = readiness(), timezone.now()
    trouble = [one.code for one in silences(found, now=now)]
    words = {name: "ok" if ok else "no answer" for name, ok in (("database", found.database), ("broker", found.broker))}
    last_tick = found.last_tick and found.last_tick.isoformat()
    body = {**words, "last_tick": last_tick, "ticking": found.is_ticking, "trouble": trouble} | _disk(found, now=now)
    return JsonResponse(body, status=200 if found.is_ready else 503)


def _disk(found: Readiness, *, now: datetime) -> dict[str, Any]:
    """Free bytes, None where they are not known, and the day when none are left if it goes on like this."""
    if not found.database:
        return {}
    state = disk_state(now=now)
    return {"disk_free": state.disk and state.disk.free, "disk_full_on": state.forecast.full_on}
