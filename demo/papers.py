"""Which files would such a server hand over? License files and reports in their own formats, made from the fleet.

Signatures are words, not keys: these files open nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from demo.fleet import Grant, Machine

SIGN = 'SIGN="DE00 0000 DE00 0001"'
NAMES = (
    "ada.keller", "ben.vos", "cleo.hart", "dora.lind", "eli.brandt", "fay.okafor", "gus.meyer", "hana.sato",
    "ivo.novak", "jo.smit", "kim.tan", "lea.roux", "max.berg", "nia.costa", "oto.weiss", "pia.holm", "ray.chen",
    "sue.patel",
)  # fmt: skip


def license_file(machine: Machine, grants: Sequence[Grant], *, today: date, number: int) -> bytes:
    """One license file with these grants, and the start-up license that every server has."""
    lines = [f"SERVER this_host HOSTNAME={machine.host}", "VENDOR CITRIX", "USE_SERVER"]
    lines += [_increment(grant, today=today, serial=f"DEMO-{number:02}-{at:02}") for at, grant in enumerate(grants)]
    return ("# Demo data. Nothing of this is real.\n" + "\n".join(lines) + "\n").encode()


def _increment(grant: Grant, *, today: date, serial: str) -> str:
    ends = "permanent" if grant.expires_in is None else _day(today + timedelta(days=grant.expires_in))
    css = today + timedelta(days=grant.css_in)
    over = f"OVERDRAFT={grant.overdraft} " if grant.overdraft else ""
    issued = _day(today - timedelta(days=362))
    return (
        f"INCREMENT {grant.feature} CITRIX {css:%Y.%m%d} {ends} {grant.count} \\\n"
        f"\tVENDOR_STRING=;LT={grant.license_type};GP=720;SA=1;ODP={10 if grant.overdraft else 0} \\\n"
        f'\t{over}DUP_GROUP=V ISSUED={issued} NOTICE="Demo data" SN={serial}:1 {SIGN}'
    )


def lmstat(machine: Machine, use: dict[str, tuple[int, int]], *, at: datetime, queued: int = 0) -> bytes:
    """The answer of `lmstat -a` at a local moment. `use` is issued and in use by product; some wait where asked for."""
    head = [
        f"Flexible License Manager status on {at:%a} {at.month}/{at.day}/{at.year} {at.hour}:{at.minute:02}",
        f"License server status: 27000@{machine.host}",
        f"  {machine.host}: license server UP (MASTER) v11.19.6",
        f"Vendor daemon status (on {machine.host}):",
        "    CITRIX: UP v11.19.6",
        "Feature usage info:",
    ]
    for feature, (issued, taken) in use.items():
        since = f"{at:%a} {at.month}/{at.day} 8:02"
        head += [
            f"Users of {feature}:  (Total of {issued} licenses issued;  Total of {taken} licenses in use)",
            f'  "{feature}" v2027.0630, vendor: CITRIX',
            "  floating license",
            f"    ada.keller pc-001 pc-001 (v2025.1) ({machine.host}/27000 101), start {since}, {taken} licenses"
            if taken > 1 else "",
            *(f"    hana.sato pc-{n:03} pc-{n:03} (v2025.1) ({machine.host}/27000 {n}) queued for 1 license"
              for n in range(900, 900 + queued)),
        ]  # fmt: skip
        queued = 0  # they wait for the first product
    return ("\n".join(line for line in head if line) + "\n").encode()


def udadmin(machine: Machine, feature: str, css: date, *, holders: int, dice: Random, at: datetime) -> bytes:
    """Who holds a license, with a fifth of them devices."""
    devices = holders // 5
    rows = ["Usage data is 3 minutes old. Next update in 12 minutes.", "Users:"]
    rows += [
        f" {NAMES[number % len(NAMES)]}{number // len(NAMES) or ''} {feature} {css:%Y.%m%d} ({_since(at, dice)})"
        for number in range(holders - devices)
    ]
    rows += ["Devices:"]
    rows += [f" {machine.host}-pc{number:03} {feature} {css:%Y.%m%d} ({_since(at, dice)})" for number in range(devices)]
    return ("\n".join(rows) + "\n").encode()


def las_inventory(grants: Sequence[Grant], *, today: date, in_use: int) -> bytes:
    """What the activation service says, as PowerShell lists it."""
    rows = ["PS C:\\> Get-LicLasInventory", ""]
    for grant in grants:
        product, edition, model = grant.feature.split("_")
        ends = today + timedelta(days=21)
        facts = {
            "LicenseProductName": product, "LicenseEdition": edition,
            "LicenseExpirationDate": f"{ends} 00:00:00",
            "LicenseCustomerSuccessServicesDate": f"{today + timedelta(days=grant.css_in)} 00:00:00",
            "LicenseType": "Retail", "LicensesInUse": in_use, "LicensesAvailable": grant.count,
            "LicenseOverdraft": grant.overdraft, "LicenseModel": model,
        }  # fmt: skip
        rows += [f"{name:<34} : {value}" for name, value in facts.items()] + [""]
    return "\n".join(rows).encode()


def grace_report(machine: Machine, *, guid: str, at: datetime, days: int) -> bytes:
    """A license report of a server that runs in license burst mode."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<r:Report xmlns:r="urn:example:demo">
  <r:LSInfo>
    <r:FQDN>{machine.name}</r:FQDN>
    <r:GUID>{guid}</r:GUID>
    <r:OS>Windows</r:OS>
    <r:SGPMaxDays>{days}</r:SGPMaxDays>
    <r:SGPClockErrorCode>-80</r:SGPClockErrorCode>
    <r:DateSampleStopUTC>{at:%Y-%m-%dT%H:%M:%SZ}</r:DateSampleStopUTC>
  </r:LSInfo>
</r:Report>
""".encode()


def uploader_log(moments: Sequence[datetime]) -> bytes:
    """The log of a license server that sent its reports itself; the first of them failed."""
    blocks = []
    for number, at in enumerate(moments):
        failed = number == 0
        code = "CTX_UPLOADER_ERROR_NETWORK_OPEN" if failed else "CTX_UPLOADER_SUCCESS"
        said = "open failed {lookup {WSAHOST_NOT_FOUND}\ncode 0x00002af9}" if failed else ""
        target = "<Arg>cis.example:443</Arg>" if failed else ""
        blocks.append(
            "Opening connection to upload host\n"
            f"cmd_stderr                : {{<CtxUploaderResult><Code>{code}</Code><Msg>{said}</Msg>{target}"
            f"<t>{int(at.timestamp())}</t><UploadType>CTX_UPLOAD_TYPE_COMPLIANCE</UploadType></CtxUploaderResult>}}\n"
            f"cmd_exitcode              : {int(failed)}\nexitReason                : REASON_NORMAL\n"
            "exitReasonSpecific        : REASON_NORMAL\nsize_child_consumed_stdin : 0\n\n}\n"
            f"{'failed' if failed else 'successful'}\n"
            f"Finish time UTC={{{at:%Y-%m-%dT%H:%M:%SZ}}} LOCAL={{{at:%m/%d/%Y %H:%M:%S}}}\n"
        )
    return "".join(blocks).encode()


def _since(at: datetime, dice: Random) -> str:
    moment = at - timedelta(days=dice.randrange(1, 85), minutes=dice.randrange(600))
    return f"{moment:%a %b} {moment.day:>2} {moment:%H:%M:%S %Y}"


def _day(day: date) -> str:
    return f"{day.day}-{day:%b}-{day.year}".lower()
