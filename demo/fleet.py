"""Which servers stand in the invented fleet, and what is each of them there to show?

The first ones carry the stories that a person may look for; with fewer servers asked for, these are the ones that stay.
The rest are what a fleet has most of: servers at which nothing is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from servers.models import LicensingMode

MOST, FEWEST = 40, 4
BUILD = "11.17.2.0 build"


class Story(StrEnum):
    """What is the matter with a server."""

    PLAIN = "plain"
    FAILS_SINCE_TUESDAY = "fails_since_tuesday"
    PROVIDER = "provider"
    CARRIED = "carried"
    TLS = "tls"
    TOO_LARGE = "too_large"
    OVERDRAFT = "overdraft"
    GRACE = "grace"
    LAS = "las"
    REGISTERED = "registered"
    HELD = "held"
    GAPS = "gaps"
    OBSERVED = "observed"
    RETIRED = "retired"
    UNKNOWN = "unknown"
    NAME_UNKNOWN = "name_unknown"
    REFUSED_LINE = "refused_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Licenses of one product. Days count from today; None is never."""

    feature: str
    count: int
    expires_in: int | None = None
    css_in: int = 300
    overdraft: int = 0
    license_type: str = "Retail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One server. `busy` is the share of its licenses in use on a usual working day; `sharing` a three-way choice."""

    name: str
    group: str
    zone: str
    grants: tuple[Grant, ...]
    build: int = 54100
    sharing: str = "none"
    story: Story = Story.PLAIN
    busy: float = 0.62
    licensing_mode: str = LicensingMode.FILE
    system: str = "Windows Server 2022 Standard"
    failures: float = field(default=0.012)

    @property
    def host(self) -> str:
        """The first part of its name, which license files are bound to."""
        return self.name.partition(".")[0]


HARBOR, BANK, CLINIC = "Harbor office", "Bank, Frankfurt", "Clinic north"
ASIA, TENANTS, LAB = "Asia Pacific", "Managed customers", "Laboratory, no network"
UD, CCS, APPS, PVS = "XDT_PLT_UD", "XDT_PLT_CCS", "MPS_PLT_CCU", "PVS_STD_CCS"

