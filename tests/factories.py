"""What do the tests play with? Servers, people, license files and many hands at once, each made by one call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

from accounts.models import User
from accounts.roles import Role
from intake.importing import import_report
from intake.models import Door, SourceReport
from servers.models import LicenseServer
from servers.registry import add_server

T = TypeVar("T")
SIGN = 'SIGN="5EED 0001"'


def a_server(name: str = "lic1.example.test", **facts: object) -> LicenseServer:
    """A server as the registry makes it."""
    return add_server(name=name, **facts)


def a_person(role: Role = Role.VIEWER, *, username: str = "eve") -> User:
    """Somebody outside of the cast."""
    return User.objects.create_user(username=username, role=role)


def increment(
    feature: str = "XDT_PLT_UD",
    *,
    vendor: str = "CITRIX",
    version: str = "2027.0630",
    expiry: str = "permanent",
    count: object = 100,
    extra: str = "SN=HB-1",
) -> str:
    """One license line, signed as every real one is."""
    return f"INCREMENT {feature} {vendor} {version} {expiry} {count} {extra} {SIGN}"


def license_file(*lines: str, host: str = "lic1") -> bytes:
    """A license file that is bound to `host`; without lines it grants one product."""
    head = f"SERVER this_host HOSTNAME={host}\nVENDOR CITRIX\nUSE_SERVER\n"
    return (head + "\n".join(lines or (increment(),)) + "\n").encode()


def receive(server: LicenseServer, content: bytes, *, name: str = "citrix.lic") -> SourceReport:
    """Import a file as the shell does."""
    return import_report(server, content, name=name, door=Door.SHELL)


def at_once(work: Callable[[], T], *, times: int = 2) -> list[T | Exception]:
    """What `work` gave or raised in threads that start together, each with its own connection."""
    start = Barrier(times)

    def one() -> T | Exception:
        start.wait(timeout=30)
        try:
            return work()
        except Exception as error:  # the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(times)]]
