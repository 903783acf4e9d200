"""Is every rule of the license grammar followed?"""

from datetime import date

import pytest

from licenses.formats.license_file import Feature, parse

TERMS = "INCREMENT MPS_STD_CCU CITRIX 2026.0206 permanent 9"
SIGNED = 'SIGN="5EED 0001"'


def _one(text: str) -> Feature:
    features = parse(text.encode()).features
    assert len(features) == 1
    return features[0]


def test_it_reads_the_fixed_fields_and_the_attributes_in_order() -> None:
    feature = _one(f'{TERMS} SN=1 TS_OK NOTICE="Harbor Bank" my_key=<a>;b|c MY_FLAG {SIGNED}')
    assert (feature.feature, feature.vendor, feature.version, feature.count) == (
        "MPS_STD_CCU",
        "CITRIX",
        "2026.0206",
        9,
    )
    assert feature.attributes == (("SN", "1"), ("NOTICE", "Harbor Bank"), ("my_key", "<a>;b|c"))
    assert feature.flags == ("TS_OK", "MY_FLAG")
    assert feature.has_flag("ts_ok")


def test_it_offers_the_usual_attributes_by_name() -> None:
    feature = _one(f"{TERMS} ISSUED=1-jan-2026 START=2-jan-2026 ISSUER=x OVERDRAFT=3 DUP_GROUP=V HOSTID=ANY SN=7")
    assert (feature.issued, feature.start) == (date(2026, 1, 1), date(2026, 1, 2))
    assert (feature.issuer, feature.overdraft, feature.dup_group) == ("x", 3, "V")
    assert (feature.hostid, feature.serial_number, feature.notice, feature.vendor_string) == ("ANY", "7", None, None)


@pytest.mark.parametrize(
    "text",
    [
        f"{TERMS} \\\nSN=1",
        f"{TERMS} SN\\\n=1".replace("SN\\\n=1", "\\   \n\t SN=1"),
        f"{TERMS}\\\nSN=1",
        f"{TERMS} \\ # by hand\nSN=1 # last",
        f"{TERMS} \\\n# a comment line\nSN=1",
        f"{TERMS} \\\r\nSN=1\r\n",
        f"{TERMS} \\\rSN=1\r",
        f"\ufeff{TERMS} \\\n\\\nSN=1",
        "INCREMENT \\\nMPS_STD_CCU \\\nCITRIX \\\n2026.0206 \\\npermanent \\\n9 \\\nSN=1",
        f"   {TERMS.replace(' ', chr(9))} SN=1",
        f"{TERMS.replace('INCREMENT', 'Increment')} sn=1",
        f'{TERMS} SN="1"',
        f'{TERMS} SN = "1"',
        'INCREMENT "MPS_STD_CCU" "CITRIX" "2026.0206" "permanent" "9" SN=1',
    ],
)
def test_it_reads_one_statement_in_every_layout(text: str) -> None:
    feature = _one(text)
    assert (feature.feature, feature.expiry_known, feature.count, feature.serial_number) == (
        "MPS_STD_CCU",
        True,
        9,
        "1",
    )


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ('NOTICE="Harbor \\\n   Bank"', "Harbor Bank"),
        ('NOTICE=" \\\n\t401, 402"', " 401, 402"),
        ('NOTICE="Dock #5"', "Dock #5"),
        ('NOTICE="Dock \\\n#5"', "Dock #5"),
        ('NOTICE="Dock \\ # wrapped\nfive"', "Dock five"),
        ("NOTICE=a#b # comment", "a#b"),
        ('NOTICE=""', ""),
        ("NOTICE= SN=1", ""),
        ('NOTICE="see SERVER and \\\nVENDOR"', "see SERVER and VENDOR"),
        ('NOTICE="a = b"', "a = b"),
        ('NOTICE="sort=1Asort=2"', "sort=1Asort=2"),
        ('NOTICE="AUTH={x}"', "AUTH={x}"),
        ("NOTICE=“Blue Bird”", "Blue Bird"),
        ("NOTICE=″Blue Bird”", "Blue Bird"),
        ("NOTICE=’Blue Bird’", "Blue Bird"),
    ],
)
def test_it_reads_the_value(text: str, notice: str) -> None:
    assert _one(f"{TERMS} {text}").notice == notice


def test_it_starts_a_new_statement_where_one_is_unmistakable() -> None:
    parsed = parse(f"{TERMS} \\\n{TERMS} SN=2\nSERVER a ANY \\\nVENDOR CITRIX \\\nUSE_SERVER\n".encode())
    assert [feature.serial_number for feature in parsed.features] == [None, "2"]
    assert [problem.line for problem in parsed.problems if "backslash" in problem.sentence] == [1, 3, 4]
    assert (len(parsed.vendors), parsed.use_server) == (1, 1)


