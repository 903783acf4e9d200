"""What do the objects of an export mean? Texts become codes, dates and numbers, with a remark where they do not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from licenses.formats.inventory_cells import Cells
from licenses.formats.inventory_dates import DateOrder
from licenses.formats.inventory_kinds import RowKind
from licenses.formats.inventory_pools import (
    checkmk_pool,
    contracted_of,
    expiry_of,
    is_system,
    powershell_pool,
    wmi_pool,
)
from licenses.formats.inventory_raw import RawRecord
from licenses.formats.inventory_records import (
    FeatureName,
    HistoricalPool,
    HistoricalServer,
    InventoryLicense,
    Row,
    TypeName,
    UsageDetail,
    UsageSample,
)
from licenses.formats.saying import say

POOL_INDEX = re.compile(r"LicPoolUsage\[([0-9]{1,9})\]", re.IGNORECASE)
NO_POOL = say("These samples do not say which pool they belong to. Export the pool together with its samples.")


@dataclass(slots=True)
class RowReader:
    """Builds rows in the order of the file, because samples belong to the pool before them."""

    order: DateOrder
    _last_pool: str | None = None
    _pool_by_index: dict[str, str] = field(default_factory=dict)
    _is_told: bool = False

    def read(self, record: RawRecord) -> tuple[Row | None, Cells]:
        """The row, or None where the object has no code; remarks are in the cells."""
        cells = Cells(record, self.order)
        assert record.kind is not None
        readers: dict[RowKind, Callable[[Cells], Row | None]] = {
            RowKind.INVENTORY: powershell_pool,
            RowKind.LAS_INVENTORY: powershell_pool,
            RowKind.WMI_POOL: wmi_pool,
            RowKind.CHECKMK: checkmk_pool,
            RowKind.WMI_LICENSE: _wmi_license,
            RowKind.USAGE_DETAIL: _usage_detail,
            RowKind.HISTORICAL_SERVER: _historical_server,
            RowKind.HISTORICAL_POOL: self._historical_pool,
            RowKind.USAGE_SAMPLE: self._sample,
            RowKind.FEATURE_NAME: _feature_name,
            RowKind.TYPE_NAME: _type_name,
        }
        return readers[record.kind](cells), cells

    def _historical_pool(self, cells: Cells) -> HistoricalPool | None:
        pool = _historical_pool(cells)
        if pool:
            self._last_pool = pool.pem
            index = POOL_INDEX.search(cells.record.command)
            if index:
                self._pool_by_index[index[1]] = pool.pem
        return pool

    def _sample(self, cells: Cells) -> UsageSample:
        moment = cells.moment("Datetime")
        index = POOL_INDEX.search(cells.record.command)
        pem = cells.text("ProductEditionModel", "PEM") or (
            self._pool_by_index.get(index[1]) if index else self._last_pool
        )
        if pem is None and not self._is_told:
            cells.say(NO_POOL, severity="note")
            self._is_told = True
        return UsageSample(
            pem=pem,
            at=moment.at,
            at_text=cells.text("Datetime"),
            count=cells.number("Count"),
            date_order_certain=moment.order_certain,
            raw=cells.raw,
            line=cells.record.line,
        )


def _historical_pool(cells: Cells) -> HistoricalPool | None:
    code, license_type = cells.text("ProductEditionModel"), cells.text("LicenseType")
    if not code:
        return None
    css = cells.moment("CustomerSuccessServicesDate", "SubscriptionAdvantageDate", "SADate")
    expires = expiry_of(cells, name="ExpirationDate", never=is_system(code, license_type=license_type))
    total, overdraft = cells.number("TotalLicensesIncludingOverDraft"), cells.number("OverdraftLicenses")
    issued = cells.moment("LicenseIssueDate")
    return HistoricalPool(
        pem=code,
        css_date=css.on,
        css_text=cells.text("CustomerSuccessServicesDate", "SubscriptionAdvantageDate", "SADate"),
        expires_on=expires.on,
        expires_text=cells.text("ExpirationDate"),
        expires_known=expires.known,
        total_including_overdraft=total,
        overdraft=overdraft,
        contracted=contracted_of(cells, total=total, overdraft=overdraft),
        license_type=license_type,
        issued_on=issued.on,
        date_order_certain=css.order_certain and expires.order_certain and issued.order_certain,
        date_tolerance_days=max(css.tolerance_days, expires.tolerance_days),
        is_system=is_system(code, license_type=license_type),
        raw=cells.raw,
        line=cells.record.line,
        end_line=cells.record.end_line,
    )


def _wmi_license(cells: Cells) -> InventoryLicense:
    code = cells.text("PLD", "ProductEditionModel")
    expires = expiry_of(cells, name="ExpirationDate", never=is_system(code, license_type=""))
    return InventoryLicense(
        serial_number=cells.text("SerialNumber"),
        code=code,
        expires_on=expires.on,
        expires_text=cells.text("ExpirationDate"),
        expires_known=expires.known,
        date_order_certain=expires.order_certain,
        raw=cells.raw,
        line=cells.record.line,
        end_line=cells.record.end_line,
    )


def _usage_detail(cells: Cells) -> UsageDetail | None:
    if not cells.text("PEM"):
        return None
    return UsageDetail(
        pem=cells.text("PEM"),
        css_date=cells.moment("SADate", "CustomerSuccessServicesDate").on,
        css_text=cells.text("SADate", "CustomerSuccessServicesDate"),
        kind=cells.text("LicenseModelType"),
        name=cells.text("Name"),
        raw=cells.raw,
        line=cells.record.line,
    )


def _historical_server(cells: Cells) -> HistoricalServer:
    first, last = cells.moment("EarliestDateOfSample"), cells.moment("MostRecentDateOfSample")
    return HistoricalServer(
        version=cells.text("LSVersion"),
        first_sample_at=first.at,
        last_sample_at=last.at,
        date_order_certain=first.order_certain and last.order_certain,
        raw=cells.raw,
        line=cells.record.line,
        end_line=cells.record.end_line,
    )


def _feature_name(cells: Cells) -> FeatureName | None:
    code, name = cells.text("FeatureName"), cells.text("ProductNameandEdition")
    return FeatureName(code, name, cells.text("ModelName"), cells.text("Version"), cells.record.line) if code else None


def _type_name(cells: Cells) -> TypeName | None:
    code, name = cells.text("TypeName"), cells.text("FriendlyName")
    return TypeName(code, name, cells.text("Version"), cells.record.line) if code else None
