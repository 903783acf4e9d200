"""Is this license file bound to the server that it is for? The license server compares the names letter by letter."""

from licenses.formats.license_file import LicenseFile, Problem, ServerLine
from licenses.formats.problems import shown
from licenses.formats.saying import say
from servers.models import LicenseServer

BINDS = "HOSTNAME="


def bound_host(line: ServerLine) -> str:
    """The name in `HOSTNAME=` of a SERVER line; "" when it is bound by something else."""
    return line.hostid[len(BINDS) :] if line.hostid.upper().startswith(BINDS) else ""


def bound_elsewhere(parsed: LicenseFile, server: LicenseServer) -> Problem | None:
    """A warning on the SERVER line when every name in the file is another one; None when it fits or names none.

    A pointer to another license server is never bound to this one, so it is not asked. The comparison in exact
    letters is the vendor's; that the host part of a longer name fits as well is ours.
    """
    lines = [line for line in parsed.servers if bound_host(line)]
    ours = {server.name, server.short_name}
    if not lines or parsed.is_client_stub or any(bound_host(line) in ours for line in lines):
        return None
    first = lines[0]
    sentence = say(
        "This file is bound to %(host)s. This server is %(server)s, and the license server compares the names letter "
        "by letter, so it would ignore the file.",
        host=shown(bound_host(first)),
        server=server.name,
    )
    return Problem(first.line, shown(f"SERVER {first.host} {first.hostid}"), sentence, "warning", first.end_line)
