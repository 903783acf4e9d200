"""How long, how often, how much? Every number of the transfer, with its reason."""

from datetime import timedelta

from django.conf import settings

from programs.schedule import TRY_AGAIN_AFTER

LEASE = timedelta(seconds=settings.UPLOAD_LEASE_SECONDS)  # a dead worker's upload is free again after this
CONNECT_SECONDS = min(20.0, LEASE.total_seconds() / 3)  # a name lookup and a handshake over a bad line
READ_SECONDS = LEASE.total_seconds() * 2 / 3  # below the lease, so that a slow answer never costs it
CHUNK_BYTES = 1024 * 1024  # what public clients send; a receiver that names its optimum is obeyed
SMALLEST_CHUNK_BYTES = 64 * 1024  # ours: below it, asking costs more than sending; every chunk is a multiple of it
MAX_CHUNK_BYTES = 10 * 1024 * 1024  # the largest that the vendor's server was seen to allow
SILENT = timedelta(seconds=30)  # ours: a chunk of 1 MiB over a line of 300 kbit/s; a page then says since when
TRIES_PER_CHUNK = 3  # as the public clients
# Before the second try: a proxy that dropped an idle connection takes the next one at once. Before the third: a router
# that restarts is back within one to two minutes, and the time limits of the tries come on top of this pause.
PAUSES_SECONDS = (0.5, 60.0)
# While a person waits for the first answer of a destination: a wrong address is told within seconds.
HASTY_PAUSES_SECONDS = (0.5, 1.0)
JITTER = 1.5  # a pause lasts up to so many times its number, so that a fleet does not march in step
LONGEST_PAUSE_SECONDS = 90.0  # the longest of those above; a longer Retry-After ends the attempt until its next slot
# A pause is taken in pieces: after each, the lease is prolonged, and a withdrawal or the end of the worker is noticed.
# `serve` gives a worker ten seconds to end.
PAUSE_PIECE_SECONDS = min(5.0, LEASE.total_seconds() / 4)
TOKEN_SECONDS = 86_400  # how long the upload token is asked for
TOKEN_KEPT_SECONDS = 3600.0  # how long a worker uses one token: far below its life, so that none ends under way
KEPT_CONNECTIONS = 64  # for each destination, if so many threads send at once; a worker of its own process needs one
HANDED_OVER = timedelta(minutes=10)  # a message that nobody started in this time was lost with its broker
MAX_HANDED_OVER = 500  # messages in flight: enough for every worker, small enough for a broker to forget nothing
LARGEST_ANSWER_BYTES = 64 * 1024  # no answer of the protocol comes near this
LARGEST_RECEIPT_BYTES = 16 * 1024 * 1024  # ours: a line has 90 bytes, so that is a fleet of 1,000 servers for 90 days
VOLUME_MAX_BYTES = settings.VOLUME_MAX_BYTES or None  # the vendor's limit is not public, so there is none unless set
HANDED_OVER_AT_ONCE = 100  # marks of one commit; a tick that is killed delays no more than these
FENCE_PAUSE_SECONDS = 0.05  # between two looks whether a request is still under way: a person waits for the answer
FENCE_TRIES = max(int(LEASE.total_seconds() / FENCE_PAUSE_SECONDS), 1)  # no request should take longer than a lease
CLOCKS_DIFFER = timedelta(minutes=5)  # ours: machines differ by less; what lies further ahead a wrong clock wrote
LONGEST_WAIT = TRY_AGAIN_AFTER + CLOCKS_DIFFER  # no attempt is ever put off longer
