"""At which steps of an upload do the tests kill? From the claim to the end, each before and after it is done."""

from tests.uploads.killed_worker import Step

CHUNKS = 4  # of the bundles of the steps with bytes
BEFORE_THE_FIRST_BYTE = [
    Step("uploads.transfer:claim"),
    Step("uploads.bundle_store:keep", "before"),  # built, not yet in its place
    Step("uploads.bundle_store:keep"),  # in its place, the row does not know
    Step("uploads.bundle_store:publish", "before"),  # the row knows, the second name is missing
    Step("uploads.bundle_store:publish"),
    Step("uploads.transfer:_log_in", "before"),
    *[Step("uploads.cis_client:_token", when, nth) for nth in (1, 2, 3) for when in ("before", "after")],
    Step("uploads.transfer:_log_in"),
    Step("uploads.cis_client:create_bundle", "before"),
    Step("uploads.cis_client:create_bundle"),  # the receiver has made room, nobody here knows
]
WITH_BYTES = [
    # After: the receiver has stored it, and nobody here knows.
    *[Step("uploads.cis_client:send_chunk", when, nth) for nth in range(1, CHUNKS + 1) for when in ("before", "after")],
    *[Step("uploads.transfer:_send_chunk", "after", nth) for nth in range(1, CHUNKS + 1)],
    Step("uploads.transfer:settle", "before"),  # all is there, the row is still sending
    Step("uploads.settling:write_result_file", "before"),  # the row is moved, not committed
    Step("uploads.settling:write_result_file"),
    Step("uploads.transfer:settle"),
]
