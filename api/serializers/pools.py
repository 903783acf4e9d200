"""What does a pool look like, and what do the pools of a feature come to? Unlike things are never in one sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from api.serializers.products import ProductSerializer
from licenses.models import UsageSample
from licenses.pools import Pool, installed_only
from licenses.products import Product, product_of


@dataclass(frozen=True, slots=True)
class PoolHere:
    """A pool, and what is known of its whole feature."""

    pool: Pool
    use: UsageSample | None
    overdraft_in_use: int | None

    @property
    def product(self) -> Product | None:
        """What the code stands for; None for a vendor whose codes are not ours to read."""
        return product_of(self.pool.feature) if self.pool.is_citrix else None


@dataclass(frozen=True, slots=True)
class Total:
    """The installed pools of one feature together."""

    vendor: str
    feature: str
    product: Product | None
    contracted: int
    overdraft: int
    uncounted: bool
    count_known: bool
    use: UsageSample | None

    @property
    def total(self) -> int:
        """Contracted and overdraft together."""
        return self.contracted + self.overdraft

    @property
    def overdraft_in_use(self) -> int | None:
        """How many of those in use are beyond the contracted ones; None while one of the numbers is not known."""
        if self.use is None or self.use.in_use is None or self.uncounted or not self.count_known:
            return None
        return max(0, self.use.in_use - self.contracted)


def totals_of(pools: Sequence[Pool], latest: dict[str, UsageSample]) -> Iterator[Total]:
    """One for each feature that has installed pools; system licenses, legacy twins and expired pools are in none."""
    features: dict[tuple[str, str], list[Pool]] = {}
    for pool in installed_only(pools):
        if not pool.is_system:
            features.setdefault((pool.vendor, pool.feature), []).append(pool)
    for (vendor, feature), same in features.items():
        yield Total(
            vendor=vendor,
            feature=feature,
            product=product_of(feature) if same[0].is_citrix else None,
            contracted=sum(pool.contracted for pool in same),
            overdraft=sum(pool.overdraft for pool in same),
            uncounted=any(pool.uncounted for pool in same),
            count_known=all(pool.count_known for pool in same),
            use=_use(same[0], latest),
        )


def pools_here(pools: Sequence[Pool], totals: Sequence[Total], latest: dict[str, UsageSample]) -> list[PoolHere]:
    """Every pool with the use of its feature."""
    over = {(total.vendor, total.feature): total.overdraft_in_use for total in totals}
    return [PoolHere(pool, _use(pool, latest), over.get((pool.vendor, pool.feature))) for pool in pools]


def _use(pool: Pool, latest: dict[str, UsageSample]) -> UsageSample | None:
    """Reports about use name no vendor; they are the reports of Citrix's own features."""
    return latest.get(pool.feature) if pool.is_citrix else None


class OfFeature(serializers.Serializer[Any]):
    """A row that says how much of its whole feature is used; null is not known, never zero."""

    in_use = serializers.IntegerField(source="use.in_use", allow_null=True, default=None)
    queued = serializers.IntegerField(source="use.queued", allow_null=True, default=None)
    reserved = serializers.IntegerField(source="use.reserved", allow_null=True, default=None)
    read_at = serializers.DateTimeField(source="use.at", allow_null=True, default=None)
    overdraft_in_use = serializers.IntegerField(allow_null=True)


class PoolSerializer(OfFeature):
    """Licenses that are one and the same for every question of "how many" and "until when".

    Use is read for a feature, not for a pool: it stands on each pool of the feature and must not be added up.
    """

    vendor = serializers.CharField(source="pool.vendor")
    feature = serializers.CharField(source="pool.feature")
    product = ProductSerializer(allow_null=True)
    version = serializers.CharField(source="pool.version")
    css_date = serializers.DateField(source="pool.css_date", allow_null=True)
    expires_on = serializers.DateField(source="pool.expires_on", allow_null=True)
    expiry_known = serializers.BooleanField(source="pool.expiry_known")
    license_type = serializers.CharField(source="pool.license_type")
    contracted = serializers.IntegerField(source="pool.contracted")
    overdraft = serializers.IntegerField(source="pool.overdraft")
    total = serializers.IntegerField(source="pool.total")
    uncounted = serializers.BooleanField(source="pool.uncounted")
    count_known = serializers.BooleanField(source="pool.count_known")
    is_system = serializers.BooleanField(source="pool.is_system")
    is_installed = serializers.BooleanField(source="pool.is_installed")
    is_legacy_twin = serializers.BooleanField(source="pool.is_legacy_twin")


class TotalSerializer(OfFeature):
    """One feature: its installed pools together. System licenses, legacy twins and expired pools are in no sum.

    `total` is contracted and overdraft together; `uncounted` licenses are in no number, and where `count_known` is
    false the numbers are at least what is given.
    """

    vendor = serializers.CharField()
    feature = serializers.CharField()
    product = ProductSerializer(allow_null=True)
    contracted = serializers.IntegerField()
    overdraft = serializers.IntegerField()
    total = serializers.IntegerField()
    uncounted = serializers.BooleanField()
    count_known = serializers.BooleanField()


class PoolsSerializer(serializers.Serializer[Any]):
    """Every pool of a server on one day, in the server's own time zone, and the totals of each feature."""

    server = serializers.UUIDField()
    on = serializers.DateField()
    pools = PoolSerializer(many=True)
    totals = TotalSerializer(many=True)


class PoolsAsked(Asking):
    """Whose pools?"""

    server = serializers.CharField(max_length=255)
