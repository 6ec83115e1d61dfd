"""A lab in a folder, honest or not, and the levers that a dishonest one has.

    cooked       rows changed while a summary is made, and put back before anybody asks
    lying        the code that files records into trees, replaced by code that files what it likes
    repacked     an answer that was changed after it was made, signed again by the lab

Nothing of what the other side runs is touched: it is the command line, as a regulator has it.
"""

import os
import shutil
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from ledger import Ledger
from ledger.cli.main import main
from ledger.client import opening, stating
from ledger.client.opening import pack_answer
from ledger.proof.audit_answer import Answer
from ledger.proof.package import read_package, write_package
from ledger.signing.keys import Signer
from ledger.store.statements import LeafSpool
from ledger.tree.sums import SumLeaf, SumNode
from tests.cli.prepared import Ran
from tests.journeys.cheating.data import PROFILE, RELEASE, freeze, record_data, write_data
from tests.journeys.cheating.trees import FalseTree, Forge

Leaves = dict[str, list[SumLeaf]]
"""All leaves of a statement, by tree."""
Rewrite = Callable[[Leaves], None]


def run(folder: Path, *words: str) -> Ran:
    """Run `ledger` with these words in a folder, as somebody types them."""
    out, err, before = StringIO(), StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(words)
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        os.chdir(before)
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Lab:
    """A lab's folder: `data/`, `ledger.db`, `ledger.d/`, and what it publishes."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, *, mode: str = "sealed", origin: str = "lab.example/log") -> "Lab":
        """Record everything and freeze the training set; nothing is published yet."""
        write_data(folder / "data")
        with Ledger.create(folder, origin=origin) as ledger:
            ledger.home.profile.write_text(PROFILE.format(mode=mode), encoding="utf-8")
            record_data(ledger, folder / "data")
            freeze(ledger)
        return cls(folder)

    def copy(self, folder: Path) -> "Lab":
        """Return the same lab elsewhere."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Lab(folder)

    def run(self, *words: str) -> Ran:
        """Run a command in the lab's folder."""
        return run(self.folder, *words)

    def open(self) -> Ledger:
        """Open its ledger."""
        return Ledger.open(self.folder)

    def chooses(self, mode: str) -> None:
        """Publish more, or less, of statements from now on."""
        with self.open() as ledger:
            ledger.home.profile.write_text(PROFILE.format(mode=mode), encoding="utf-8")

    def publish(self) -> Path:
        """Log a summary and return its document."""
        with self.open() as ledger:
            (path,) = ledger.summary(RELEASE, to=["html"], folder=self.folder).files
        return path

    def sql(self, *statements: str) -> None:
        """Change rows behind the back of the ledger's code; the guards go first."""
        with sqlite3.connect(self.folder / "ledger.db") as db:
            triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in triggers.fetchall():
                db.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                db.execute(statement)
        db.close()

    @contextmanager
    def cooked(self, *statements: str) -> Iterator[None]:
        """Change rows, and put them back at the end, as they were."""
        before = self._rows()
        self.sql(*statements)
        yield
        with sqlite3.connect(self.folder / "ledger.db") as db:
            for table, (names, rows) in before.items():
                places = ", ".join("?" for _ in names)
                words = f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({places})"
                db.executemany(words, rows)
        db.close()

    def _rows(self) -> Mapping[str, tuple[list[str], list[tuple[object, ...]]]]:
        found = {}
        with sqlite3.connect(self.folder / "ledger.db") as db:
            for table in ("sealed_record", "description", "tally_domain"):
                rows = db.execute(f"SELECT * FROM {table}")
                found[table] = ([one[0] for one in rows.description], rows.fetchall())
        db.close()
        return found

    def repack(self, path: Path, change: Callable[[Answer], Answer]) -> None:
        """Change an answer and sign it again, as only the lab can."""
        answer = change(Answer.of(read_package(path.read_bytes()).members))
        with self.open() as ledger:
            path.write_bytes(pack_answer(ledger, answer))

    def rewrite(
        self,
        path: Path,
        member: str,
        change: Callable[[bytes], bytes],
        *,
        signer: Signer | None = None,
    ) -> None:
        """Change one file of an answer, byte for byte, and sign the package again."""
        package = read_package(path.read_bytes())
        members = {**package.members, member: change(package.members[member])}
        with self.open() as ledger:
            signed = write_package(package.kind, package.origin, members, signer or ledger.producer)
        path.write_bytes(signed)


class _FalseTrees:
    """In the place of `stating.Trees`: collects leaves, lets the lab rewrite them, and builds."""

    def __init__(
        self, secret: bytes, spool: LeafSpool, *, rewrite: Rewrite, forged: Mapping[str, Forge]
    ) -> None:
        self._secret, self._spool = secret, spool
        self._rewrite, self._forged = rewrite, forged
        self._leaves: Leaves = {}

    def add(self, name: str, leaf: SumLeaf) -> None:
        self._leaves.setdefault(name, []).append(leaf)

    def roots(self) -> dict[str, SumNode]:
        self._rewrite(self._leaves)
        found = {}
        for name, leaves in sorted(self._leaves.items()):
            for leaf in leaves:
                self._spool.add(name, leaf)
            if leaves:
                found[name] = _tree(self._forged, name, self._secret, leaves).root
        return found


class _FalseOpening:
    """In the place of `opening.SumTree`: opens the trees that the lab committed to."""

    def __init__(self, forged: Mapping[str, Forge]) -> None:
        self.build = partial(_tree, forged)


def _tree(
    forged: Mapping[str, Forge], name: str, secret: bytes, leaves: Sequence[SumLeaf]
) -> FalseTree:
    return FalseTree(name, secret, leaves, forged.get(name, lambda lo, hi, node: node))


def _keys_at(
    leaves: Iterator[SumLeaf], indices: Sequence[int], points: Sequence[int]
) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """In the place of `opening._keys_at`: a point that no leaf answers gets the last one."""
    ends, keys, total = [], [], 0
    for leaf in leaves:
        total += leaf.values[0]
        ends.append(total)
        keys.append(leaf.key)
    at = {point: min(bisect_right(ends, point), len(keys) - 1) for point in points}
    return {index: keys[index] for index in indices}, {one: keys[at[one]] for one in points}


def nothing(leaves: Leaves) -> None:
    """Rewrite nothing."""


@contextmanager
def lying(rewrite: Rewrite = nothing, forged: Mapping[str, Forge] | None = None) -> Iterator[None]:
    """Run the lab's side with code that files and opens what the lab likes."""
    trees = partial(_FalseTrees, rewrite=rewrite, forged=forged or {})
    with (
        patch.object(stating, "Trees", trees),
        patch.object(stating, "_check_coverage", lambda *_: None),
        patch.object(stating, "check_section_figures", lambda *_: ()),
        patch.object(opening, "SumTree", _FalseOpening(forged or {})),
        patch.object(opening, "_keys_at", _keys_at),
    ):
        yield
