"""Which product does a license code name, in which edition, and what does one license count?

A code is built PRODUCT_EDITION_MODEL; `products.csv` beside this module holds the 170 codes found in public. Its
column `source` names the evidence of each row:

    A  a public table with MIT license in a PRTG sensor (github.com/AndiBellstedt/PRTG)
    B  the localized names in the vendor's SDK documentation (github.com/citrix/delivery-controller-sdk)
    C  the vendor's article CTX130944
    D  a public check script; the meaning is inferred
    E  made-up test data only
    F  the vendor's XenServer test framework (github.com/gagomes/xenrt)
    G  a public reader of service provider reports (github.com/StuartP-CSP/lui-payload-parser)

Names of today stand before the original ones. Two original editions may share one name of today: show the code as well.
"""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("products.csv")

# They belong to the installation: visible, but never an entitlement.
SYSTEM_CODES = frozenset({"CITRIX", "CTXLSDIAG"})

PRODUCTS = {
    "CAG": "Gateway (Access Gateway)",
    "CAS": "Application streaming",
    "CBR": "Branch Repeater",
    "CBRW2K8": "Branch Repeater with Windows Server 2008",
    "CBRWS": "Branch Repeater with Windows Server",
    "CCG": "EasyCall",
    "CCGW": "EasyCall",
    "CEHV": "StorageLink",
    "CESEP": "EdgeSight for Endpoints",
    "CESLT": "EdgeSight for Load Testing",
    "CESPS": "EdgeSight for XenApp",
    "CNS": "NetScaler",
    "CPM": "Password Manager",
    "CSS": "Application streaming",
    "CWS": "Repeater (WANScaler)",
    "CWSDE": "WANScaler Defense",
    "CXC": "XenClient",
    "CXS": "XenServer",
    "MCM": "Conferencing Manager",
    "MPM": "Password Manager",
    "MPS": "Virtual Apps (XenApp)",
    "PVS": "Provisioning",
    "PVSD": "Provisioning for Desktops",
    "XDS": "Virtual Apps and Desktops (XenDesktop, legacy code)",
    "XDT": "Virtual Apps and Desktops (XenDesktop)",
}
EDITIONS = {
    "ADV": "Advanced",
    "APP": "App",
    "ENT": "Enterprise",
    "ENT2": "Enterprise",
    "PLT": "Platinum",
    "SMB": "Fundamentals",
    "STD": "Standard",
    "STD2": "Standard",
}
EDITIONS_TODAY = {"Platinum": "Premium", "Enterprise": "Advanced"}
# Only these lines were renamed edition by edition.
RENAMED = frozenset({"XDT", "XDS", "MPS"})
MODELS = {
    "CCS": "concurrent",
    "CCU": "concurrent user",
    "ENABLER": "on/off",
    "RC": "concurrent user",
    "RN": "named user",
    "SCCU": "concurrent user",
    "SERVER": "per server",
    "SSERVER": "per server",
    "UD": "user/device",
}
PREVIEW = "TP"
LEGACY_PREFIXES = {"XDS": "XDT", "XDT": "XDS", "XDSTP": "XDTTP", "XDTTP": "XDSTP"}


@dataclass(frozen=True, slots=True)
class Product:
    """What a code stands for. `known` is False when the code was only split into its parts.

    `name` is the name of today with the original one in brackets; `edition` likewise. `edition` and `model` may be "".
    """

    code: str
    name: str
    edition: str
    model: str
    known: bool
    family: str = ""
    original_name: str = ""
    is_technology_preview: bool = False
    source: str = ""
    remark: str = ""


@lru_cache(maxsize=4096)
def product_of(code: str) -> Product:
    """Look a code up in any case; an unknown one is split, its known parts named and nothing dropped."""
    return _table().get(code.strip().upper()) or _split(code.strip())


def known_products() -> tuple[Product, ...]:
    """Every product of the table, in the order of their codes."""
    return tuple(_table().values())


def is_system_code(code: str) -> bool:
    """True for the start-up license and the diagnostics of the license server."""
    return code.strip().upper() in SYSTEM_CODES


def legacy_twin_of(code: str) -> str | None:
    """The other code that a file carries for the same purchase: XDS_… for XDT_… and the other way round."""
    product, mark, rest = code.strip().upper().partition("_")
    twin = LEGACY_PREFIXES.get(product)
    return f"{twin}_{rest}" if twin and mark else None


@cache
def _table() -> dict[str, Product]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _known(row) for row in csv.DictReader(file)}


def _known(row: dict[str, str]) -> Product:
    original, today = row["original_name"], row["name_today"]
    edition, edition_today = row["original_edition"], row["edition_today"]
    return Product(
        code=row["code"],
        name=f"{today} ({original})" if today else original,
        edition=f"{edition_today} ({edition})" if edition_today else edition,
        model=row["licensed_by"],
        known=True,
        family=row["product_line"],
        original_name=original,
        is_technology_preview=bool(row["preview"]),
        source=row["source"],
        remark=row["remark"],
    )


def _split(code: str) -> Product:
    """Name the known parts of a code; the unknown ones stay in the name as they are written."""
    product, *parts = code.split("_")
    is_preview = product.upper() not in PRODUCTS and product.upper().removesuffix(PREVIEW) in PRODUCTS
    product_key = product.upper().removesuffix(PREVIEW) if is_preview else product.upper()
    model = MODELS.get(parts[-1].upper(), "") if parts else ""
    middle = [part for part in (parts[:-1] if model else parts) if part]
    editions = [_edition(part, product=product_key) for part in middle]
    name = PRODUCTS.get(product_key, product)
    return Product(
        code=code,
        name=", ".join(filter(None, [name, " ".join(editions)])),
        edition=" ".join(editions),
        model=_model(model, product=product_key),
        known=False,
        family=name if product_key in PRODUCTS else "",
        original_name=name if product_key in PRODUCTS else "",
        is_technology_preview=is_preview,
    )


def _edition(part: str, *, product: str) -> str:
    if part.upper() == "STD" and product in {"XDT", "XDS"}:
        return "Standard (VDI)"
    original = EDITIONS.get(part.upper(), part)
    today = EDITIONS_TODAY.get(original) if product in RENAMED else None
    return f"{today} ({original})" if today else original


def _model(model: str, *, product: str) -> str:
    """XenServer counts its concurrent licenses per processor socket."""
    return "per socket" if product == "CXS" and model == "concurrent" else model
