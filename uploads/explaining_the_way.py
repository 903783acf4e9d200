"""What went wrong on the way, in words? Names, connections, proxies and certificates.

Each row is a title, the cause, what to do where Licensing Manager sent the bundle, and what to do where the license
server sent it itself: there our settings are of no help.
"""

from uploads.causes import Cause

Row = tuple[str, str, str, str]
AT_THE_SERVER = "Look at the license server: it sent this itself, as its system account and by its own proxy setting."
TRUST_THERE = (
    "Install the root certificate of the inspection proxy in the license server's machine store, or exempt the "
    "destination from inspection."
)
PROXY_THERE = (
    "Check the proxy that is set in the license server itself: a proxy of the signed-in person is not used by its "
    "system account."
)

CONNECTING: dict[Cause, Row] = {
    Cause.NAME_UNKNOWN: (
        "Name not found",
        "The name service answered that it does not know the destination's name.",
        "Check CIS_URL for a typing error. If the name is right, ask for outside names to be resolved for the workers, "
        "or set UPLOAD_PROXY: a proxy looks names up itself.",
        "Resolve the destination's name on the license server (nslookup), and let its name service know outside names.",
    ),
    Cause.NAME_SERVICE_SILENT: (
        "Name service silent",
        "No name service answered in time, so the destination's address is not known. This often passes.",
        "Check that the workers reach their name servers on port 53; in a container, its DNS setting.",
        "Check that the license server reaches its name servers on port 53.",
    ),
    Cause.CONNECTION_REFUSED: (
        "Connection refused",
        "The machine at this address answered that nothing listens on the port, or a firewall refused in its name.",
        "Check host and port in CIS_URL, and that the destination runs. Otherwise ask for a firewall rule.",
        "Check the destination's port, and ask for a firewall rule from the license server.",
    ),
    Cause.UNREACHABLE: (
        "No route",
        "This machine or a router knows no way to the destination's network.",
        "Check the network, the default route and, where the address is IPv6, whether this network has IPv6.",
        "Check the license server's network and default route.",
    ),
    Cause.CONNECT_TIMEOUT: (
        "Nobody answers",
        "The connection was asked for and no answer came at all. A firewall that drops packets silently does that.",
        "Ask for a firewall rule to the destination on its port, or set UPLOAD_PROXY if this network uses a proxy.",
        "Ask for a firewall rule from the license server to the destination on port 443, or set its proxy.",
    ),
    Cause.BLOCKED_LOCALLY: (
        "Blocked on this machine",
        "The sending machine itself forbade the connection: its own firewall, protection software or rights.",
        "Allow outgoing connections of the workers in the firewall of this machine or in its container rules.",
        "Allow the uploader of the license server in Windows Firewall and in the protection software.",
    ),
    Cause.NO_CONNECTION: (
        "No connection",
        "A connection to the destination could not be opened: its name was not found, nothing answers there, or a "
        "firewall is silent.",
        "Ask for a firewall rule to the destination on its port, or set UPLOAD_PROXY if this network uses a proxy.",
        "Ask for a firewall rule from the license server to the destination, or set its proxy.",
    ),
}
LOSING: dict[Cause, Row] = {
    Cause.RESET: (
        "Connection reset",
        "The connection opened and was then torn down by a reset. Firewalls and inspection proxies do that to what "
        "they dislike.",
        "Ask the network team whether a device resets connections to the destination, and exempt it from inspection.",
        "Ask the network team whether a device resets the license server's connections to the destination.",
    ),
    Cause.CLOSED: (
        "Closed without an answer",
        "The other end took the request and closed the connection without a word.",
        "Wait for the next attempt. If it repeats, look whether a load balancer or proxy ends idle or long "
        "connections.",
        AT_THE_SERVER,
    ),
    Cause.CUT_SHORT: (
        "Answer cut short",
        "The answer began and broke off in the middle.",
        "Wait for the next attempt. If it repeats, ask whether a proxy or firewall limits long connections.",
        AT_THE_SERVER,
    ),
    Cause.NOT_HTTP: (
        "Not a web server",
        "What listens there does not speak HTTP.",
        "Check the port in CIS_URL or UPLOAD_PROXY; another service answers on it.",
        AT_THE_SERVER,
    ),
    Cause.CONNECTION_LOST: (
        "Connection lost",
        "The connection opened and was then cut off before the answer came.",
        "If it happens again, ask whether a firewall or proxy limits long connections or large requests.",
        "If it happens again, ask whether a firewall limits long connections of the license server.",
    ),
    Cause.READ_TIMEOUT: (
        "No answer in time",
        "The destination, or the proxy before it, took the request and did not answer in time.",
        "Wait for the next attempt. If it happens daily, check the line's speed and the proxy's time limit; the "
        "network check tells which of the two is silent.",
        "If it happens daily, check the speed of the license server's line and its proxy's time limit.",
    ),
}
PROXYING: dict[Cause, Row] = {
    Cause.PROXY_CREDENTIALS: (
        "The proxy wants a password",
        "The proxy answered 407: it wants a user name and a password, or did not accept those in UPLOAD_PROXY. It is "
        "asked once for each attempt, because repeated wrong passwords may lock an account.",
        "Write user and password into UPLOAD_PROXY (http://user:password@host:port; @ in a password as %40). Only "
        "Basic is spoken: where the proxy wants Kerberos or NTLM, have it let this machine pass without.",
        PROXY_THERE,
    ),
    Cause.PROXY_FORBIDS: (
        "The proxy forbids it",
        "The proxy was reached and does not let this destination pass. Status 403 is its own rule, not the "
        "destination's.",
        "Ask for the destination to be allowed on the proxy (CONNECT to its host and port), or list it in NO_PROXY.",
        PROXY_THERE,
    ),
    Cause.PROXY_CANNOT_REACH: (
        "The proxy cannot reach it",
        "The proxy was reached, tried, and could not reach the destination itself.",
        "Ask whoever runs the proxy whether it resolves the destination's name and may connect to its port.",
        PROXY_THERE,
    ),
    Cause.PROXY_NAME: (
        "Proxy name not found",
        "The name of the proxy was not found.",
        "Correct the host in UPLOAD_PROXY, or let the workers resolve it.",
        PROXY_THERE,
    ),
    Cause.PROXY_TLS: (
        "No TLS with the proxy",
        "UPLOAD_PROXY begins with https, and no trusted TLS connection to the proxy came about. Most proxies are "
        "spoken to by http and still carry https.",
        "Write UPLOAD_PROXY with http://, unless the proxy really has TLS: then put its root certificate into "
        "CA_BUNDLE.",
        PROXY_THERE,
    ),
    Cause.PROXY_UNREACHABLE: (
        "Proxy unreachable",
        "No connection to the proxy could be opened: wrong port, the proxy is down, or a firewall stands between.",
        "Check host and port in UPLOAD_PROXY, and that the workers may connect to it.",
        PROXY_THERE,
    ),
    Cause.PROXY: (
        "The proxy refused",
        "The proxy did not let the request pass. Status 407 means that it wants a user name and a password.",
        "Correct UPLOAD_PROXY, including its user and password, or list the destination in NO_PROXY.",
        PROXY_THERE,
    ),
}
TRUSTING: dict[Cause, Row] = {
    Cause.TLS_SELF_SIGNED: (
        "Self-signed certificate",
        "The destination showed a certificate that vouches for itself, and nobody who is trusted here vouches for it.",
        "If the destination is yours, set CA_BUNDLE to its certificate. If it is not, somebody stands between: ask "
        "who.",
        TRUST_THERE,
    ),
    Cause.TLS_UNKNOWN_AUTHORITY: (
        "Unknown authority",
        "The certificate comes from an authority that is not trusted here. A proxy that opens TLS to inspect it shows "
        "certificates of its own; a server that leaves out an intermediate certificate looks the same.",
        "Set CA_BUNDLE to a file with the root certificate of your inspection proxy, or exempt the destination there. "
        "The network check shows who signed it.",
        TRUST_THERE,
    ),
    Cause.TLS_EXPIRED: (
        "Certificate expired",
        "The certificate's last day is over, by this machine's clock.",
        "Check the clock of this machine first. If it is right, the operator of the destination or of the inspection "
        "proxy has to renew the certificate.",
        "Check the license server's clock. If it is right, the certificate has to be renewed by whoever runs the "
        "destination or the inspection proxy.",
    ),
    Cause.TLS_NOT_YET_VALID: (
        "Certificate not valid yet",
        "The certificate's first day is still to come, by this machine's clock.",
        "Set the clock of this machine, and let it follow a time server.",
        "Set the clock of the license server, and let it follow a time server.",
    ),
    Cause.TLS_WRONG_NAME: (
        "Certificate of another name",
        "The certificate is for another host than the one in the address.",
        "Write the name that the certificate carries into CIS_URL, or have a certificate made for this name.",
        "The license server reached another machine than it meant: check its name service, proxy and hosts file.",
    ),
    Cause.TLS_OLD_VERSION: (
        "TLS too old",
        "The two sides have no version of TLS in common. Anything below TLS 1.2 is not spoken here.",
        "Have TLS 1.2 or 1.3 switched on at the destination, or at the inspection proxy in between.",
        "Switch TLS 1.2 on for system services on the license server (strong cryptography of .NET and Schannel).",
    ),
    Cause.TLS_NO_CIPHER: (
        "No common cipher",
        "Both sides speak TLS, but have no method in common that both call safe.",
        "Have current ciphers switched on at the destination, or at the inspection proxy in between.",
        "Switch current ciphers on for system services on the license server.",
    ),
    Cause.TLS_NOT_SPOKEN: (
        "No TLS on this port",
        "What listens there does not speak TLS, though the address says https.",
        "Check scheme and port in CIS_URL. If a proxy is needed, set UPLOAD_PROXY instead of pointing CIS_URL to it.",
        AT_THE_SERVER,
    ),
    Cause.TLS_CUT_OFF: (
        "TLS cut off",
        "The connection was closed in the middle of the TLS handshake. Filters that go by the server's name do that.",
        "Ask the network team whether a filter or proxy ends TLS connections to the destination.",
        "Ask the network team whether a filter ends TLS connections of the license server.",
    ),
    Cause.TLS_CA_BUNDLE: (
        "CA_BUNDLE cannot be used",
        "The file that CA_BUNDLE names is missing, unreadable for the worker, or holds no PEM certificate.",
        "Point CA_BUNDLE at a readable file with BEGIN CERTIFICATE blocks, or remove it to use the public authorities.",
        AT_THE_SERVER,
    ),
    Cause.TLS_REVOCATION: (
        "Revocation not checked",
        "The sending machine could not ask whether the certificate was revoked. The lists are fetched on port 80.",
        "Allow port 80 to the revocation hosts; the network check lists them.",
        "Allow port 80 from the license server to the revocation hosts; the network check lists them.",
    ),
    Cause.TLS: (
        "Certificate not trusted",
        "The certificate that the destination showed is not trusted, has expired, or belongs to another name. A proxy "
        "that inspects traffic shows its own.",
        "Set CA_BUNDLE to a file with the root certificate of your inspection proxy, or exempt the destination there.",
        TRUST_THERE,
    ),
}
