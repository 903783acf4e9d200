"""How does work reach a worker? As a message with the id of its row; the row is the truth, messages may be lost."""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
TASK, CHECK_TASK = "uploads.tasks.transfer_upload", "uploads.tasks.check_network"
POLICY_TASK = "uploads.tasks.work_on_policy"


def hand_over(upload_id: int) -> bool:
    """Put a message into the broker. False when the broker does not answer: the next tick asks again."""
    return _sent(TASK, upload_id)


def hand_over_check(check_id: int, *, expires: float) -> bool:
    """The same for a network check, which is worth nothing after so many seconds: nobody sends it again."""
    return _sent(CHECK_TASK, check_id, expires=expires)


def hand_over_policy(policy_id: int) -> bool:
    """The same for a policy whose servers wait to be decided, or to be undone."""
    return _sent(POLICY_TASK, policy_id)


def _sent(task: str, row_id: int, **options: Any) -> bool:
    try:
        current_app.send_task(task, args=[row_id], retry=False, **options)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer, %s %s waits in the database: %s", task, row_id, error)
        return False
    return True
