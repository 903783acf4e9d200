"""Are the Citrix terms of a VENDOR_STRING read, and unknown ones kept?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats.vendor_string import license_type_name, parse_vendor_string

USER_DEVICE = ";LT=Retail;GP=720;CL=VDS,VDA,VDE;SA=1;LP=90;ODP=10;NUDURMIN=2880;NUDURMAX=525600;MLC=75;PSL=1"


def test_it_reads_every_documented_term() -> None:
    terms = parse_vendor_string(USER_DEVICE)
    assert (terms.license_type, terms.grace_hours, terms.editions) == ("Retail", 720, ("VDS", "VDA", "VDE"))
    assert (terms.css_flag, terms.overdraft_percent, terms.license_period_days) == (True, 10, 90)
    assert (terms.named_user_min_minutes, terms.named_user_max_minutes, terms.max_count) == (2880, 525600, 75)


def test_it_keeps_unknown_terms_raw() -> None:
    assert parse_vendor_string(";LT=NFR;PSL=1;odd").unknown == (("PSL", "1"), ("", "odd"))
    assert parse_vendor_string("NetScaler:Platinum").unknown == (("", "NetScaler:Platinum"),)


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        ("ADMIN/LOGON/-28D:NONADMIN/LOGON/ALW", 28),
        ("NONADMIN/LOGON/-7D", None),
        ("NONADMIN/LOGON/-7D:admin/LOGON/-14d", 14),
        ("ADMIN/LOGON/ALW", None),
        ("", None),
    ],
)
def test_it_reads_when_administrators_are_warned(policy: str, days: int | None) -> None:
    assert parse_vendor_string(f";AP={policy}").warn_days_before == days


def test_it_leaves_out_what_is_no_number() -> None:
    terms = parse_vendor_string(f";GP=soon;ODP={'9' * 5000};LP=²;SA=maybe")
    assert (terms.grace_hours, terms.overdraft_percent, terms.license_period_days, terms.css_flag) == (None,) * 4


@pytest.mark.parametrize(
    ("code", "name"),
    [("NFR", "Not for resale"), ("nfr", "Not for resale"), ("RetailS", "Expiring retail"), ("CSP", "CSP")],
)
def test_it_names_the_license_type(code: str, name: str) -> None:
    assert license_type_name(code) == name


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(";=LTAP:/-D09, \u00e9")))
def test_it_loses_no_part(text: str) -> None:
    parts = [part for part in text.split(";") if part.strip()]
    assert len(parse_vendor_string(text).pairs) == len(parts)
