"""Does the harness itself do what it says, without a run of it?"""

from pathlib import Path

from licenses.formats.vendor_string import parse_vendor_string
from tests.fuzz.keeping import worth_keeping, write_kept
from tests.fuzz.seeds import DICTIONARIES, seeds
from tests.fuzz.stretching import LONGEST, stretched
from tests.fuzz.targets import TARGETS, vendor_string_target


def test_it_keeps_the_smallest_input_that_reaches_something_new() -> None:
    found = [b"GP=1;GP=2;GP=3;GP=4", b"AP=ADMIN/-3D", b"AP=ADMIN/LOGON/-30D", b"GP=1"]
    kept = worth_keeping(vendor_string_target, found=found, known=[b"GP=1"])
    assert b"AP=ADMIN/-3D" in kept
    assert b"GP=1" not in kept


def test_it_names_kept_inputs_after_their_content_and_drops_the_others(tmp_path: Path) -> None:
    write_kept(tmp_path, [b"a", b"b"])
    write_kept(tmp_path, [b"b"])
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"b"]


def test_it_stretches_to_64_kib_and_not_beyond() -> None:
    lengths = [len(raw) for raw in stretched(b"Users:\n ada F 2027.0630\n")]
    assert all(LONGEST * 0.99 < length <= LONGEST for length in lengths)


def test_every_target_has_a_dictionary_and_something_to_start_from() -> None:
    assert {path.stem for path in DICTIONARIES.iterdir()} == set(TARGETS)
    assert all(seeds(name) for name in TARGETS)


def test_the_targets_read_what_the_seeds_are_made_for() -> None:
    assert any(parse_vendor_string(raw.decode("latin-1")).license_type for raw in seeds("vendor_string"))
