"""How do the catalogs become what Django reads? Each into its .mo file, and only where it changed."""

from pathlib import Path

from languages.known import LOCALE, TRANSLATED, catalog_path


def compile_catalogs(locale: Path = LOCALE) -> list[str]:
    """Write each .mo file that is missing or older than its catalog. Returns the languages written."""
    written = []
    for code in TRANSLATED:
        source = catalog_path(code, locale=locale)
        target = source.with_suffix(".mo")
        if source.exists() and not _is_fresh(target, source):
            _compile(code, source, target)
            written.append(code)
    return written


def _is_fresh(target: Path, source: Path) -> bool:
    return target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(code: str, source: Path, target: Path) -> None:
    # Imported here: every start passes by, and nearly none has anything to compile.
    from babel.messages.mofile import write_mo

    from languages.catalogs import read_catalog

    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, read_catalog(source, code))
    fresh.replace(target)  # a server that starts meanwhile reads the old or the new file, never half of one
