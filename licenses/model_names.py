"""What does one license count, as the reader says it? Products and editions keep the names of the vendor."""

from django.utils.translation import gettext_lazy

MODEL_NAMES = {
    "concurrent": gettext_lazy("concurrent"),
    "concurrent application": gettext_lazy("concurrent application"),
    "concurrent user": gettext_lazy("concurrent user"),
    "device": gettext_lazy("device"),
    "named user": gettext_lazy("named user"),
    "on/off": gettext_lazy("on/off"),
    "per server": gettext_lazy("per server"),
    "per socket": gettext_lazy("per socket"),
    "user/device": gettext_lazy("user/device"),
}


def model_name(model: str) -> str:
    """The name of a model of `products.py`; one that is not known stays as it is."""
    return str(MODEL_NAMES.get(model, model))
