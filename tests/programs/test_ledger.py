"""Can the ledger be changed without anybody noticing? Neither through the database nor behind its back."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from programs.catalog import program
from programs.consent import DecisionRefused, decide
from programs.ledger import append, facts_of, hash_of, lock, verify
from programs.models import GENESIS, Action, ConsentDecision, ConsentText, Door
from programs.texts import decision_text
from tests.factories import a_server, at_once
from tests.programs.conftest import GRANT, WITHDRAW, Deciding, Declarations

IN_TRANSACTIONS = pytest.mark.django_db(transaction=True)
ROWS: QuerySet[ConsentDecision] = ConsentDecision.objects.all()


def run(sql: str, *words: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, words)


def without_triggers(sql: str, *words: str) -> None:
    """What somebody with all rights over the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, words)


@pytest.fixture
def three(dora_decides: Deciding) -> list[ConsentDecision]:
    return [dora_decides(action) for action in (GRANT, WITHDRAW, GRANT)]


def test_each_row_names_the_hash_of_the_row_before(three: list[ConsentDecision]) -> None:
    assert [row.sequence for row in three] == [1, 2, 3]
    assert [row.previous_hash for row in three] == [GENESIS, three[0].hash, three[1].hash]
    assert [row.hash for row in three] == [hash_of(row) for row in ConsentDecision.objects.all()]


def test_the_form_of_a_row_is_fixed(three: list[ConsentDecision]) -> None:
    assert sorted(facts_of(three[0])) == [
        "action", "decided_at", "decided_by", "decided_by_id", "declaration_version", "door", "elements", "language",
        "previous_hash", "program", "reason", "sequence", "server", "text_sha256",
    ]  # fmt: skip
    assert facts_of(three[0])["decided_at"].endswith("+00:00")


def test_a_whole_ledger_is_whole(three: list[ConsentDecision]) -> None:
    verdict = verify()
    assert (verdict.is_whole, verdict.rows, verdict.head) == (True, 3, three[2].hash)


@pytest.mark.django_db
def test_an_empty_ledger_is_whole() -> None:
    assert (verify().is_whole, verify().rows, verify().head) == (True, 0, GENESIS)


CHANGES: list[Callable[[], object]] = [
    lambda: ROWS.update(reason="other"),
    lambda: ROWS.filter(sequence=3).delete(),
    lambda: run("UPDATE programs_consentdecision SET sequence = 9 WHERE sequence = 3"),
    lambda: run("DELETE FROM programs_consentdecision"),
    lambda: ConsentDecision.objects.get(sequence=3).save(),
    lambda: ConsentText.objects.update(text="other"),
    lambda: ConsentText.objects.all().delete(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_it(three: list[ConsentDecision], change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()
    assert verify().rows == 3


@IN_TRANSACTIONS
@pytest.mark.parametrize("table", ["programs_consentdecision", "programs_consenttext"])
def test_the_database_refuses_to_replace_or_empty_it(three: list[ConsentDecision], table: str) -> None:
    sql = {"sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", "postgresql": f"TRUNCATE {table}"}
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql[connection.vendor])
    assert verify().rows == 3


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE programs_consentdecision SET reason = 'x' WHERE sequence = 2", "Row 2: its content is not what was"),
        ("DELETE FROM programs_consentdecision WHERE sequence = 2", "Row 3: row 2 is missing."),
        ("DELETE FROM programs_consentdecision WHERE sequence = 1", "Row 2: row 1 is missing."),
        (f"UPDATE programs_consentdecision SET previous_hash = '{'1' * 64}' WHERE sequence = 2", "Row 2: it does not"),
        ("UPDATE programs_consenttext SET text = 'x'", "Row 1: the text that was shown is missing or was changed."),
        ("DELETE FROM programs_consenttext", "Row 1: the text that was shown is missing or was changed."),
    ],
)
def test_what_was_changed_all_the_same_is_found(three: list[ConsentDecision], sql: str, problem: str) -> None:
    without_triggers(sql)
    assert verify().problem.startswith(problem)


@IN_TRANSACTIONS
def test_it_is_locked_inside_a_transaction_only() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        lock()


@IN_TRANSACTIONS
def test_two_decisions_at_once_follow_each_other(dora: User, declared: Declarations) -> None:
    servers = iter([a_server(f"ls{number}") for number in range(8)])
    text = decision_text(program("ceip"), GRANT).sha256

    def decides() -> ConsentDecision:
        return decide(next(servers), program_code="ceip", action=GRANT, by=dora, door=Door.API, text_sha256=text)

    rows = at_once(decides, times=8)
    assert [row for row in rows if isinstance(row, Exception)] == []
    assert (verify().is_whole, verify().rows) == (True, 8)


@IN_TRANSACTIONS
def test_of_two_forms_at_once_one_is_told_of_the_other(dora: User, declared: Declarations) -> None:
    server, text = a_server(), decision_text(program("ceip"), GRANT).sha256

    def decides() -> ConsentDecision:
        return decide(server, program_code="ceip", action=GRANT, by=dora, door=Door.PAGE, text_sha256=text, expected=0)

    refusals = [found for found in at_once(decides, times=4) if isinstance(found, Exception)]
    assert [(type(refusal), refusal.kind) for refusal in refusals if isinstance(refusal, DecisionRefused)] == [
        (DecisionRefused, "conflict")
    ] * 3
    assert verify().rows == 1


@IN_TRANSACTIONS
def test_a_transaction_that_is_undone_leaves_no_gap(dora: User, declared: Declarations) -> None:
    server = a_server()

    def adds(*, fails: bool) -> None:
        with transaction.atomic():
            lock()
            append(server, program=program("ceip"), action=Action.WITHDRAW, by=dora, door=Door.API)
            assert not fails

    with pytest.raises(AssertionError):
        adds(fails=True)
    adds(fails=False)
    assert (verify().is_whole, ConsentDecision.objects.get().sequence) == (True, 1)
