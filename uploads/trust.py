"""Whom do we believe on the line? One answer for uploads and for the network check."""

import ssl

import certifi
from urllib3.util.ssl_ import create_urllib3_context

PEM = "-----BEGIN CERTIFICATE-----"


def trust(ca_bundle: str) -> ssl.SSLContext:
    """The authorities in this file, or in this PEM text; the public ones without either.

    TLS 1.2 at least, name and days always checked. Raises ssl.SSLError for authorities that cannot be used: the
    system's own words would not say which.
    """
    context = create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_2)
    is_text = ca_bundle.startswith(PEM)
    try:
        if is_text:
            context.load_verify_locations(cadata=ca_bundle)
        else:
            context.load_verify_locations(ca_bundle or certifi.where())
    except OSError as error:  # ssl.SSLError is one
        which = "as it was chosen" if is_text else ca_bundle or certifi.where()
        raise ssl.SSLError(f"CA_BUNDLE {which} cannot be used: {error}") from error
    return context


def no_trust() -> ssl.SSLContext:
    """For looking at a certificate, never for sending anything: everybody is let through, however old."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_NONE, ssl_minimum_version=ssl.TLSVersion.TLSv1_2)
    context.check_hostname = False
    return context
