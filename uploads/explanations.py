"""What does a result mean, and what should a person do? One explanation for every code that we write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """Cause and next step in plain words. `known` is False for a code of somebody else: it is shown as it came."""

    title: str
    cause: str
    fix: str
    known: bool = True


_ROWS: dict[str, tuple[str, str, str]] = {
    "CTX_UPLOADER_SUCCESS": ("Delivered", "The receiver confirmed every byte.", "Nothing."),
    "CTX_UPLOADER_ERROR_NETWORK_OPEN": (
        "No connection",
        "A connection to the destination could not be opened: its name was not found, nothing answers there, or a "
        "firewall is silent.",
        "Ask for a firewall rule to the destination on its port, or set UPLOAD_PROXY if this network uses a proxy.",
    ),
    "CTX_UPLOADER_ERROR_CONNECTION_LOST": (
        "Connection lost",
        "The connection opened and was then cut off before the answer came.",
        "If it happens again, ask whether a firewall or proxy limits long connections or large requests.",
    ),
    "CTX_UPLOADER_ERROR_TIMEOUT": (
        "No answer in time",
        "The destination took the request and did not answer in time.",
        "Wait for the next attempt. If it happens daily, check the line's speed and the proxy's time limit.",
    ),
    "CTX_UPLOADER_ERROR_PROXY": (
        "The proxy refused",
        "The proxy did not let the request pass. Status 407 means that it wants a user name and a password.",
        "Correct UPLOAD_PROXY, including its user and password, or list the destination in NO_PROXY.",
    ),
    "CTX_UPLOADER_ERROR_TLS": (
        "Certificate not trusted",
        "The certificate that the destination showed is not trusted, has expired, or belongs to another name. A proxy "
        "that inspects traffic shows its own.",
        "Set CA_BUNDLE to a file with the root certificate of your inspection proxy, or exempt the destination there.",
    ),
    "CTX_UPLOADER_ERROR_AUTH": (
        "Not accepted",
        "The destination did not accept the user name, the password, the product key or the token.",
        "Correct CIS_USERNAME, CIS_PASSWORD and CIS_PRODUCT_KEY, then try again.",
    ),
    "CTX_UPLOADER_ERROR_TOO_LARGE": (
        "Too large",
        "The destination refuses a bundle or a chunk of this size.",
        "Carry this report by hand, and ask the operator of the destination for its limit.",
    ),
    "CTX_UPLOADER_ERROR_REFUSED": (
        "Refused",
        "The destination understood the request and refused it. The evidence shows its words.",
        "Read the evidence. Nothing was deleted; the bundle is offered again in the next daily slot.",
    ),
    "CTX_UPLOADER_ERROR_SERVER": (
        "The destination is in trouble",
        "The destination answered that it cannot work now.",
        "Nothing on this side. The upload is tried again by itself.",
    ),
    "CTX_UPLOADER_ERROR_RESPONSE": (
        "Answer not understood",
        "Something answered, but not in the words of this protocol. A captive portal, a proxy's error page or a wrong "
        "address in CIS_URL does that.",
        "Open CIS_URL from this machine and look who answers. Then correct CIS_URL or the proxy.",
    ),
    "CTX_UPLOADER_ERROR_FILE": (
        "The bundle could not be read or written",
        "This machine could not write or read the bundle: the disk is full, a file is missing, or it was changed.",
        "Free some space and check the rights on the data folder, then try again.",
    ),
    "CTX_UPLOADER_ERROR_GATE": (
        "Held at the gate",
        "Something was collected that the declaration does not allow to leave, so nothing left at all.",
        "This is a defect of Licensing Manager. Report it with the evidence; it names the element, not its value.",
    ),
    "CTX_UPLOADER_ERROR_CANCELED": (
        "Stopped",
        "Participation ended or reporting became manual while the upload was waiting or under way.",
        "Nothing. The evidence says which rule stopped it.",
    ),
    "CTX_UPLOADER_ERROR_INTERNAL": (
        "Unexpected error",
        "Licensing Manager itself failed. Nothing was lost.",
        "Report it with the evidence and the worker's log.",
    ),
}


def explain(code: str) -> Explanation:
    """The explanation of a code; an unknown one is called unknown."""
    if code in _ROWS:
        return Explanation(*_ROWS[code])
    return Explanation(
        "Unknown code",
        "This code is not one that Licensing Manager writes, and the vendor publishes no list.",
        "Read the evidence. Anything but CTX_UPLOADER_SUCCESS counts as a failure.",
        known=False,
    )


def every_code() -> tuple[str, ...]:
    """Every code that has an explanation."""
    return tuple(_ROWS)
