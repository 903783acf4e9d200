"""Which languages do we speak? The first one is that of the source; the others have a catalog each."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
# Each in its own words, as whoever looks for it would.
LANGUAGES = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
)
CODES = tuple(code for code, _ in LANGUAGES)
TRANSLATED = CODES[1:]


def folder_name(code: str) -> str:
    """The name of its folder in `locale/`: `zh-hans` stands in `zh_Hans`, as gettext and Django want it."""
    language, _, rest = code.partition("-")
    return f"{language}_{rest.title() if len(rest) > 2 else rest.upper()}" if rest else language


def catalog_path(code: str, *, locale: Path = LOCALE) -> Path:
    """The catalog of a language, which people edit; the compiled one stands beside it."""
    return locale / folder_name(code) / "LC_MESSAGES" / "django.po"
