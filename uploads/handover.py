"""How does an upload reach a worker? As a message with its id; the row stays the truth, the message may be lost."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
TASK = "uploads.tasks.transfer_upload"


def hand_over(upload_id: int) -> bool:
    """Put a message into the broker. False when the broker does not answer: the next tick asks again."""
    try:
        current_app.send_task(TASK, args=[upload_id], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer, upload %s waits in the database: %s", upload_id, error)
        return False
    return True
