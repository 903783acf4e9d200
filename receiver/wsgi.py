"""How does a worker process begin? It reads the environment, opens the store and serves."""

import logging
import multiprocessing
import os
import sys
import threading

from receiver.configuration import forget_secrets, from_environment
from receiver.silence import SilenceWatch
from receiver.store import Store
from receiver.upkeep import Caretaker
from receiver.views import Receiver


def build() -> Receiver:
    """The application of this process; secrets leave the environment once they are read."""
    terms = from_environment({})
    forget_secrets()
    log_to_stderr()
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    store = Store(terms.store)
    caretaker = Caretaker(store)
    caretaker.start()
    watch = SilenceWatch(idle_seconds=terms.idle_seconds)
    watch.start()
    return Receiver(store=store, terms=terms, caretaker=caretaker, watch=watch)


def log_to_stderr() -> None:
    """One line per request on stderr, whatever the surrounding program does with its logs."""
    logger = logging.getLogger("receiver")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _end_with_parent() -> None:
    # A killed parent cannot stop its worker, and an orphan would keep the port and the store.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
