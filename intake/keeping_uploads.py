"""What does a file of the license server's own uploads change? The history, and what it says of the server."""

from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.tongues import in_english
from intake.kept import Kept, found, grouped, refused
from intake.models import Outcome, SourceReport
from licenses import grace, readings, usage
from licenses.formats.payload_records import PayloadReport
from licenses.formats.payload_report import parse_report
from licenses.formats.problems import Problem
from licenses.formats.text import decode
from licenses.moments import can_be
from programs.catalog import programs
from servers.models import LicenseServer
from servers.registry import learn
from uploads.explanations import explain
from uploads.kept_sentences import KeptSentence, and_then, kept
from uploads.observing import Observation, observe, of_result
from uploads.result_file import AnswerNotUnderstood, Result, read
from uploads.uploader_log import parse_log

ONE_NEW, ONE_KNOWN, SEVERAL = (
    gettext_noop("1 upload read; it is new."),
    gettext_noop("1 upload read; it was known already."),
    gettext_noop("%(count)s uploads read, %(new)s of them new."),
)
# How it ended: well, or not.
THE_UPLOAD = (
    gettext_noop("The upload of %(moment)s succeeded."),
    gettext_noop("The upload of %(moment)s failed with %(code)s."),
)
THE_NEWEST = (
    gettext_noop("The newest, of %(moment)s, succeeded."),
    gettext_noop("The newest, of %(moment)s, failed with %(code)s."),
)


def keep_result_file(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """The result of the last upload."""
    try:
        with in_english():
            result = read(content)
    except AnswerNotUnderstood as error:
        return _refused_result(found(str(error)))
    if not can_be(result.at):
        words = gettext_noop("No upload can have ended in the year %(year)s. Is the server's clock right?")
        return _refused_result(kept(words, year=result.at.year))
    observe(report.server, of_result(result, evidence=decode(content).text))
    return Kept(Outcome.IMPORTED, _result_words(result, words=THE_UPLOAD))


def _refused_result(sentence: KeptSentence) -> Kept:
    summary = and_then(kept(gettext_noop("Nothing was imported.")), sentence)
    return Kept(Outcome.REJECTED, summary, (Problem(1, "", sentence, "error", 1),))


def keep_uploader_log(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Every upload that the log tells of; a block without its end says nothing."""
    parsed = parse_log(content)
    if refusal := refused(parsed.problems):
        return refusal
    ended = [(one.result, one.text) for one in parsed.uploads if one.result and one.outcome != "unknown"]
    ended = [(result, text) for result, text in ended if can_be(result.at)]
    new = sum(observe(report.server, of_result(result, evidence=text)) for result, text in ended)
    words = _read(len(ended), new)
    if ended:
        words = and_then(words, _result_words(ended[-1][0], words=THE_UPLOAD if len(ended) == 1 else THE_NEWEST))
    return Kept(Outcome.IMPORTED, words, parsed.problems)


def _read(ended: int, new: int) -> KeptSentence:
    if ended == 1:
        return kept(ONE_NEW if new else ONE_KNOWN)
    return kept(SEVERAL, count=grouped(ended), new=grouped(new))


def keep_payload(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """A bundle, or a document of one: an upload that was built, and what it says of server and use."""
    parsed = parse_report(content)
    if refusal := refused(parsed.problems):
        return refusal
    seen = _built(report, parsed)
    if seen:
        observe(report.server, seen)
    peaks = readings.of_payload(parsed)
    usage.record(report.server, peaks, source=report.kind)
    grace.record(report.server, parsed, source=report.kind)
    _learn(report.server, parsed)
    product = parsed.manifest.product if parsed.manifest and parsed.manifest.product else ""
    words = _peaks(product, len(peaks))
    if seen:
        told = gettext_noop("Whether it arrived is told by the result file or the log, not by the bundle.")
        words = and_then(words, kept(told))
    return Kept(Outcome.IMPORTED, words, parsed.problems)


def _peaks(product: str, count: int) -> KeptSentence:
    facts = {"product": product, "count": grouped(count)}
    if product:
        one, several = (
            gettext_noop("%(product)s: %(count)s peak of use."),
            gettext_noop("%(product)s: %(count)s peaks of use."),
        )
    else:
        one, several = (
            gettext_noop("A report: %(count)s peak of use."),
            gettext_noop("A report: %(count)s peaks of use."),
        )
    return kept(one if count == 1 else several, **facts)


def _built(report: SourceReport, parsed: PayloadReport) -> Observation | None:
    """The upload that a bundle with a time and a known product is; None for others."""
    if parsed.kind != "bundle" or parsed.manifest is None or parsed.manifest.time_utc is None:
        return None
    if not can_be(parsed.manifest.time_utc):
        return None
    for program in programs().values():
        for upload in program.uploads:
            if upload.product == parsed.manifest.product:
                return Observation(
                    program.code,
                    upload.kind,
                    parsed.manifest.time_utc,
                    code="",
                    evidence="",
                    bundle_sha256=report.sha256,
                    bundle_name=report.name,
                    size=report.size,
                )
    return None


def _learn(server: LicenseServer, parsed: PayloadReport) -> None:
    info = parsed.server
    if info is None:
        return
    learn(
        server,
        hardware_id=info.hardware_id,
        product_version=info.product_version,
        operating_system=info.windows_product or info.os,
        installed_at=info.installed_at,
    )
    if parsed.is_service_provider and not server.reports_as_provider:
        LicenseServer.objects.filter(pk=server.pk).update(reports_as_provider=True)
        server.reports_as_provider = True


def _result_words(result: Result, *, words: tuple[str, str]) -> KeptSentence:
    when = f"{result.at:%-d %b %Y, %H:%M} UTC"
    succeeded, failed = words
    if result.is_success:
        return kept(succeeded, moment=when)
    with in_english():  # what is kept is made anew from English
        cause = str(explain(result.code, evidence=result.message, observed=True).cause)
    return and_then(kept(failed, moment=when, code=result.code), kept(cause))
