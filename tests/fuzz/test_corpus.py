"""Do all samples, and all that fuzzing ever found, keep the promises of every parser?"""

import pytest

from tests.fuzz.seeds import CORPUS, kept, samples, seeds
from tests.fuzz.targets import TARGETS

MOST_FILES = 300
MOST_BYTES = 2 * 1024 * 1024
KEPT = [path for name in TARGETS for path in kept(name)]


@pytest.mark.parametrize("name", TARGETS)
def test_it_keeps_its_promises_for_every_input(name: str) -> None:
    for raw in [*samples(), *seeds(name), *[path.read_bytes() for path in KEPT]]:
        TARGETS[name](raw)


def test_the_corpus_stays_small() -> None:
    assert len(KEPT) <= MOST_FILES
    assert sum(path.stat().st_size for path in KEPT) <= MOST_BYTES
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} <= set(TARGETS)
