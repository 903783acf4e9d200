"""Is every value that changed between two bundles found, by its place, with what it means for people?"""

from payloads.difference import Change, differences
from payloads.reading import Node, document_tree
from programs.catalog import program

CALL_HOME = program("call_home").upload("diagnostic")
PAGE = "<Report><LSInfo><FQDN>{fqdn}</FQDN></LSInfo>{rest}</Report>"


def tree(fqdn: str = "lic1", rest: str = "") -> list[Node]:
    return [document_tree("report.xml", PAGE.format(fqdn=fqdn, rest=rest).encode(), CALL_HOME)]


def feature(code: str, *, count: int, users: str = "") -> str:
    billable = "".join(f"<ID>{user}</ID>" for user in users.split())
    inside = f"<CountInstalled>{count}</CountInstalled><UsersBillable>{billable}</UsersBillable>"
    return f'<Feature><ID>{code}</ID><SADate id="2027.0630">{inside}</SADate></Feature>'


def inventory(*features: str) -> str:
    return f"<Inventory>{''.join(features)}</Inventory>"


def test_the_same_bundle_differs_in_nothing() -> None:
    rest = inventory(feature("XDT", count=1, users="ada ben"), feature("MPS", count=2))
    assert differences(tree(rest=rest), tree(rest=rest)) == []


def test_a_changed_value_is_shown_with_both_texts_and_its_element() -> None:
    (found,) = differences(tree("lic1"), tree("lic2"))
    assert (found.change, found.before, found.after) == (Change.CHANGED, "lic1", "lic2")
    assert (found.element.path, found.path) == ("report.LSInfo.FQDN", "report.xml/LSInfo/FQDN")
    assert found.meaning == "It leaves as before, with another value; it leads to this license server."


def test_one_more_product_moves_no_other() -> None:
    before = tree(rest=inventory(feature("XDT", count=1)))
    after = tree(rest=inventory(feature("AAA", count=9), feature("XDT", count=1)))
    assert {one.path.split("/")[2] for one in differences(before, after)} == {"Feature[AAA]"}
    assert {one.change for one in differences(before, after)} == {Change.ADDED}


def test_people_who_come_and_go_are_added_and_dropped_never_changed() -> None:
    before = tree(rest=inventory(feature("XDT", count=1, users="ada ben")))
    after = tree(rest=inventory(feature("XDT", count=1, users="ben cleo")))
    added, dropped = differences(before, after)
    assert (added.change, added.after, dropped.change, dropped.before) == ("added", "cleo", "dropped", "ada")
    assert added.meaning == "It was not in the bundle before and leaves now; it leads to a person."
    assert dropped.meaning == "It was in the bundle before and leaves no more; it leads to a person."


def test_a_change_inside_a_product_names_the_product_and_the_date() -> None:
    before, after = (tree(rest=inventory(feature("XDT", count=count))) for count in (1, 2))
    (found,) = differences(before, after)
    assert found.path == "report.xml/Inventory/Feature[XDT]/SADate[2027.0630]/CountInstalled"


def test_records_that_look_alike_are_all_compared() -> None:
    before = tree(rest=inventory(feature("XDT", count=1), feature("XDT", count=2)))
    after = tree(rest=inventory(feature("XDT", count=1), feature("XDT", count=3)))
    assert [(one.before, one.after) for one in differences(before, after)] == [("2", "3")]


def test_the_first_bundle_adds_everything() -> None:
    assert [one.change for one in differences([], tree())] == [Change.ADDED]
