"""What went wrong at one of the ends, in words? Answers of the destination, and this machine itself."""

from uploads.causes import Cause
from uploads.explaining_the_way import AT_THE_SERVER, Row

ANSWERING: dict[Cause, Row] = {
    Cause.CREDENTIALS: (
        "Log-in not accepted",
        "The destination did not accept the user name or the password.",
        "Correct CIS_USERNAME and CIS_PASSWORD, then try again. It is tried once for each attempt, because repeated "
        "wrong passwords may lock an account.",
        AT_THE_SERVER,
    ),
    Cause.PRODUCT_KEY: (
        "Product key not accepted",
        "The log-in was accepted, and the product key was not.",
        "Correct CIS_PRODUCT_KEY: 40 lower-case hexadecimal digits, of the same destination as the account.",
        AT_THE_SERVER,
    ),
    Cause.BLOCKING_PAGE: (
        "A page blocks the way",
        "The request was forbidden by a web page. The destination answers in JSON, so a proxy or web filter says this.",
        "Read the page in the evidence: it often names the filter and the category. Ask for the destination to be "
        "allowed.",
        "Ask whoever runs the web filter to allow the destination for the license server.",
    ),
    Cause.NOT_ACCEPTED: (
        "Not accepted",
        "The destination did not accept the user name, the password, the product key or the token.",
        "Correct CIS_USERNAME, CIS_PASSWORD and CIS_PRODUCT_KEY, then try again.",
        AT_THE_SERVER,
    ),
    Cause.NOT_FOUND: (
        "Not found there",
        "Something answered at this address, and does not know the path. A real destination knows it; a server that "
        "stands in its place, or a CIS_URL with a path too much, does not.",
        "Check CIS_URL: scheme, host and port only. Open it from this machine and look who answers.",
        "Check the license server's name service and proxy: it reached another server than it meant.",
    ),
    Cause.TOO_LARGE: (
        "Too large",
        "The destination, or a proxy before it, refuses a bundle or a chunk of this size.",
        "Carry this report by hand, and ask the operator of the destination or of the proxy for its limit.",
        "Carry this report by hand, and ask the operator of the proxy for its limit.",
    ),
    Cause.REQUEST_REFUSED: (
        "Refused",
        "The destination understood the request and refused it. The evidence shows its words.",
        "Read the evidence. Nothing was deleted; the bundle is offered again in the next daily slot.",
        AT_THE_SERVER,
    ),
    Cause.TOO_MANY_REQUESTS: (
        "Too many requests",
        "The destination asks for fewer requests. Its Retry-After is honored within one attempt, otherwise the next "
        "attempt comes in a day.",
        "Nothing on this side, unless it stays: then ask the operator of the destination for its limit.",
        "Nothing, unless it stays: then ask the operator of the destination for its limit.",
    ),
    Cause.BUSY: (
        "The destination is busy",
        "The destination, or a proxy before it, answered that it cannot work at the moment.",
        "Nothing on this side. The upload is tried again by itself.",
        "Nothing on this side. The license server tries again by itself.",
    ),
    Cause.GATEWAY: (
        "Nothing behind the gateway",
        "A gateway answered in place of the destination: it got no usable answer from what stands behind it.",
        "If you have a proxy, ask whether it reaches the destination. Otherwise the destination is in trouble: wait.",
        "If the license server has a proxy, ask whether that reaches the destination. Otherwise wait.",
    ),
    Cause.SERVER_ERROR: (
        "The destination is in trouble",
        "The destination answered that it cannot work now.",
        "Nothing on this side. The upload is tried again by itself.",
        "Nothing on this side. The license server tries again by itself.",
    ),
    Cause.REDIRECT: (
        "Sent elsewhere",
        "The answer was a redirect. Uploads never follow one: the data could be lost or go to somebody else. Captive "
        "portals and servers that want https do this.",
        "Open CIS_URL from this machine and look where it leads. Write the final address, with https, into CIS_URL.",
        AT_THE_SERVER,
    ),
    Cause.WEB_PAGE: (
        "A web page answered",
        "A web page came where the destination answers in JSON: a captive portal, a proxy's own page, or another web "
        "server.",
        "Read the page in the evidence. Let this machine pass the portal or proxy, or correct CIS_URL.",
        AT_THE_SERVER,
    ),
    Cause.NOT_UNDERSTOOD: (
        "Answer not understood",
        "Something answered, but not in the words of this protocol. A captive portal, a proxy's error page or a wrong "
        "address in CIS_URL does that.",
        "Open CIS_URL from this machine and look who answers. Then correct CIS_URL or the proxy.",
        AT_THE_SERVER,
    ),
}
KEEPING: dict[Cause, Row] = {
    Cause.DISK_FULL: (
        "Disk full",
        "There was no space left on this machine for the bundle: the disk or a quota is full, or files may not grow.",
        "Free space on the disk of DATA_DIR, then try again. Nothing was lost.",
        AT_THE_SERVER,
    ),
    Cause.NO_RIGHTS: (
        "No rights to the files",
        "The account of the worker may not read or write in the data folder, or the disk is mounted read-only.",
        "Give the worker's account the right to read and write below DATA_DIR, then try again.",
        AT_THE_SERVER,
    ),
    Cause.BUNDLE_CHANGED: (
        "Bundle changed on disk",
        "The bundle's bytes are not those that were sealed, so it is not sent.",
        "Find out what writes into DATA_DIR: protection software, a restored backup, a failing disk. Upload a new "
        "report for this server; this one stays as it is.",
        AT_THE_SERVER,
    ),
    Cause.BUNDLE_MISSING: (
        "File missing",
        "The bundle, or another file that it needs, is not where it was kept.",
        "Restore DATA_DIR from a backup, or upload a new report for this server. Do not clean up DATA_DIR by hand.",
        AT_THE_SERVER,
    ),
    Cause.FILE: (
        "The bundle could not be read or written",
        "This machine could not write or read the bundle: the disk is full, a file is missing, or it was changed.",
        "Free some space and check the rights on the data folder, then try again.",
        AT_THE_SERVER,
    ),
    Cause.GATE: (
        "Held at the gate",
        "Something was collected that the declaration does not allow to leave, so nothing left at all.",
        "This is a defect of Licensing Manager. Report it with the evidence; it names the element, not its value.",
        AT_THE_SERVER,
    ),
    Cause.STOPPED: (
        "Stopped",
        "Somebody canceled it, participation ended, or reporting became manual while it was waiting or under way.",
        "Nothing. The evidence says who or which rule stopped it.",
        AT_THE_SERVER,
    ),
    Cause.INTERNAL: (
        "Unexpected error",
        "Licensing Manager itself failed. Nothing was lost.",
        "Report it with the evidence and the worker's log.",
        AT_THE_SERVER,
    ),
    Cause.UNKNOWN: (
        "Unknown code",
        "This code is not one that Licensing Manager writes, and the vendor publishes no list.",
        "Read the evidence. Anything but CTX_UPLOADER_SUCCESS counts as a failure.",
        "Read the evidence. Anything but CTX_UPLOADER_SUCCESS counts as a failure.",
    ),
}