@pytest.mark.parametrize("name", ["SERVER", "server", "PACKAGE"])
def test_it_takes_a_keyword_for_a_feature_name(name: str) -> None:
    assert _one(f"INCREMENT \\\n{name} CITRIX 1.0 permanent 9").feature == name


@pytest.mark.parametrize("count", ["0", "uncounted", "UNCOUNTED", "00"])
def test_it_reads_uncounted(count: str) -> None:
    feature = _one(f"FEATURE f v 1 permanent {count} HOSTID=DEMO")
    assert feature.is_uncounted
    assert feature.count is None


@pytest.mark.parametrize(
    "key", ["0123456789AB", "XXXXXXXXXXXX", "00000000000000000", "0123 4567 89AB CDEF", '"0123 4567"']
)
def test_it_notices_a_positional_key_and_forgets_it(key: str) -> None:
    feature = _one(f"FEATURE f v 1 permanent 1 {key} HOSTID=ANY MY_FLAG")
    assert feature.positional_key_present
    assert feature.signed
    assert (feature.attributes, feature.flags) == ((("HOSTID", "ANY"),), ("MY_FLAG",))


def test_it_puts_back_a_blank_that_was_lost() -> None:
    feature = _one('FEATURE f v 1 permanent 1 0123456789ABsort=2 ISSUER="Lithos"SN=4')
    assert feature.attributes == (("sort", "2"), ("ISSUER", "Lithos"), ("SN", "4"))
    assert feature.positional_key_present
    assert _one("FEATURE f v 1 permanent 1sort=2").count == 1


@pytest.mark.parametrize(
    "signature",
    [
        'SIGN="5EED 0001"',
        "SIGN=5EED0001AAAA",
        'sign="5EED 0001"',
        'SIGN2="5EED 0001"',
        'V7.1_SIGN="5EED 0001"',
        'SIGN = "5EED 0001"',
        "SIGN= 5EED 0001",
        "SIGN 5EED 0001",
        "SIGN=“5EED 0001",
        'AUTH={v=(LK=5EED SIGN="5EED 0001") w=(SIGN2="5EED")}',
        "SIGN=5EED-0001 5EED",
    ],
)
def test_it_never_keeps_a_signature(signature: str) -> None:
    feature = _one(f"{TERMS} SN=1 {signature} TS_OK")
    assert feature.signed
    assert "5EED" not in repr(feature)
    assert feature.attributes == (("SN", "1"),)


def test_it_forgets_the_checksum_but_does_not_call_it_a_signature() -> None:
    feature = _one(f"{TERMS} ck=77")
    assert not feature.signed
    assert feature.signature_sha256 is None
    assert feature.attributes == ()


def test_it_gives_equal_signatures_one_fingerprint() -> None:
    wrapped = _one(f'{TERMS} SIGN="5eed \\\n0001"')
    assert wrapped.signature_sha256 == _one(f"{TERMS} {SIGNED} sort=3").signature_sha256
    assert wrapped.signature_sha256 != _one(f'{TERMS} SIGN="5EED 0002"').signature_sha256


def test_it_knows_citrix_in_any_case_and_its_support_date() -> None:
    assert _one("INCREMENT CNS_SSL citrix 12.0 permanent 1").is_citrix
    assert _one("INCREMENT CNS_SSL citrix 12.0 permanent 1").css_date is None
    assert _one(TERMS).css_date == date(2026, 2, 6)
    assert _one("INCREMENT f other 2026.0206 permanent 1").css_date is None


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("0019d244e9fc", ["ethernet"]),
        ("17007ea8", ["long"]),
        ("ANY", ["any"]),
        ("demo", ["demo"]),
        ('"0019d244e9fc 17007ea8"', ["ethernet", "long"]),
        ("INTERNET=195.186.*.*", ["internet address"]),
        ("DISK_SERIAL_NUM=66dd7788", ["disk serial number"]),
        ('"HOSTNAME=a USER=b DISPLAY=c"', ["host name", "user", "display"]),
        ("VSN=1", ["volume serial number"]),
        ("FLEXID=9-2", ["dongle"]),
        ("COMPOSITE=0A", ["composite"]),
        ("VDH=x", ["vendor defined"]),
        ("TPM_ID1=x", ["other"]),
        ("PXTYD1", ["other"]),
    ],
)
def test_it_knows_the_form_of_a_host_id(written: str, kinds: list[str]) -> None:
    assert [one.kind for one in _one(f"{TERMS} HOSTID={written}").hostids] == kinds


def test_it_ignores_dashes_in_an_id_number() -> None:
    assert _one(f"{TERMS} HOSTID=ID=1-2-3").hostids[0].value == "123"
