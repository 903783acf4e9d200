"""Is the garbage collector as it was, whatever happened in between?"""

import gc

import pytest

from alerts.without_collecting import without_collecting


def test_it_rests_and_wakes() -> None:
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the outer block goes on"
    assert gc.isenabled()


def test_it_wakes_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), without_collecting():
        _ = 1 / 0
    assert gc.isenabled()


def test_it_leaves_asleep_what_was_asleep() -> None:
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
