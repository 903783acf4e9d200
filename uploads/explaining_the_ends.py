"""What went wrong at one of the ends, in words? Answers of the destination, and this machine itself."""

from django.utils.translation import gettext_lazy as _

from uploads.causes import Cause
from uploads.explaining_the_way import AT_THE_SERVER, Row

ANSWERING: dict[Cause, Row] = {
    Cause.CREDENTIALS: (
        _("Log-in not accepted"),
        _("The destination did not accept the user name or the password."),
        _(
            "Correct CIS_USERNAME and CIS_PASSWORD, then try again. It is tried once for each attempt, because "
            "repeated "
            "wrong passwords may lock an account."
        ),
        AT_THE_SERVER,
    ),
    Cause.PRODUCT_KEY: (
        _("Product key not accepted"),
        _("The log-in was accepted, and the product key was not."),
        _("Correct CIS_PRODUCT_KEY: 40 lower-case hexadecimal digits, of the same destination as the account."),
        AT_THE_SERVER,
    ),
    Cause.BLOCKING_PAGE: (
        _("A page blocks the way"),
        _(
            "The request was forbidden by a web page. The destination answers in JSON, so a proxy or web filter "
            "says this."
        ),
        _(
            "Read the page in the evidence: it often names the filter and the category. Ask for the destination to be "
            "allowed."
        ),
        _("Ask whoever runs the web filter to allow the destination for the license server."),
    ),
    Cause.NOT_ACCEPTED: (
        _("Not accepted"),
        _("The destination did not accept the user name, the password, the product key or the token."),
        _("Correct CIS_USERNAME, CIS_PASSWORD and CIS_PRODUCT_KEY, then try again."),
        AT_THE_SERVER,
    ),
    Cause.NOT_FOUND: (
        _("Not found there"),
        _(
            "Something answered at this address, and does not know the path. A real destination knows it; a "
            "server that "
            "stands in its place, or a CIS_URL with a path too much, does not."
        ),
        _("Check CIS_URL: scheme, host and port only. Open it from this machine and look who answers."),
        _("Check the license server's name service and proxy: it reached another server than it meant."),
    ),
    Cause.TOO_LARGE: (
        _("Too large"),
        _("The destination, or a proxy before it, refuses a bundle or a chunk of this size."),
        _("Carry this report by hand, and ask the operator of the destination or of the proxy for its limit."),
        _("Carry this report by hand, and ask the operator of the proxy for its limit."),
    ),
    Cause.REQUEST_REFUSED: (
        _("Refused"),
        _("The destination understood the request and refused it. The evidence shows its words."),
        _("Read the evidence. Nothing was deleted; the bundle is offered again in the next daily slot."),
        AT_THE_SERVER,
    ),
    Cause.TOO_MANY_REQUESTS: (
        _("Too many requests"),
        _(
            "The destination asks for fewer requests. Its Retry-After is honored within one attempt, otherwise "
            "the next "
            "attempt comes in a day."
        ),
        _("Nothing on this side, unless it stays: then ask the operator of the destination for its limit."),
        _("Nothing, unless it stays: then ask the operator of the destination for its limit."),
    ),
    Cause.BUSY: (
        _("The destination is busy"),
        _("The destination, or a proxy before it, answered that it cannot work at the moment."),
        _("Nothing on this side. The upload is tried again by itself."),
        _("Nothing on this side. The license server tries again by itself."),
    ),
    Cause.GATEWAY: (
        _("Nothing behind the gateway"),
        _("A gateway answered in place of the destination: it got no usable answer from what stands behind it."),
        _(
            "If you have a proxy, ask whether it reaches the destination. Otherwise the destination is in "
            "trouble: wait."
        ),
        _("If the license server has a proxy, ask whether that reaches the destination. Otherwise wait."),
    ),
    Cause.SERVER_ERROR: (
        _("The destination is in trouble"),
        _("The destination answered that it cannot work now."),
        _("Nothing on this side. The upload is tried again by itself."),
        _("Nothing on this side. The license server tries again by itself."),
    ),
    Cause.REDIRECT: (
        _("Sent elsewhere"),
        _(
            "The answer was a redirect. Uploads never follow one: the data could be lost or go to somebody else. "
            "Captive "
            "portals and servers that want https do this."
        ),
        _("Open CIS_URL from this machine and look where it leads. Write the final address, with https, into CIS_URL."),
        AT_THE_SERVER,
    ),
    Cause.WEB_PAGE: (
        _("A web page answered"),
        _(
            "A web page came where the destination answers in JSON: a captive portal, a proxy's own page, or "
            "another web "
            "server."
        ),
        _("Read the page in the evidence. Let this machine pass the portal or proxy, or correct CIS_URL."),
        AT_THE_SERVER,
    ),
    Cause.NOT_UNDERSTOOD: (
        _("Answer not understood"),
        _(
            "Something answered, but not in the words of this protocol. A captive portal, a proxy's error page "
            "or a wrong "
            "address in CIS_URL does that."
        ),
        _("Open CIS_URL from this machine and look who answers. Then correct CIS_URL or the proxy."),
        AT_THE_SERVER,
    ),
}
KEEPING: dict[Cause, Row] = {
    Cause.DISK_FULL: (
        _("Disk full"),
        _(
            "There was no space left on this machine for the bundle: the disk or a quota is full, or files may "
            "not grow."
        ),
        _("Free space on the disk of DATA_DIR, then try again. Nothing was lost."),
        AT_THE_SERVER,
    ),
    Cause.NO_RIGHTS: (
        _("No rights to the files"),
        _("The account of the worker may not read or write in the data folder, or the disk is mounted read-only."),
        _("Give the worker's account the right to read and write below DATA_DIR, then try again."),
        AT_THE_SERVER,
    ),
    Cause.BUNDLE_CHANGED: (
        _("Bundle changed on disk"),
        _("The bundle's bytes are not those that were sealed, so it is not sent."),
        _(
            "Find out what writes into DATA_DIR: protection software, a restored backup, a failing disk. Upload a new "
            "report for this server; this one stays as it is."
        ),
        AT_THE_SERVER,
    ),
    Cause.BUNDLE_MISSING: (
        _("File missing"),
        _("The bundle, or another file that it needs, is not where it was kept."),
        _("Restore DATA_DIR from a backup, or upload a new report for this server. Do not clean up DATA_DIR by hand."),
        AT_THE_SERVER,
    ),
    Cause.FILE: (
        _("The bundle could not be read or written"),
        _("This machine could not write or read the bundle: the disk is full, a file is missing, or it was changed."),
        _("Free some space and check the rights on the data folder, then try again."),
        AT_THE_SERVER,
    ),
    Cause.GATE: (
        _("Held at the gate"),
        _("Something was collected that the declaration does not allow to leave, so nothing left at all."),
        _("This is a defect of Licensing Manager. Report it with the evidence; it names the element, not its value."),
        AT_THE_SERVER,
    ),
    Cause.STOPPED: (
        _("Stopped"),
        _("Somebody canceled it, participation ended, or reporting became manual while it was waiting or under way."),
        _("Nothing. The evidence says who or which rule stopped it."),
        AT_THE_SERVER,
    ),
    Cause.INTERNAL: (
        _("Unexpected error"),
        _("Licensing Manager itself failed. Nothing was lost."),
        _("Report it with the evidence and the worker's log."),
        AT_THE_SERVER,
    ),
    Cause.UNKNOWN: (
        _("Unknown code"),
        _("This code is not one that Licensing Manager writes, and the vendor publishes no list."),
        _("Read the evidence. Anything but CTX_UPLOADER_SUCCESS counts as a failure."),
        _("Read the evidence. Anything but CTX_UPLOADER_SUCCESS counts as a failure."),
    ),
}
