"""T05: nothing that was recorded is ever changed, whatever is done through SDK, CLI or API.

The rows themselves are compared, not what queries make of them; and what the database says has
become of a training set is compared with what the pure rules say.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import api
import ledger as package
from ledger.client.client import Ledger
from ledger.client.releasing import find_release, training_root
from ledger.errors import LedgerError
from ledger.log.audit import audit
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.store.store import Store
from tests.cli.prepared import make_data
from tests.databases import KINDS, drop, new_url

WRITTEN_ONCE = (
    *("entry", "entry_leaf", "batch_tile", "open_record", "correction"),
    *("sealed_record", "description", "training_set", "training_range"),
)

ACTIONS: dict[str, Callable[[Ledger, str, int], object]] = {
    "correct": lambda one, at, n: one.correct(at, set=[f"source.name=n{n}"], reason="r"),
    "relabel": lambda one, at, n: one.correct(
        at, set=[f"source.category={'other' if n % 2 else 'private_licensed'}"], reason="r"
    ),
    "correct all": lambda one, at, n: one.correct(
        dataset="books", set=[f"languages=x{'abc'[n % 3]}"], reason="r"
    ),
    "withdraw": lambda one, at, n: one.withdraw(at, reason="r"),
    "erase": lambda one, at, n: one.erase(at, reason="r"),
    "add again": lambda one, at, n: one.add(
        "data/books", set=["dataset.name=books", "source.category=other", f"source.link=x{n}"]
    ),
    "release": lambda one, at, n: one.release("m", datasets=["books"]),
}


def rows(store: Store) -> dict[str, set[Any]]:
    with store.engine.reading() as db:
        return {table: set(db.rows(f"SELECT * FROM {table}")) for table in WRITTEN_ONCE}


@pytest.mark.parametrize("kind", KINDS)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, 12), st.integers(0, 2)),
        min_size=1,
        max_size=6,
    )
)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_t05_no_step_changes_what_was_recorded(
    kind: str,
    steps: list[tuple[str, int, int]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("never-updated")
    make_data(folder / "data")
    monkeypatch.chdir(folder)
    url = new_url(kind, folder)
    with Ledger.create(folder, url=url, origin="lab.example/t05") as made:
        made.add("data/books", set=["dataset.name=books", "source.category=crawled"])
        made.release("m", datasets=["books"])
        for action, place, number in steps:
            known = [one.id for one in made.store.records()] or [RecordId(1, 0)]
            before = rows(made.store)
            try:
                ACTIONS[action](made, str(known[place % len(known)]), number)
            except LedgerError:
                assert rows(made.store) == before
                continue
            _check_step(before, rows(made.store), is_erasure=action == "erase")
            _check_sets(made)
        assert audit(made.store, made.home.public).is_clean
    drop(url)


def _check_step(
    before: dict[str, set[Any]], after: dict[str, set[Any]], *, is_erasure: bool
) -> None:
    """Check that rows were added and none changed; an erasure alone takes rows away."""
    gone = {table for table in WRITTEN_ONCE if before[table] - after[table]}
    assert gone <= ({"sealed_record", "description"} if is_erasure else set())


def _check_sets(made: Ledger) -> None:
    """Check that SQL and the pure rules agree on what stands in place of each record of a set."""
    store = made.store
    root = training_root(find_release(store, "m"))
    members = [
        RecordId(one.index, at)
        for one in store.training.ranges(root)
        for at in range(one.lo, one.hi)
    ]
    pure: Corrections = store.corrections(members)
    expected = {one: pure.newest(one) for one in members if pure.deciding(one)}
    found = {one.record: one for one in store.training.corrected_members(root)}
    assert {one: member.newest for one, member in found.items()} == expected
    for member in found.values():
        last = pure.deciding(member.newest)
        assert member.action == ("replace" if last is None else last.action)
    parts = store.training.corrected(root)
    assert sum(part.records for part in parts) == len(expected)
    standing = {pure.newest(one) for one in members}
    there = [one for one in standing if store.erased_at(one) is None]
    assert sum(group.records for group in store.training.groups(root)) == len(there)
    told = [str(one.record) for one in made.relabelled("m")]
    assert told == [str(one) for one in sorted(expected)]


def test_t05_no_statement_updates_a_record() -> None:
    """The only rows that SQL of ours updates are heads: of the log, and of what was signed."""
    updated, deleted = set(), set()
    for module in (package, api):
        assert module.__file__ is not None
        for path in Path(module.__file__).parent.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            updated |= set(re.findall(r"UPDATE (\w+)\s+SET\b", text))
            deleted |= set(re.findall(r"DELETE FROM (\w+)", text))
            assert not re.search(r"(REPLACE INTO|INSERT OR REPLACE INTO)", text), path
    assert updated <= {"log_head", "signed_checkpoint"}
    assert deleted <= {
        *("sealed_record", "description", "tally", "tally_domain", "unwiped"),
        "trusted_log",  # a witness's
    }


def test_t05_no_route_changes_what_was_recorded() -> None:
    from api import routes

    assert routes.__file__ is not None
    files = sorted(Path(routes.__file__).parent.glob("*.py"))
    methods = {
        method
        for path in files
        for method in re.findall(r"@router\.(\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert methods <= {"get", "head", "post", "api_route"}
