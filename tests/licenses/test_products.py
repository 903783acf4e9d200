"""Is every code named, known or not?"""

import csv
from pathlib import Path

import pytest
from django.utils import translation

from licenses.model_names import MODEL_NAMES, model_name
from licenses.products import MODELS, is_system_code, known_products, legacy_twin_of, product_of
from tests.pseudo_language import plain_words, pseudo_language

BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "citrix_product_codes.csv"
SAME_MODEL = {"concurrent system": "concurrent", "enabler (on/off)": "on/off"}


def test_it_knows_170_codes_each_with_its_evidence() -> None:
    products = known_products()
    assert len({one.code for one in products}) == 170
    assert {one.source for one in products} == set("ABCDEFG") - {"G"}
    assert all(one.name and one.family and one.model and one.known for one in products)


@pytest.mark.parametrize(
    ("code", "name", "model"),
    [
        ("XDT_PLT_UD", "Virtual Apps and Desktops Premium (XenDesktop Platinum)", "user/device"),
        ("XDT_ENT_CCS", "Virtual Apps and Desktops Advanced (XenDesktop Enterprise)", "concurrent"),
        ("XDT_STD_UD", "Virtual Desktops Standard (XenDesktop VDI)", "user/device"),
        ("MPS_ENT_CCU", "Virtual Apps Advanced (XenApp Enterprise)", "concurrent user"),
        ("MPS_SMB_RN", "XenApp Fundamentals", "named user"),
        ("CXS_STD_CCS", "XenServer 6.2", "per socket"),
        ("CITRIX", "Start-up license", "per server"),
    ],
)
def test_it_shows_the_name_of_today_beside_the_original_one(code: str, name: str, model: str) -> None:
    product = product_of(code)
    assert (product.name, product.model) == (name, model)


def test_it_names_editions_of_today_beside_the_original_ones() -> None:
    codes = ["XDT_PLT_UD", "XDT_STD_UD", "CXS_ENT2_UD", "CPM_ENT_RN"]
    editions = ["Premium (Platinum)", "Standard (VDI)", "Premium (Enterprise)", "Enterprise"]
    assert [product_of(code).edition for code in codes] == editions


def test_it_knows_technology_previews() -> None:
    assert product_of("XDTTP_PLT_UD").is_technology_preview
    assert not product_of("XDT_PLT_UD").is_technology_preview


def test_it_looks_up_in_any_case() -> None:
    assert product_of("xdt_plt_ud") == product_of(" XDT_PLT_UD ")


@pytest.mark.parametrize(
    ("code", "name", "edition", "model"),
    [
        ("XDT_GOLD_UD", "Virtual Apps and Desktops (XenDesktop), GOLD", "GOLD", "user/device"),
        ("MPS_PLT_RN", "Virtual Apps (XenApp), Premium (Platinum)", "Premium (Platinum)", "named user"),
        ("CNS_V5000_SERVER", "NetScaler, V5000", "V5000", "per server"),
        ("CXS_GOLD_CCS", "XenServer, GOLD", "GOLD", "per socket"),
        ("NEW_A_B_CCU", "NEW, A B", "A B", "concurrent user"),
        ("ALONE", "ALONE", "", ""),
        ("", "", "", ""),
    ],
)
def test_it_splits_an_unknown_code_and_drops_nothing(code: str, name: str, edition: str, model: str) -> None:
    product = product_of(code)
    assert (product.code, product.name, product.edition, product.model) == (code, name, edition, model)
    assert not product.known


def test_it_recognizes_an_unknown_technology_preview() -> None:
    assert product_of("XDTTP_GOLD_UD").is_technology_preview


def test_it_finds_the_twin_in_both_directions() -> None:
    assert legacy_twin_of("XDS_ENT_UD") == "XDT_ENT_UD"
    assert legacy_twin_of("xdt_ent_ud") == "XDS_ENT_UD"
    assert [legacy_twin_of(code) for code in ("MPS_ENT_CCU", "XDT", "")] == [None, None, None]


def test_it_keeps_what_belongs_to_the_installation_apart() -> None:
    assert [code for code in ("citrix", "CTXLSDIAG", "XDT_PLT_UD") if is_system_code(code)] == ["citrix", "CTXLSDIAG"]


@pytest.mark.skipif(not BESIDE.exists(), reason="no reference beside the repository")
def test_it_agrees_with_the_reference_beside_the_repository() -> None:
    with BESIDE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = product_of(row["code"])
            assert product.known
            assert product.source == row["source"]
            assert product.model == SAME_MODEL.get(row["model"], row["model"])
            assert product.is_technology_preview == (row["technology_preview"] == "yes")


def test_every_model_has_a_name_in_each_language_and_no_product_has() -> None:
    models = {product.model for product in known_products()} | set(MODELS.values()) - {""}
    assert models - {""} <= MODEL_NAMES.keys()
    with pseudo_language() as code, translation.override(code):
        product = product_of("XDT_PLT_UD")
        assert plain_words(model_name(product.model)) == []
        assert "Desktops" in plain_words(product.name)
