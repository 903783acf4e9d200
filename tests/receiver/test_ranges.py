"""Is the arithmetic of spans right? Checked against plain sets of positions."""

from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.ranges import Span, gaps, hull, overlaps

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: Span(pair[0], sum(pair)))


@settings(max_examples=200, deadline=None)
@given(st.lists(SPANS, max_size=6), SPANS)
def test_it_splits_a_span_into_known_and_missing(known: list[Span], span: Span) -> None:
    asked, there = set(range(*span)), {at for part in known for at in range(*part)}
    assert {at for part in overlaps(known, span=span) for at in range(*part)} == asked & there
    assert [at for part in gaps(known, span=span) for at in range(*part)] == sorted(asked - there)


def test_it_joins_touching_spans() -> None:
    assert hull([Span(0, 5), Span(9, 20)], span=Span(5, 9)) == Span(0, 20)
    assert hull([], span=Span(3, 4)) == Span(3, 4)
