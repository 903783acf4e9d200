"""Are the compiled catalogs what Django reads, the same each time, and written only when they have to be?"""

import gettext
import os
from pathlib import Path

import pytest

from languages.catalogs import new_catalog, write_catalog
from languages.compiling import compile_catalogs
from languages.known import catalog_path


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """One catalog, of Simplified Chinese."""
    catalog = new_catalog("zh-hans")
    catalog.add("Sign in", "登录")
    catalog.add(("%(n)d day", "%(n)d days"), ("%(n)d 天",))
    write_catalog(catalog_path("zh-hans", locale=tmp_path), catalog)
    return tmp_path


def compiled(locale: Path) -> Path:
    return catalog_path("zh-hans", locale=locale).with_suffix(".mo")


def test_gettext_reads_what_is_written(locale: Path) -> None:
    assert compile_catalogs(locale) == ["zh-hans"]
    with compiled(locale).open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    assert catalog.gettext("Sign in") == "登录"
    assert catalog.ngettext("%(n)d day", "%(n)d days", 5) == "%(n)d 天"


def test_the_same_catalog_becomes_the_same_bytes(locale: Path) -> None:
    compile_catalogs(locale)
    before = compiled(locale).read_bytes()
    compiled(locale).unlink()
    compile_catalogs(locale)
    assert compiled(locale).read_bytes() == before


def test_it_writes_only_what_is_older_than_its_catalog(locale: Path) -> None:
    compile_catalogs(locale)
    assert compile_catalogs(locale) == []
    os.utime(compiled(locale), (1, 1))
    assert compile_catalogs(locale) == ["zh-hans"]
