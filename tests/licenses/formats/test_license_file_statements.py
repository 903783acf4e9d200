"""Are servers, daemons, packages and upgrades read, and tied to the features they belong to?"""

from pathlib import Path

import pytest

from licenses.formats.facts import license_file_facts
from licenses.formats.license_file import Component, LicenseFile, parse

SAMPLES = Path(__file__).parents[2] / "samples" / "lic"


def _sample(name: str) -> LicenseFile:
    return parse((SAMPLES / f"{name}.lic").read_bytes())


def test_it_reads_a_server_line() -> None:
    server = parse(b'SERVER "lic 1" HOSTNAME=lic1 27000 PRIMARY_IS_MASTER').servers[0]
    assert (server.host, server.hostid, server.port) == ("lic 1", "HOSTNAME=lic1", 27000)
    assert server.options == ("PRIMARY_IS_MASTER",)
    assert server.raw_fields == ('"lic 1"', "HOSTNAME=lic1", "27000", "PRIMARY_IS_MASTER")


@pytest.mark.parametrize(
    ("text", "path", "options", "port"),
    [
        ("VENDOR v", None, None, None),
        ('VENDOR v "C:\\a b\\v.exe"', "C:\\a b\\v.exe", None, None),
        ("VENDOR v port=2080", None, None, 2080),
        ('VENDOR v /v OPTIONS="/my files/v.opt" PORT=1', "/v", "/my files/v.opt", 1),
        ("DAEMON v /v /v.opt 2080", "/v", "/v.opt", 2080),
    ],
)
def test_it_reads_a_vendor_line(text: str, path: str | None, options: str | None, port: int | None) -> None:
    vendor = parse(text.encode()).vendors[0]
    assert (vendor.name, vendor.path, vendor.options_path, vendor.port) == ("v", path, options, port)


def test_it_reads_packages() -> None:
    studio, office, lonely = _sample("packages").packages
    assert studio.components[0] == Component("draw", "1.5", 2)
    assert (studio.version, studio.suite, studio.supersedes) == ("2.0", False, None)
    assert (office.version, office.suite, office.supersedes) == (None, True, ("old1", "old2"))
    assert lonely.components == (Component("one", None, 1),)


def test_it_reads_a_bare_supersede_of_a_package() -> None:
    package = parse(b"PACKAGE p v 1 0123456789AB COMPONENTS=a SUPERSEDE").packages[0]
    assert package.supersedes == ()
    assert package.signed


def test_it_reads_an_upgrade() -> None:
    upgrade = _sample("rare_statements").upgrades[0]
    assert (upgrade.feature, upgrade.from_version, upgrade.to_version) == ("f1", "1.000", "2.000")
    assert (upgrade.count, upgrade.signed) == (4, True)


def test_it_counts_the_components_of_enabled_packages_only() -> None:
    lines = [
        "PACKAGE p v 2.0 COMPONENTS=a:1:3",
        "FEATURE p v 1.0 permanent 5",
        "FEATURE p v 2.0 permanent 2",
        "FEATURE p v 2.0 permanent 9",
    ]
    assert license_file_facts(parse("\n".join(lines).encode()))["effective"] == {"a|1": 6}


def test_it_finds_the_daemon_and_the_triad_of_a_feature() -> None:
    parsed = _sample("several_blocks")
    prime, lunar, nobody = parsed.features
    assert [server.host for server in parsed.server_of(prime)] == ["a1", "a2", "a3"]
    assert [server.host for server in parsed.server_of(lunar)] == ["b1", "b2"]
    assert parsed.vendor_of(nobody) is None
    vendor = parsed.vendor_of(lunar)
    assert vendor is not None
    assert vendor.line == 9


def test_it_finds_a_daemon_named_below() -> None:
    parsed = parse(b"SERVER a ANY\nFEATURE f v 1 permanent 1\nVENDOR V\n")
    assert parsed.vendor_of(parsed.features[0]) == parsed.vendors[0]
    assert parsed.server_of(parsed.features[0]) == parsed.servers


def test_it_recognizes_a_client_stub() -> None:
    assert _sample("client_stub").is_client_stub
    assert not parse(b"SERVER a ANY\nUSE_SERVER\nINCREMENT broken").is_client_stub


def test_it_notes_short_and_obsolete_licenses() -> None:
    parsed = _sample("rare_statements")
    assert parsed.decimal_lines == (11,)
    assert [one.vendor for one in parsed.featuresets] == ["sampled"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\1\2" * 900,
        b"Dear customer,\nhere is a file.",
        b"Server is down.\nPackage leaflet: read this.\nFeature requests go to ada.",
        b"Vendor daemon status (on h1):\nFeature usage info:\nUsers of F:  (Total of 1 license issued)",
        b"Feature  Version  #licenses  Expires  Vendor\n",
        b"\n" * 50,
        b"x" * 3_000_000,
    ],
)
def test_it_tells_that_a_file_is_no_license_file(raw: bytes) -> None:
    parsed = parse(raw)
    assert not parsed.is_license_file
    assert any("No license statement" in problem.sentence for problem in parsed.problems)


@pytest.mark.parametrize(
    "raw",
    [
        b"SERVER a ANY",
        b"USE_SERVER",
        b"INCREMENT MPS_STD_CCU CITRIX",
        b"increment f v 1 permanent 1",
        b"v-f1-00737-55296-182",
    ],
)
def test_it_takes_a_single_statement_for_a_license_file(raw: bytes) -> None:
    assert parse(raw).is_license_file


@pytest.mark.parametrize(
    "line",
    [
        'SERVER lic1 ANY 27000 INCREMENT f CITRIX 1 permanent 5 SN=1 SIGN="5EED 0001 5EED 0002"',
        'SERVER lic1 ANY SIGN2="5EED 0001 5EED 0002',
        'VENDOR CITRIX options=c.opt INCREMENT f CITRIX 1 permanent 5 AUTH="5EED" SIGN=5EED0001 5EED 0002',
    ],
)
def test_it_keeps_no_signature_that_a_lost_line_break_brought_into_another_line(line: str) -> None:
    parsed = parse(f"SERVER lic1 ANY\n{line}\n".encode())
    assert "5EED" not in repr(parsed)
    assert any("a line break before a license was lost" in problem.sentence for problem in parsed.problems)


def test_it_takes_a_host_that_is_called_sign() -> None:
    assert parse(b"SERVER sign ANY 27000\n").servers[0].host == "sign"
