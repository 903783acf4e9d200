"""What is looked at, one step of the way after the other? Each probes, judges, and may raise what it cannot judge.

The limits are ours.
"""

import io
import ssl
import time
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from uploads import causes, cis_client, line_probes
from uploads.causes import Cause
from uploads.check_plan import Plan, named_in
from uploads.http_dates import moment_of
from uploads.kept_sentences import KeptSentence, kept
from uploads.line_probes import Handshake, Place
from uploads.network_findings import (
    Check,
    Reach,
    State,
    failed,
    judge_clock,
    judge_revocation,
    judge_trusted,
    judge_untrusted,
)
from uploads.time_limit import within
from uploads.trust import no_trust, trust

TOTAL_SECONDS = 60.0  # a person waits at a page, and a worker does nothing else meanwhile
STEP_SECONDS = 5.0  # of a name lookup, a connection, a handshake, an answer: good lines need a tenth
CHECK_SECONDS = 12.0  # of one check that takes several steps
MOST_REVOCATION_HOSTS = 12
DIRECTLY = (
    gettext_noop("The destination, %(host)s, has %(count)s address"),
    gettext_noop("The destination, %(host)s, has %(count)s addresses"),
)
THROUGH_PROXY = (
    gettext_noop("The proxy, %(host)s, has %(count)s address, and looks up %(target)s itself"),
    gettext_noop("The proxy, %(host)s, has %(count)s addresses, and looks up %(target)s itself"),
)
EXEMPT = gettext_noop("UPLOAD_PROXY is set, and NO_PROXY exempts the destination by its entry %(entry)s")
TUNNEL = gettext_noop("%(proxy)s opens a tunnel to %(target)s by CONNECT")
ARRIVED = gettext_noop("%(name)s, %(size)s bytes without data, arrived; it stands in no history")
TRIAL_TEXT = b"A trial of the network check of Licensing Manager. It carries no data of anybody.\n"


