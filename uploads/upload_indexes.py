"""By which ways are uploads found? Every index of their table, with what asks for it."""

from django.db import models
from django.db.models import Q

from uploads.states import State

INDEXES = [
    models.Index(fields=["-created_at", "-id"]),
    models.Index(fields=["state", "next_attempt_at"]),
    models.Index(fields=["bundle_sha256"]),
    models.Index(fields=["cause", "state", "server"], name="same_cause"),
    # The history: each index leads with what is filtered and ends with the order of the pages.
    # Two hold all that is filtered besides, because the rows of a server or of a cause lie scattered.
    models.Index(
        fields=["server", "-created_at", "-id", "program", "kind", "state", "origin", "cause"],
        name="history_server",
    ),
    models.Index(fields=["program", "-created_at", "-id"], name="history_program"),
    models.Index(fields=["state", "-created_at", "-id"], name="history_state"),
    models.Index(fields=["origin", "-created_at", "-id"], name="history_origin"),
    models.Index(fields=["cause", "-created_at", "-id", "program", "kind", "state", "origin"], name="history_cause"),
    models.Index(fields=["state", "program", "-created_at", "-id"], name="history_state_program"),
    models.Index(fields=["state", "origin", "-created_at", "-id"], name="history_state_origin"),
    models.Index(fields=["program", "origin", "-created_at", "-id"], name="history_program_origin"),
    models.Index(fields=["cause", "state", "-created_at", "-id"], name="history_cause_state"),
    models.Index(fields=["cause", "origin", "-created_at", "-id"], name="history_cause_origin"),
    # What the pages of one server ask: when did a report last arrive, what fails, and when is it tried again? All that
    # is asked stands in the index, because a server has thousands of rows and they lie scattered.
    models.Index(fields=["server", "program", "kind", "state", "finished_at", "result_code"], name="last_arrived"),
    models.Index(fields=["server", "state", "program", "cause", "created_at"], name="failing_of_server"),
    models.Index(
        fields=["server", "program", "next_attempt_at"],
        condition=Q(next_attempt_at__isnull=False),
        name="tried_again",
    ),
    models.Index(
        fields=["server", "program", "kind", "finished_at"],
        condition=Q(state=State.DELIVERED, bundle_deleted_at__isnull=True),
        name="delivered_bundles_kept",
    ),
]
