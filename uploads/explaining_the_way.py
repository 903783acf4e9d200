"""What went wrong on the way, in words? Names, connections, proxies and certificates.

Each row is a title, the cause, what to do where Licensing Manager sent the bundle, and what to do where the license
server sent it itself: there our settings are of no help.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from uploads.causes import Cause

Row = tuple[Promise, Promise, Promise, Promise]  # said in the language of whoever reads, not of whoever failed
AT_THE_SERVER = _(
    "Look at the license server: it sent this itself, as its system account and by its own proxy setting."
)
TRUST_THERE = _(
    "Install the root certificate of the inspection proxy in the license server's machine store, or exempt the "
    "destination from inspection."
)
PROXY_THERE = _(
    "Check the proxy that is set in the license server itself: a proxy of the signed-in person is not used by its "
    "system account."
)

CONNECTING: dict[Cause, Row] = {
    Cause.NAME_UNKNOWN: (
        _("Name not found"),
        _("The name service answered that it does not know the destination's name."),
        _(
            "Check CIS_URL for a typing error. If the name is right, ask for outside names to be resolved for "
            "the workers, "
            "or set UPLOAD_PROXY: a proxy looks names up itself."
        ),
        _(
            "Resolve the destination's name on the license server (nslookup), and let its name service know "
            "outside names."
        ),
    ),
    Cause.NAME_SERVICE_SILENT: (
        _("Name service silent"),
        _("No name service answered in time, so the destination's address is not known. This often passes."),
        _("Check that the workers reach their name servers on port 53; in a container, its DNS setting."),
        _("Check that the license server reaches its name servers on port 53."),
    ),
    Cause.CONNECTION_REFUSED: (
        _("Connection refused"),
        _("The machine at this address answered that nothing listens on the port, or a firewall refused in its name."),
        _("Check host and port in CIS_URL, and that the destination runs. Otherwise ask for a firewall rule."),
        _("Check the destination's port, and ask for a firewall rule from the license server."),
    ),
    Cause.UNREACHABLE: (
        _("No route"),
        _("This machine or a router knows no way to the destination's network."),
        _("Check the network, the default route and, where the address is IPv6, whether this network has IPv6."),
        _("Check the license server's network and default route."),
    ),
    Cause.CONNECT_TIMEOUT: (
        _("Nobody answers"),
        _("The connection was asked for and no answer came at all. A firewall that drops packets silently does that."),
        _("Ask for a firewall rule to the destination on its port, or set UPLOAD_PROXY if this network uses a proxy."),
        _("Ask for a firewall rule from the license server to the destination on port 443, or set its proxy."),
    ),
    Cause.BLOCKED_LOCALLY: (
        _("Blocked on this machine"),
        _("The sending machine itself forbade the connection: its own firewall, protection software or rights."),
        _("Allow outgoing connections of the workers in the firewall of this machine or in its container rules."),
        _("Allow the uploader of the license server in Windows Firewall and in the protection software."),
    ),
    Cause.NO_CONNECTION: (
        _("No connection"),
        _(
            "A connection to the destination could not be opened: its name was not found, nothing answers there, or a "
            "firewall is silent."
        ),
        _("Ask for a firewall rule to the destination on its port, or set UPLOAD_PROXY if this network uses a proxy."),
        _("Ask for a firewall rule from the license server to the destination, or set its proxy."),
    ),
}
LOSING: dict[Cause, Row] = {
    Cause.RESET: (
        _("Connection reset"),
        _(
            "The connection opened and was then torn down by a reset. Firewalls and inspection proxies do that to what "
            "they dislike."
        ),
        _(
            "Ask the network team whether a device resets connections to the destination, and exempt it from "
            "inspection."
        ),
        _("Ask the network team whether a device resets the license server's connections to the destination."),
    ),
    Cause.CLOSED: (
        _("Closed without an answer"),
        _("The other end took the request and closed the connection without a word."),
        _(
            "Wait for the next attempt. If it repeats, look whether a load balancer or proxy ends idle or long "
            "connections."
        ),
        AT_THE_SERVER,
    ),
    Cause.CUT_SHORT: (
        _("Answer cut short"),
        _("The answer began and broke off in the middle."),
        _("Wait for the next attempt. If it repeats, ask whether a proxy or firewall limits long connections."),
        AT_THE_SERVER,
    ),
    Cause.NOT_HTTP: (
        _("Not a web server"),
        _("What listens there does not speak HTTP."),
        _("Check the port in CIS_URL or UPLOAD_PROXY; another service answers on it."),
        AT_THE_SERVER,
    ),
    Cause.CONNECTION_LOST: (
        _("Connection lost"),
        _("The connection opened and was then cut off before the answer came."),
        _("If it happens again, ask whether a firewall or proxy limits long connections or large requests."),
        _("If it happens again, ask whether a firewall limits long connections of the license server."),
    ),
    Cause.READ_TIMEOUT: (
        _("No answer in time"),
        _("The destination, or the proxy before it, took the request and did not answer in time."),
        _(
            "Wait for the next attempt. If it happens daily, check the line's speed and the proxy's time limit; the "
            "network check tells which of the two is silent."
        ),
        _("If it happens daily, check the speed of the license server's line and its proxy's time limit."),
    ),
}
PROXYING: dict[Cause, Row] = {
    Cause.PROXY_CREDENTIALS: (
        _("The proxy wants a password"),
        _(
            "The proxy answered 407: it wants a user name and a password, or did not accept those in "
            "UPLOAD_PROXY. It is "
            "asked once for each attempt, because repeated wrong passwords may lock an account."
        ),
        _(
            "Write user and password into UPLOAD_PROXY (http://user:password@host:port; @ in a password as %40). Only "
            "Basic is spoken: where the proxy wants Kerberos or NTLM, have it let this machine pass without."
        ),
        PROXY_THERE,
    ),
    Cause.PROXY_FORBIDS: (
        _("The proxy forbids it"),
        _(
            "The proxy was reached and does not let this destination pass. Status 403 is its own rule, not the "
            "destination's."
        ),
        _("Ask for the destination to be allowed on the proxy (CONNECT to its host and port), or list it in NO_PROXY."),
        PROXY_THERE,
    ),
    Cause.PROXY_CANNOT_REACH: (
        _("The proxy cannot reach it"),
        _("The proxy was reached, tried, and could not reach the destination itself."),
        _("Ask whoever runs the proxy whether it resolves the destination's name and may connect to its port."),
        PROXY_THERE,
    ),
    Cause.PROXY_NAME: (
        _("Proxy name not found"),
        _("The name of the proxy was not found."),
        _("Correct the host in UPLOAD_PROXY, or let the workers resolve it."),
        PROXY_THERE,
    ),
    Cause.PROXY_TLS: (
        _("No TLS with the proxy"),
        _(
            "UPLOAD_PROXY begins with https, and no trusted TLS connection to the proxy came about. Most proxies are "
            "spoken to by http and still carry https."
        ),
        _(
            "Write UPLOAD_PROXY with http://, unless the proxy really has TLS: then put its root certificate into "
            "CA_BUNDLE."
        ),
        PROXY_THERE,
    ),
    Cause.PROXY_UNREACHABLE: (
        _("Proxy unreachable"),
        _("No connection to the proxy could be opened: wrong port, the proxy is down, or a firewall stands between."),
        _("Check host and port in UPLOAD_PROXY, and that the workers may connect to it."),
        PROXY_THERE,
    ),
    Cause.PROXY: (
        _("The proxy refused"),
        _("The proxy did not let the request pass. Status 407 means that it wants a user name and a password."),
        _("Correct UPLOAD_PROXY, including its user and password, or list the destination in NO_PROXY."),
        PROXY_THERE,
    ),
}
TRUSTING: dict[Cause, Row] = {
    Cause.TLS_SELF_SIGNED: (
        _("Self-signed certificate"),
        _(
            "The destination showed a certificate that vouches for itself, and nobody who is trusted here "
            "vouches for it."
        ),
        _(
            "If the destination is yours, set CA_BUNDLE to its certificate. If it is not, somebody stands between: ask "
            "who."
        ),
        TRUST_THERE,
    ),
    Cause.TLS_UNKNOWN_AUTHORITY: (
        _("Unknown authority"),
        _(
            "The certificate comes from an authority that is not trusted here. A proxy that opens TLS to inspect "
            "it shows "
            "certificates of its own; a server that leaves out an intermediate certificate looks the same."
        ),
        _(
            "Set CA_BUNDLE to a file with the root certificate of your inspection proxy, or exempt the "
            "destination there. "
            "The network check shows who signed it."
        ),
        TRUST_THERE,
    ),
    Cause.TLS_EXPIRED: (
        _("Certificate expired"),
        _("The certificate's last day is over, by this machine's clock."),
        _(
            "Check the clock of this machine first. If it is right, the operator of the destination or of the "
            "inspection "
            "proxy has to renew the certificate."
        ),
        _(
            "Check the license server's clock. If it is right, the certificate has to be renewed by whoever runs the "
            "destination or the inspection proxy."
        ),
    ),
    Cause.TLS_NOT_YET_VALID: (
        _("Certificate not valid yet"),
        _("The certificate's first day is still to come, by this machine's clock."),
        _("Set the clock of this machine, and let it follow a time server."),
        _("Set the clock of the license server, and let it follow a time server."),
    ),
    Cause.TLS_WRONG_NAME: (
        _("Certificate of another name"),
        _("The certificate is for another host than the one in the address."),
        _("Write the name that the certificate carries into CIS_URL, or have a certificate made for this name."),
        _("The license server reached another machine than it meant: check its name service, proxy and hosts file."),
    ),
    Cause.TLS_OLD_VERSION: (
        _("TLS too old"),
        _("The two sides have no version of TLS in common. Anything below TLS 1.2 is not spoken here."),
        _("Have TLS 1.2 or 1.3 switched on at the destination, or at the inspection proxy in between."),
        _("Switch TLS 1.2 on for system services on the license server (strong cryptography of .NET and Schannel)."),
    ),
    Cause.TLS_NO_CIPHER: (
        _("No common cipher"),
        _("Both sides speak TLS, but have no method in common that both call safe."),
        _("Have current ciphers switched on at the destination, or at the inspection proxy in between."),
        _("Switch current ciphers on for system services on the license server."),
    ),
    Cause.TLS_NOT_SPOKEN: (
        _("No TLS on this port"),
        _("What listens there does not speak TLS, though the address says https."),
        _(
            "Check scheme and port in CIS_URL. If a proxy is needed, set UPLOAD_PROXY instead of pointing "
            "CIS_URL to it."
        ),
        AT_THE_SERVER,
    ),
    Cause.TLS_CUT_OFF: (
        _("TLS cut off"),
        _(
            "The connection was closed in the middle of the TLS handshake. Filters that go by the server's name "
            "do that."
        ),
        _("Ask the network team whether a filter or proxy ends TLS connections to the destination."),
        _("Ask the network team whether a filter ends TLS connections of the license server."),
    ),
    Cause.TLS_CA_BUNDLE: (
        _("CA_BUNDLE cannot be used"),
        _("The file that CA_BUNDLE names is missing, unreadable for the worker, or holds no PEM certificate."),
        _(
            "Point CA_BUNDLE at a readable file with BEGIN CERTIFICATE blocks, or remove it to use the public "
            "authorities."
        ),
        AT_THE_SERVER,
    ),
    Cause.TLS_REVOCATION: (
        _("Revocation not checked"),
        _("The sending machine could not ask whether the certificate was revoked. The lists are fetched on port 80."),
        _("Allow port 80 to the revocation hosts; the network check lists them."),
        _("Allow port 80 from the license server to the revocation hosts; the network check lists them."),
    ),
    Cause.TLS: (
        _("Certificate not trusted"),
        _(
            "The certificate that the destination showed is not trusted, has expired, or belongs to another "
            "name. A proxy "
            "that inspects traffic shows its own."
        ),
        _(
            "Set CA_BUNDLE to a file with the root certificate of your inspection proxy, or exempt the "
            "destination there."
        ),
        TRUST_THERE,
    ),
}