class NotDone(Exception):
    """The check does not apply here; the text says why."""

    def __init__(self, sentence: KeptSentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(slots=True)
class Trail:
    """How far we came: what earlier checks found, and why later ones are left out."""

    plan: Plan
    wants_trial: bool
    started: float = field(default_factory=time.perf_counter)
    blocked_by: str = ""
    source_address: str = ""
    token: str = ""
    chain: tuple[line_probes.Certificate, ...] = ()

    def left(self, seconds: float) -> float:
        """So long may the next work take, whatever it wants. TimeoutError when the whole check has no time left."""
        remaining = TOTAL_SECONDS - (time.perf_counter() - self.started)
        if remaining <= 0:
            raise TimeoutError(f"timed out: the whole check has no time left of its {TOTAL_SECONDS:.0f} s")
        return min(seconds, remaining)


def names(trail: Trail) -> Check:
    """The addresses of the next stop: the destination, or the proxy that looks it up itself."""
    place = trail.plan.next_stop
    try:
        found = within(trail.left(STEP_SECONDS), lambda: line_probes.addresses_of(place))
    except TimeoutError as error:
        return failed("dns", Cause.NAME_SERVICE_SILENT, evidence=f"{place.host}: {error}")
    except OSError as error:
        cause = (
            Cause.PROXY_NAME if trail.plan.proxy else causes.first(causes.CONNECTING, f"NameResolutionError {error}")
        )
        return failed("dns", cause, evidence=f"{place.host}: {error}")
    words = THROUGH_PROXY if trail.plan.proxy else DIRECTLY
    summary = kept(words[len(found) > 1], host=place.host, count=len(found), target=trail.plan.target.host)
    return Check("dns", State.OK, summary, f"{place.host}: {', '.join(found)}")


def connection(trail: Trail) -> Check:
    """A TCP connection to the next stop, closed again at once."""
    place = trail.plan.next_stop
    try:
        with line_probes.connected(place, seconds=trail.left(STEP_SECONDS)) as plain:
            trail.source_address, there = str(plain.getsockname()[0]), plain.getpeername()[:2]
    except OSError as error:
        evidence = f"{place}: {type(error).__name__}: {error}"
        cause = Cause.PROXY_UNREACHABLE if trail.plan.proxy else causes.first(causes.CONNECTING, evidence)
        return failed("tcp", cause, evidence=evidence)
    to_proxy, direct = (
        gettext_noop("A connection to the proxy, %(place)s, opens"),
        gettext_noop("A connection to the destination, %(place)s, opens"),
    )
    evidence = f"from {trail.source_address} to {Place(*there)}"
    return Check("tcp", State.OK, kept(to_proxy if trail.plan.proxy else direct, place=str(place)), evidence)


def proxy(trail: Trail) -> Check:
    """Does the proxy let us pass? A tunnel for https, a request in its own form for plain http."""
    plan = trail.plan
    if plan.exempt_by:
        raise NotDone(kept(EXEMPT, entry=plan.exempt_by))
    if plan.proxy is None:
        raise NotDone(kept(gettext_noop("No proxy is set")))
    try:
        if plan.is_tls:
            with line_probes.way_to(plan.to, seconds=trail.left(STEP_SECONDS)):
                tunnel = kept(TUNNEL, proxy=str(plan.proxy), target=str(plan.target))
                return Check("proxy", State.OK, tunnel)
        with line_probes.connected(plan.proxy, seconds=trail.left(STEP_SECONDS)) as plain:
            request = f"HEAD {plan.to.url}/ HTTP/1.1"
            status, line = line_probes.ask_head(plain, request, host=str(plan.target), to=plan.to)
    except OSError as error:
        evidence = f"{type(error).__name__}: {error}"
        return failed("proxy", _cause_at_proxy(error, evidence), evidence=evidence)
    if status in {403, 407, 502, 503, 504}:
        refusal = f"Tunnel connection failed: {line}"  # judged like one: it is the same proxy with the same rules
        return failed("proxy", causes.first(causes.PROXYING, refusal), evidence=f"HEAD through the proxy: {line}")
    passes = kept(gettext_noop("%(proxy)s passes requests on"), proxy=str(plan.proxy))
    return Check("proxy", State.OK, passes, f"HEAD through the proxy: {line}")


def _cause_at_proxy(error: OSError, evidence: str) -> Cause:
    if isinstance(error, line_probes.TunnelRefused | ssl.SSLError):
        return causes.first(causes.PROXYING, evidence)
    if isinstance(error, TimeoutError):
        return Cause.READ_TIMEOUT
    return Cause.NOT_HTTP if isinstance(error, line_probes.NotHttp) else causes.first(causes.LOSING, evidence)


def tls(trail: Trail) -> Check:
    """Who shows which certificate; where it is not trusted, once more without trust, to see who it is."""
    to = trail.plan.to
    if not trail.plan.is_tls:
        raise NotDone(kept(gettext_noop("The destination is reached by plain http")))
    try:
        seen = line_probes.shake_hands(to, trust(to.ca_bundle), seconds=trail.left(STEP_SECONDS))
    except OSError as error:
        evidence = f"{type(error).__name__}: {error}"
        shown = _shown_to_anybody(trail) if isinstance(error, ssl.SSLError) else None
        trail.chain = shown.chain if shown else ()
        group = causes.TRUSTING if isinstance(error, ssl.SSLError) else causes.LOSING
        cause = Cause.READ_TIMEOUT if isinstance(error, TimeoutError) else causes.first(group, evidence)
        return judge_untrusted(shown, cause=cause, error=evidence)
    trail.chain = seen.chain
    publicly = not to.ca_bundle or _is_trusted_publicly(trail)
    return judge_trusted(seen, now=timezone.now(), ca_bundle=to.ca_bundle, publicly=publicly)


def _shown_to_anybody(trail: Trail) -> Handshake | None:
    try:
        return line_probes.shake_hands(trail.plan.to, no_trust(), seconds=trail.left(STEP_SECONDS))
    except OSError:
        return None


def _is_trusted_publicly(trail: Trail) -> bool:
    try:
        line_probes.shake_hands(trail.plan.to, trust(""), seconds=trail.left(STEP_SECONDS))
    except OSError:
        return False
    return True


def revocation(trail: Trail) -> Check:
    """Port 80 of the listed hosts and of those that the shown certificates name. Nothing is asked there."""
    if trail.plan.sandbox or not trail.plan.is_tls:
        raise NotDone(kept(gettext_noop("Nothing is asked where the destination has no TLS certificate")))
    listed = dict.fromkeys(trail.plan.revocation, "on the vendor's list")
    listed |= {place: "named in the certificate" for place in named_in(trail.chain) if place not in listed}
    places = list(listed)[:MOST_REVOCATION_HOSTS]
    errors = line_probes.errors_reaching(places, to=trail.plan.to, seconds=trail.left(STEP_SECONDS))
    return judge_revocation([Reach(place, listed[place], errors[place]) for place in places])


def clock(trail: Trail) -> Check:
    """The Date of the shortest answer, by the HTTP client of uploads."""
    before = timezone.now()
    status, date = cis_client.ask_time(trail.plan.to)
    after = timezone.now()
    theirs, middle = moment_of(date), before + (after - before) / 2
    evidence = f"HEAD /: HTTP {status}, Date: {date or 'none'}; here: {middle:%Y-%m-%d %H:%M:%S} UTC"
    half = timedelta(seconds=0.5)  # a Date is cut to whole seconds
    return judge_clock(ours=middle, theirs=theirs + half if theirs else None, evidence=evidence)


def log_in(trail: Trail) -> Check:
    """The real log-in, once: a wrong password three times would lock an account."""
    trail.token = cis_client.log_in(trail.plan.to)
    accepted = kept(gettext_noop("User name, password and product key are accepted"))
    return Check("login", State.OK, accepted, "identity, grant, upload")


def trial(trail: Trail) -> Check:
    """A few bytes under a name of their own, as an upload would send them."""
    if not trail.wants_trial:
        raise NotDone(kept(gettext_noop("Not asked for: outside the sandbox a trial upload is made on request only")))
    name, content = f"network_check_{int(timezone.now().timestamp())}.zip", _trial_bundle()
    remote = cis_client.create_bundle(trail.plan.to, trail.token, size=len(content), name=name)
    cis_client.send_chunk(trail.plan.to, trail.token, remote_id=remote.id, offset=0, data=content)
    summary = kept(ARRIVED, name=name, size=len(content))
    return Check("trial", State.OK, summary, f"bundle {remote.id}")


def _trial_bundle() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("trial.txt"), TRIAL_TEXT)
    return packed.getvalue()
