"""How does a label read in the middle of a sentence?"""

from django.utils.translation import get_language


def inside(label: str) -> str:
    """In lower case, except in German, which writes its nouns with a capital wherever they stand."""
    return label if (get_language() or "").startswith("de") else label.lower()
