"""What keeps a store sound over months? Repair at the start, then cleaning and late hashing.

A crash can only leave three traces, because bytes come before their record in the database: a
content file nobody knows, a last name given too early, a large whole bundle without its hash.
Lost or shortened content files mean a damaged disk or a foreign hand; they are reported, and an
incomplete bundle falls back to what is really there.
"""

import logging
import queue
import sqlite3
import threading

from receiver.store import Bundle, Store, UnknownBundleError

INCOMPLETE_DAYS = 7  # ours: how long the vendor keeps an incomplete upload is unknown
ROUND_SECONDS = 3600.0  # how often old remains are looked for while the server runs
logger = logging.getLogger("receiver")


def prepare(store: Store) -> None:
    """Make a store ready to serve; raises OSError or sqlite3.Error if the folder cannot be used."""
    store.create()
    repair(store)
    clean(store)


def repair(store: Store) -> None:
    """Put right what a kill may have left half done."""
    bundles = store.bundles()
    for unknown in set(store.files.ids_on_disk()) - {bundle.id for bundle in bundles}:
        store.files.remove(unknown)  # created, but killed before the bundle was announced
    for bundle in bundles:
        if bundle.complete:
            _repair_whole(store, bundle=bundle)
        else:
            _repair_growing(store, bundle=bundle)


def clean(store: Store) -> int:
    """Remove incomplete bundles left alone for seven days; how many there were."""
    store.tokens.forget_expired()
    store.codes.forget_old()
    limit = store.clock() - INCOMPLETE_DAYS * 86400
    sql = """SELECT id FROM bundles WHERE touched_at < ?
             AND id NOT IN (SELECT bundle_id FROM completions)"""
    with store.database.reading() as connection:
        ids = [row["id"] for row in connection.execute(sql, (limit,)).fetchall()]
    return sum(_remove_abandoned(store, bundle_id=bundle_id, limit=limit) for bundle_id in ids)


def _remove_abandoned(store: Store, *, bundle_id: str, limit: float) -> bool:
    # Asked again while it is held, because a chunk may have come in the meantime.
    sql = """DELETE FROM bundles WHERE id = ? AND touched_at < ?
             AND id NOT IN (SELECT bundle_id FROM completions)"""
    with store.files.held(bundle_id):
        with store.database.writing() as connection:
            removed = connection.execute(sql, (bundle_id, limit)).rowcount == 1
        if removed:
            store.files.remove(bundle_id)
            logger.info("removed incomplete bundle %s", bundle_id)
    return removed


def _repair_whole(store: Store, *, bundle: Bundle) -> None:
    store.files.finish(bundle.id)
    path = store.files.path(bundle.id)
    if not path.exists() or path.stat().st_size != bundle.size:
        logger.error("the content of complete bundle %s is damaged or missing", bundle.id)


def _repair_growing(store: Store, *, bundle: Bundle) -> None:
    store.files.unfinish(bundle.id)
    path = store.files.part(bundle.id)
    if not path.exists():
        store.files.create(bundle.id)
    length = path.stat().st_size
    with store.database.writing() as connection:
        sql = "DELETE FROM ranges WHERE bundle_id = ? AND start >= ?"
        lost = connection.execute(sql, (bundle.id, length)).rowcount
        sql = "UPDATE ranges SET stop = ?2 WHERE bundle_id = ?1 AND stop > ?2"
        lost += connection.execute(sql, (bundle.id, length)).rowcount
    if lost:
        logger.error("bundle %s lost bytes after %d on the disk", bundle.id, length)


class Caretaker:
    """A thread beside the server: hashes large bundles after the answer, cleans every hour."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        for bundle in self._store.bundles():
            self.notice(bundle)
        threading.Thread(target=self._run, name="caretaker", daemon=True).start()

    def notice(self, bundle: Bundle) -> None:
        """Remember a bundle that became complete without its hash."""
        if bundle.complete and bundle.sha256 is None:
            self._waiting.put(bundle.id)

    def _run(self) -> None:
        while True:
            try:
                self.work(timeout=ROUND_SECONDS)
            except (OSError, sqlite3.Error, UnknownBundleError):
                logger.exception("upkeep failed; it is tried again within the hour")

    def work(self, *, timeout: float) -> None:
        """Hash the next bundle, or clean if none came within `timeout` seconds."""
        try:
            self._store.ensure_sha256(self._waiting.get(timeout=timeout))
        except queue.Empty:
            clean(self._store)
