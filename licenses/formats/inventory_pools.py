"""How many licenses of which code does one object of an export speak of?"""

from datetime import date

from licenses.formats.inventory_cells import Cells
from licenses.formats.inventory_dates import Moment
from licenses.formats.inventory_records import InventoryPool
from licenses.formats.saying import say
from licenses.products import is_system_code

SYSTEM_TYPES = frozenset(["SYS", "SYSTEM"])
# How the start-up license writes "no expiry": the first day of 2000 in UTC, seen from either side of the zero meridian.
NO_EXPIRY_DAYS = frozenset([date(1999, 12, 31), date(2000, 1, 1)])
TOO_MUCH_OVERDRAFT = say("More overdraft than licenses in total: the contracted number is not known.")


def powershell_pool(cells: Cells) -> InventoryPool | None:
    """`available` has two readings, so neither total nor contracted follows from it."""
    parts = [cells.text(name) for name in ("LicenseProductName", "LicenseEdition", "LicenseModel")]
    if not parts[0]:
        return None
    css = ("LicenseCustomerSuccessServicesDate", "LicenseSubscriptionAdvantageDate")
    return _pool(
        cells,
        code="_".join(filter(None, parts)),
        css=css,
        expiry="LicenseExpirationDate",
        overdraft=cells.number("LicenseOverdraft"),
        in_use=cells.number("LicensesInUse"),
        available=cells.number("LicensesAvailable"),
    )


def wmi_pool(cells: Cells) -> InventoryPool | None:
    """`Count` includes the overdraft."""
    if not cells.text("PLD"):
        return None
    return _pool(
        cells,
        code=cells.text("PLD"),
        css=("SubscriptionDate",),
        expiry="ExpirationDate",
        overdraft=cells.number("Overdraft"),
        total=cells.number("Count"),
        in_use=cells.number("InUseCount"),
        available=cells.number("PooledAvailable"),
    )


def checkmk_pool(cells: Cells) -> InventoryPool | None:
    return _pool(
        cells,
        code=cells.text("code"),
        css=(),
        expiry="",
        total=cells.number("total"),
        in_use=cells.number("used"),
    )


def _pool(
    cells: Cells,
    *,
    code: str,
    css: tuple[str, ...],
    expiry: str,
    total: int | None = None,
    overdraft: int | None = None,
    in_use: int | None = None,
    available: int | None = None,
) -> InventoryPool:
    license_type = cells.text("LicenseType")
    css_moment = cells.moment(*css)
    expires = expiry_of(cells, name=expiry, never=is_system(code, license_type=license_type))
    assert cells.record.kind is not None
    return InventoryPool(
        code=code,
        css_date=css_moment.on,
        css_text=cells.text(*css),
        expires_on=expires.on,
        expires_text=cells.text(expiry),
        expires_known=expires.known,
        license_type=license_type,
        contracted=contracted_of(cells, total=total, overdraft=overdraft),
        overdraft=overdraft,
        total=total,
        in_use=in_use,
        available=available,
        is_system=is_system(code, license_type=license_type),
        source=cells.record.kind,
        date_order_certain=css_moment.order_certain and expires.order_certain,
        date_tolerance_days=max(css_moment.tolerance_days, expires.tolerance_days),
        raw=cells.raw,
        line=cells.record.line,
        end_line=cells.record.end_line,
    )


def is_system(code: str, *, license_type: str) -> bool:
    """Belongs to the installation of the license server; never an entitlement."""
    return is_system_code(code) or license_type.upper() in SYSTEM_TYPES


def expiry_of(cells: Cells, *, name: str, never: bool) -> Moment:
    """A start-up license never expires, whatever day in 1999 it prints."""
    moment = cells.moment(name)
    if never:
        return Moment(known=True, order_certain=moment.order_certain)
    if moment.on in NO_EXPIRY_DAYS:
        sentence = say(
            "The expiry “%(expiry)s” is how the server writes that a license has none, but only start-up licenses are "
            "known to do so. Check the license file; until then the expiry counts as unknown.",
            expiry=cells.text(name),
        )
        cells.say(sentence, severity="note")
        return Moment(order_certain=moment.order_certain)
    return moment


def contracted_of(cells: Cells, *, total: int | None, overdraft: int | None) -> int | None:
    if total is None or overdraft is None:
        return None
    if overdraft > total:
        cells.say(TOO_MUCH_OVERDRAFT)
        return None
    return total - overdraft