STORIES = (
    Machine(
        name="lic-01.harbor.example", group=HARBOR, zone="Europe/Amsterdam", sharing="call_home", busy=0.71,
        story=Story.FAILS_SINCE_TUESDAY, build=53100,
        grants=(Grant(feature=UD, count=1200, expires_in=3, css_in=3), Grant(feature=UD, count=800, expires_in=340),
                Grant(feature=PVS, count=150, expires_in=200)),
    ),
    Machine(
        name="lic-02.tenants.example", group=TENANTS, zone="Europe/London", story=Story.PROVIDER, busy=0.8,
        grants=(Grant(feature=UD, count=2500, expires_in=40, css_in=40, license_type="RetailCSP"),
                Grant(feature=APPS, count=400, expires_in=40, css_in=40, license_type="RetailCSP")),
    ),
    Machine(
        name="lic-03.lab.example", group=LAB, zone="Europe/Amsterdam", story=Story.CARRIED, busy=0.4,
        grants=(Grant(feature=CCS, count=60, expires_in=260),),
    ),
    Machine(
        name="lic-04.harbor.example", group=HARBOR, zone="Europe/Amsterdam", sharing="call_home", busy=0.66,
        grants=(Grant(feature=UD, count=600, expires_in=200, css_in=200), Grant(feature=CCS, count=120, expires_in=12)),
    ),
    Machine(
        name="lic-05.bank.example", group=BANK, zone="Europe/Berlin", sharing="ceip", story=Story.TLS, busy=0.55,
        grants=(Grant(feature=APPS, count=900, expires_in=140),),
    ),
    Machine(
        name="lic-06.bank.example", group=BANK, zone="Europe/Berlin", sharing="call_home", story=Story.TOO_LARGE,
        grants=(Grant(feature=UD, count=3200, expires_in=200),),
    ),
    Machine(
        name="lic-07.clinic.example", group=CLINIC, zone="Europe/Berlin", sharing="ceip", story=Story.OVERDRAFT,
        busy=1.0, grants=(Grant(feature=UD, count=400, expires_in=200, overdraft=40),),
    ),
    Machine(
        name="lic-08.clinic.example", group=CLINIC, zone="Europe/Berlin", story=Story.GRACE, busy=0.97,
        grants=(Grant(feature=CCS, count=250, expires_in=96),),
    ),
    Machine(
        name="lic-09.apac.example", group=ASIA, zone="Asia/Tokyo", sharing="call_home", story=Story.LAS,
        licensing_mode=LicensingMode.LAS_ONLINE, grants=(Grant(feature=UD, count=220, expires_in=200),),
    ),
    Machine(
        name="lic-10.apac.example", group=ASIA, zone="Asia/Singapore", sharing="call_home", story=Story.REGISTERED,
        grants=(Grant(feature=APPS, count=350, expires_in=200),),
    ),
    Machine(
        name="lic-11.harbor.example", group=HARBOR, zone="Europe/Amsterdam", sharing="call_home", story=Story.HELD,
        grants=(Grant(feature=UD, count=300, expires_in=200),),
    ),
    Machine(
        name="lic-12.clinic.example", group=CLINIC, zone="Europe/Berlin", story=Story.GAPS, build=51000,
        grants=(Grant(feature=APPS, count=180, expires_in=64),),
    ),
    Machine(
        name="lic-13.bank.example", group=BANK, zone="Europe/Berlin", story=Story.OBSERVED,
        grants=(Grant(feature=CCS, count=500, expires_in=200),),
    ),
    Machine(
        name="lic-14.apac.example", group=ASIA, zone="Australia/Sydney", story=Story.NAME_UNKNOWN,
        grants=(Grant(feature=APPS, count=120, expires_in=230),),
    ),
    Machine(
        name="lic-15.tenants.example", group=TENANTS, zone="Europe/London", story=Story.REFUSED_LINE, busy=0.5,
        grants=(Grant(feature=CCS, count=90, expires_in=310),),
    ),
    Machine(
        name="lic-16.harbor.example", group=HARBOR, zone="Europe/Amsterdam", sharing="ceip", story=Story.RETIRED,
        build=46000, grants=(Grant(feature=UD, count=100, expires_in=-70, css_in=-70),),
    ),
    Machine(
        name="lic-17.clinic.example", group=CLINIC, zone="Europe/Berlin", story=Story.UNKNOWN, build=0, grants=(),
    ),
)  # fmt: skip
USUAL = (
    (HARBOR, "harbor", "Europe/Amsterdam"),
    (BANK, "bank", "Europe/Berlin"),
    (CLINIC, "clinic", "Europe/Berlin"),
    (ASIA, "apac", "Asia/Tokyo"),
    (TENANTS, "tenants", "Europe/London"),
)
PRODUCTS = (UD, CCS, APPS, "XDT_ENT_UD", "MPS_ENT_CCU")
CHOICES = ("call_home", "ceip", "none", "ceip", "call_home", "none", "none")


def fleet(count: int) -> list[Machine]:
    """The first so many servers, 40 at most."""
    return [*STORIES, *_usual_ones()][: min(count, MOST)]


def _usual_ones() -> Iterator[Machine]:
    for number in range(len(STORIES) + 1, MOST + 1):
        group, domain, zone = USUAL[number % len(USUAL)]
        expires = None if number % 9 == 0 else 150 + number * 23 % 400
        grant = Grant(feature=PRODUCTS[number % len(PRODUCTS)], count=50 + number * 37 % 450, expires_in=expires)
        second = Grant(feature=PVS, count=20 + number, expires_in=expires)
        yield Machine(
            name=f"lic-{number:02}.{domain}.example", group=group, zone=zone, busy=0.35 + number * 7 % 45 / 100,
            sharing=CHOICES[number % len(CHOICES)], grants=(grant, second) if number % 4 == 0 else (grant,),
            build=54100 if number % 3 else 53100,
        )  # fmt: skip
