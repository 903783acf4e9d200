"""`manage.py receive --port N --store DIR`: serve as the destination of uploads.

`manage.py receive --store DIR --take VOLUME… --receipt OUT` takes what a person carried here, and signs for it.
"""

import argparse
import sqlite3
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from receiver.configuration import WrongConfigurationError, from_environment
from receiver.serving import CannotServeError, serve
from receiver.signing import KeyUnusableError
from receiver.store import Store
from receiver.taking import take, write_receipt
from receiver.volumes import VolumeRefusedError

CREDENTIALS = {
    "username": "CIS_USERNAME",
    "password": "CIS_PASSWORD",
    "product_key": "CIS_PRODUCT_KEY",
}


class Command(BaseCommand):
    help = (
        "Serve a CIS-compatible upload destination and keep what it receives. With --take, take volumes of manual "
        "reports that a person carried here, and write a signed receipt."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, help="TCP port, 1 to 65535; to serve")
        parser.add_argument("--port-is-held", action="store_true", help="whoever starts this keeps the port for it")
        parser.add_argument("--store", type=Path, required=True, help="folder for what is received")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--take", type=Path, nargs="+", metavar="VOLUME", help="volumes of one set to take")
        parser.add_argument("--receipt", type=Path, metavar="OUT", help="where the signed receipt goes")
        parser.add_argument("--sender", default="", metavar="FINGERPRINT", help="refuse volumes of any other sender")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, store = options["host"], options["port"], options["store"].absolute()
        if options["take"]:
            self._take(store, options["take"], receipt=options["receipt"], sender=options["sender"])
            return
        if port is None:
            self._end("Say which --port to serve on, or which volumes to --take.", code=2)
        values = {name: getattr(settings, key, None) for name, key in CREDENTIALS.items()}
        try:
            configuration = from_environment({**values, "store": store})
            place = f"Receiving on http://{host}:{port}/, storing in {store}."
            held = options["port_is_held"]
            serve(configuration, host=host, port=port, is_held=held, announce=lambda: self._say(place))
        except WrongConfigurationError as problem:
            self._end(str(problem), code=2)
        except CannotServeError as problem:
            self._end(str(problem), code=1)

    def _take(self, folder: Path, paths: list[Path], *, receipt: Path | None, sender: str) -> None:
        if receipt is None:
            self._end("Say where the receipt goes with --receipt.", code=2)
        store = Store(folder)
        try:
            store.create()
            done = take(store, paths, sender=sender.lower())
            write_receipt(done, receipt)
        except (VolumeRefusedError, KeyUnusableError) as problem:
            self._end(f"Nothing was confirmed. {problem}", code=1)
        except (OSError, sqlite3.Error) as problem:
            self._end(f"Nothing was confirmed: {problem}. Take the volumes again when that is mended.", code=1)
        finally:
            store.close()
        signed: Any = done["receipt"]
        volumes = ", ".join(str(number) for number in signed["volumes"])
        self._say(f"Took {len(signed['bundles'])} bundles in volume {volumes} of {signed['volumes_in_all']}.")
        self._say(f"The volumes are signed with {signed['sender']}.")
        self._say(f"The receipt {receipt} is signed with {signed['receiver']['fingerprint']}.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _end(self, sentence: str, *, code: int) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(code)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)
