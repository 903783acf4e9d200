"""Which address asks which question? Every one works with and without a slash at its end; without is canonical."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, re_path

from api.errors import no_such_address
from api.schema import SchemaDocument, Viewer
from api.views import (
    alerts,
    channels,
    clocks,
    decisions,
    explanations,
    feed_addresses,
    licenses,
    manual_reports,
    network,
    previews,
    programs,
    registration,
    reports,
    servers,
    sharing,
    thresholds,
    uploads,
    usage,
)

CARRIED = "manual-reports/<int:pk>"
PROGRAM = "servers/<str:guid>/programs/<str:code>"


def both(route: str, view: Callable[..., Any], *, name: str) -> list[URLPattern]:
    """The address in both forms: a redirect would turn a POST into a GET."""
    return [path(route, view, name=name), path(f"{route}/", view)]


urlpatterns = [
    *both("servers", servers.Servers.as_view(), name="api-servers"),
    *both("servers/<str:guid>", servers.Server.as_view(), name="api-server"),
    *both("servers/<str:guid>/archive", servers.ServerArchive.as_view(), name="api-server-archive"),
    *both("servers/<str:guid>/programs", programs.Programs.as_view(), name="api-programs"),
    *both(PROGRAM, programs.Program.as_view(), name="api-program"),
    *both(f"{PROGRAM}/text", programs.ProgramText.as_view(), name="api-program-text"),
    *both(f"{PROGRAM}/preview", previews.PreviewOfProgram.as_view(), name="api-preview"),
    *both(f"{PROGRAM}/preview/bundle", previews.PreviewBundle.as_view(), name="api-preview-bundle"),
    *both("servers/<str:guid>/sharing", sharing.Sharing.as_view(), name="api-sharing"),
    *both("servers/<str:guid>/registration", registration.Registration.as_view(), name="api-registration"),
    *both("consent-decisions", decisions.Decisions.as_view(), name="api-decisions"),
    *both("consent-decisions/<int:sequence>", decisions.Decision.as_view(), name="api-decision"),
    *both("receipts/<int:sequence>", decisions.Receipt.as_view(), name="api-receipt"),
    *both("consent-ledger", decisions.Ledger.as_view(), name="api-ledger"),
    *both("consent-ledger/verification", decisions.LedgerVerification.as_view(), name="api-ledger-verification"),
    *both("reports", reports.Reports.as_view(), name="api-reports"),
    *both("reports/<int:pk>", reports.Report.as_view(), name="api-report"),
    *both("licenses", licenses.Licenses.as_view(), name="api-licenses"),
    *both("pools", licenses.Pools.as_view(), name="api-pools"),
    *both("assignments", licenses.Assignments.as_view(), name="api-assignments"),
    *both("leases", licenses.Leases.as_view(), name="api-leases"),
    *both("usage", usage.Usage.as_view(), name="api-usage"),
    *both("usage/samples", usage.UsageSamples.as_view(), name="api-usage-samples"),
    *both("usage.csv", usage.UsageSpreadsheet.as_view(), name="api-usage-csv"),
    *both("uploads", uploads.Uploads.as_view(), name="api-uploads"),
    *both("uploads.csv", uploads.UploadsSpreadsheet.as_view(), name="api-uploads-csv"),
    *both("uploads.ndjson", uploads.UploadsJsonLines.as_view(), name="api-uploads-ndjson"),
    *both("uploads/<int:pk>", uploads.OneUpload.as_view(), name="api-upload"),
    *both("uploads/<int:pk>/retry", uploads.UploadRetry.as_view(), name="api-upload-retry"),
    *both("uploads/<int:pk>/cancel", uploads.UploadCancel.as_view(), name="api-upload-cancel"),
    *both("uploads/<int:pk>/attempts", uploads.UploadAttempts.as_view(), name="api-upload-attempts"),
    *both("uploads/<int:pk>/bundle", uploads.UploadBundle.as_view(), name="api-upload-bundle"),
    *both("uploads/<int:pk>/result.xml", uploads.UploadResult.as_view(), name="api-upload-result"),
    *both("network-check", network.NetworkCheckup.as_view(), name="api-network-check"),
    *both("manual-reports", manual_reports.ManualReports.as_view(), name="api-manual-reports"),
    *both("manual-reports/<int:pk>", manual_reports.OneManualReport.as_view(), name="api-manual-report"),
    *both(f"{CARRIED}/volumes/<int:number>", manual_reports.Volume.as_view(), name="api-manual-volume"),
    *both(f"{CARRIED}/receipts", manual_reports.Receipts.as_view(), name="api-manual-receipts"),
    *both(f"{CARRIED}/confirmations", manual_reports.Confirmations.as_view(), name="api-manual-confirmations"),
    *both(f"{CARRIED}/give-up", manual_reports.GivingUp.as_view(), name="api-manual-give-up"),
    *both(f"{CARRIED}/deletion", manual_reports.Deletion.as_view(), name="api-manual-deletion"),
    *both("receivers", manual_reports.Receivers.as_view(), name="api-receivers"),
    *both("alerts", alerts.Alerts.as_view(), name="api-alerts"),
    *both("alerts/acknowledge", alerts.AlertsAcknowledge.as_view(), name="api-alerts-acknowledge"),
    *both("alerts/<int:pk>", alerts.OneAlert.as_view(), name="api-alert"),
    *both("alerts/<int:pk>/servers", alerts.AlertServers.as_view(), name="api-alert-servers"),
    *both("alerts/<int:pk>/acknowledge", alerts.AlertAcknowledge.as_view(), name="api-alert-acknowledge"),
    *both("alerts/<int:pk>/take-back", alerts.AlertTakeBack.as_view(), name="api-alert-take-back"),
    *both("alerts/<int:pk>/snooze", alerts.AlertSnooze.as_view(), name="api-alert-snooze"),
    *both("alerts/<int:pk>/wake", alerts.AlertWake.as_view(), name="api-alert-wake"),
    *both("alerts/<int:pk>/explanation", explanations.AlertExplanation.as_view(), name="api-alert-explanation"),
    *both("clocks/explanation", explanations.ClockExplanation.as_view(), name="api-clock-explanation"),
    *both("explanation", explanations.DayExplanation.as_view(), name="api-explanation"),
    *both("channels", channels.Channels.as_view(), name="api-channels"),
    *both("channels/<int:pk>", channels.OneChannel.as_view(), name="api-channel"),
    *both("channels/<int:pk>/test", channels.ChannelTest.as_view(), name="api-channel-test"),
    *both("channels/<int:pk>/secret", channels.ChannelSecret.as_view(), name="api-channel-secret"),
    *both("channels/<int:pk>/messages", channels.ChannelMessages.as_view(), name="api-channel-messages"),
    *both("thresholds", thresholds.Thresholds.as_view(), name="api-thresholds"),
    *both("thresholds/preview", thresholds.ThresholdPreview.as_view(), name="api-threshold-preview"),
    *both("thresholds/<int:pk>", thresholds.OneThreshold.as_view(), name="api-threshold"),
    *both("feed-addresses", feed_addresses.FeedAddresses.as_view(), name="api-feed-addresses"),
    *both("feed-addresses/<int:pk>", feed_addresses.OneFeedAddress.as_view(), name="api-feed-address"),
    *both("calendar.ics", feed_addresses.DeadlineCalendar.as_view(), name="api-calendar"),
    *both("clocks", clocks.Clocks.as_view(), name="api-clocks"),
    *both("schema", SchemaDocument.as_view(), name="api-schema"),
    *both("docs", Viewer.as_view(), name="api-docs"),
    re_path(r"^.*$", no_such_address),
]
