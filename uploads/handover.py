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
    return put(TASK, upload_id)


def hand_over_check(check_id: int, *, expires: float) -> bool:
    """The same for a network check, which is worth nothing after so many seconds: nobody sends it again."""
    return put(CHECK_TASK, check_id, expires=expires)


def hand_over_policy(policy_id: int) -> bool:
    """The same for a policy whose servers wait to be decided, or to be undone."""
    return put(POLICY_TASK, policy_id)


def put(task: str, *ids: int, **options: Any) -> bool:
    """Put a message for any task into the broker; its rows wait in the database while it does not answer."""
    try:
        current_app.send_task(task, args=list(ids), retry=False, **options)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer, %s %s waits in the database: %s", task, ids, error)
        return False
    return True
