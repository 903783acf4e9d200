"""How is the time of some variants compared? In turn, in one run, by the ratio of their medians."""

import statistics
import time
from collections.abc import Callable


def measured(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each variant in each round; every round runs all variants, in turn."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for variant in variants.values():
        variant()
    for _ in range(rounds):
        for name, variant in variants.items():
            began = time.perf_counter()
            variant()
            times[name].append(time.perf_counter() - began)
    return times


def ratio(times: dict[str, list[float]], over: str, under: str) -> tuple[float, float, float]:
    """Ratio of the medians, with the lowest and highest ratio of a round."""
    each = [above / below for above, below in zip(times[over], times[under], strict=True)]
    return statistics.median(times[over]) / statistics.median(times[under]), min(each), max(each)
