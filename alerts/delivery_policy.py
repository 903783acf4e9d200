"""How long, how often, how much? Every number of the delivery, with its reason."""

from datetime import timedelta

STEP_SECONDS = (
    10.0  # for a connection, and for the next bytes of an answer: a person may wait for the test of a channel
)
TRY_SECONDS = 60.0  # after which a try begins with no further recipient
# Longer than the longest try, so that nobody sends what somebody is still sending: a mail server that answers each of
# eight steps after almost 20 s (EMAIL_TIMEOUT), begun at the end of TRY_SECONDS.
LEASE = timedelta(minutes=5)
# Pauses after a try that may go well the next time. A service that restarts is back after the first or second, one that
# somebody has to mend within the day; what is a day old the next step of the ladder tells better. Together 23 hours.
PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
JITTER = 1.1  # a pause lasts up to so many times its length, so that messages do not march in step
LONGEST_WAIT = timedelta(days=1)  # of a Retry-After; whoever asks for more is asked again after a day
LARGEST_ANSWER_BYTES = 4096  # more than the letters that are kept of any answer; the rest is not read
RUN_SECONDS = 40.0  # after which a run begins with no further message: a worker has other ticks to do
