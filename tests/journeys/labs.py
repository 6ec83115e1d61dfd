"""Three labs for a trial: one is honest, two cheat, and who tries is not told how.

    python -m tests.journeys.labs DIR --seed N

makes DIR/lab-1, DIR/lab-2 and DIR/lab-3. In each:

    public/   what the lab publishes: summary.html, trust.policy, log/
    answer    a command: `./answer CHALLENGE OUT` answers a challenge as this lab does
    shards    a command: `./shards FOLDER NAME…` hands over files, as this lab does
    domain    a command: `./domain NAME OUT` answers about a domain
    private/  the lab's own ledger and data: whoever tries does not look inside

and nothing says which is which; the seed alone does. An auditor has DIR/lab-*/public, the commands,
docs/audit.md and docs/formats.
"""

import argparse
import os
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.proof.audit_answer import Answer
from ledger.record.leaf import RecordId
from tests.cli.prepared import python_path
from tests.journeys.cheating import contents
from tests.journeys.cheating.lab import Lab, Leaves, Rewrite, lying, nothing

ORIGINS = ("north.example/log", "east.example/log", "south.example/log")
CRAWLED, PUBLIC, SYNTHETIC = "crawled.text", "public-dataset.text", "synthetic.text"


def _as_it_is(answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Habit:
    """How a lab cheats, at each of the points where it can."""

    cooked: str = ""
    """Changes rows for as long as the summary is made."""
    rewrite: Rewrite = nothing
    record: contents.Lie = lambda one: one
    """What is changed of a record before it is logged."""
    answer: Callable[[Answer], Answer] = _as_it_is
    shard: Callable[[Path], bytes] = Path.read_bytes

    @property
    def lies(self) -> AbstractContextManager[None]:
        """The code that the lab runs."""
        return nullcontext() if self.rewrite is nothing else lying(self.rewrite)


def _twice(leaves: Leaves) -> None:
    crawled = leaves[CRAWLED]
    crawled[4] = replace(crawled[4], key=crawled[3].key)


def _invented(leaves: Leaves) -> None:
    leaf = replace(leaves[CRAWLED].pop(2), key=RecordId(1, 500).key)
    leaves[CRAWLED] = sorted([*leaves[CRAWLED], leaf], key=lambda one: one.key)


def _in_two_sections(leaves: Leaves) -> None:
    leaves["erased"] = [replace(leaves["erased"][0], key=leaves[CRAWLED][4].key)]


def _other_reference(leaves: Leaves) -> None:
    leaves[CRAWLED][0] = replace(leaves[CRAWLED][0], ref=leaves[CRAWLED][1].ref)


def _silent(answer: Answer) -> Answer:
    keys = {one.opening.leaf.key for one in answer.opened if one.tree == SYNTHETIC}
    kept = tuple(one for one in answer.opened if one.opening.leaf.key != min(keys))
    return replace(answer, opened=kept)


def _shorter(path: Path) -> bytes:
    data = path.read_bytes()
    return data if path.suffix != ".txt" else data[: len(data) // 2]


def _set(table: str, change: str, where: str) -> str:
    return f"UPDATE {table} SET {change} WHERE {where}"


def _renamed(old: str, new: str, dataset: str) -> str:
    return _set(
        "description", f"fields = replace(fields, '{old}', '{new}')", f"dataset='{dataset}'"
    )


HABITS = (
    Habit(cooked=_set("sealed_record", "bytes = 1000000", "log_index = 1 AND position = 3")),
    Habit(cooked=_set("sealed_record", "bytes = 1", "log_index = 1 AND position = 4")),
    Habit(cooked=_renamed('"crawled"', '"public_dataset"', "crawl")),
    Habit(cooked=_renamed('"synthetic"', '"other"', "chat")),
    Habit(cooked=_renamed('"teacher-1"', '"own-model"', "chat")),
    Habit(cooked=_set("sealed_record", "description_id = 2", "log_index = 4 AND position = 1")),
    Habit(rewrite=_twice),
    Habit(rewrite=_invented),
    Habit(rewrite=_in_two_sections),
    Habit(rewrite=_other_reference),
    Habit(answer=_silent),
    Habit(shard=_shorter),
    Habit(record=contents.inflated),
    Habit(record=contents.without_a_domain),
)


def habits(seed: int) -> tuple[Habit, ...]:
    """Return how each of the three labs behaves."""
    chance = random.Random(f"labs of seed {seed}")
    chosen = [Habit(), *chance.sample(HABITS, 2)]
    chance.shuffle(chosen)
    return tuple(chosen)


def make(folder: Path, seed: int) -> None:
    """Make the three labs."""
    make_labs(folder, habits(seed), seed)


def make_labs(folder: Path, behaviour: Sequence[Habit], seed: int) -> None:
    """Make a lab for each habit."""
    for number, habit in enumerate(behaviour, 1):
        place = folder / f"lab-{number}"
        lab = Lab.make(place / "private", origin=ORIGINS[number - 1])
        contents.recorded(lab, habit.record)
        with lab.cooked(*([habit.cooked] if habit.cooked else [])), habit.lies:
            document = lab.publish()
        public = place / "public"
        public.mkdir()
        shutil.copy(document, public / "summary.html")
        shutil.copy(lab.folder / "ledger.d" / "trust.policy", public)
        shutil.copytree(lab.folder / "ledger.d" / "public", public / "log")
        for command in ("answer", "shards", "domain"):
            _command(place / command, command, number, seed)


def _command(path: Path, name: str, number: int, seed: int) -> None:
    # Whoever prints this file learns the seed and no more than that.
    path.write_text(
        f"#!{sys.executable}\nimport sys\n\nsys.path.insert(0, {python_path()!r})\n"
        f"from tests.journeys.labs import act\n\nact(__file__, {name!r}, {number}, {seed})\n",
        encoding="utf-8",
    )
    path.chmod(0o755)


def act(file: str, name: str, number: int, seed: int) -> None:
    """Do what a lab does when it is asked: one of the three commands."""
    lab = Lab(Path(file).resolve().parent / "private")
    behave(lab, habits(seed)[number - 1], name, sys.argv[1:])


def behave(lab: Lab, habit: Habit, name: str, words: Sequence[str]) -> None:
    """Do what a lab of this habit does."""
    if name == "answer" and len(words) in (2, 3):
        _answer(lab, habit, words)
    elif name == "shards" and len(words) > 1:
        _shards(lab, habit, Path(words[0]), words[1:])
    elif name == "domain" and len(words) == 2:
        asked = lab.run(
            "domain", words[0], "--release", "m-1", "--key", "--out", _absolute(words[1])
        )
        print(asked.out, asked.err, file=sys.stderr)
    else:
        raise SystemExit(__doc__)


def _answer(lab: Lab, habit: Habit, words: Sequence[str]) -> None:
    challenge, out, *more = words
    with habit.lies:
        ran = lab.run("audit", "open", _absolute(challenge), "--out", _absolute(out), *more)
    print(ran.out, ran.err, file=sys.stderr)
    if ran.code:
        raise SystemExit(ran.code)
    if "--all" not in more and habit.answer is not _as_it_is:
        lab.repack(Path(out), habit.answer)


def _shards(lab: Lab, habit: Habit, folder: Path, names: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        for path in sorted((lab.folder / "data").rglob(name)):
            (folder / name).write_bytes(habit.shard(path))


def _absolute(path: str) -> str:
    return os.path.abspath(path)


def main(argv: Sequence[str] | None = None) -> None:
    """Make three labs in a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.labs")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, required=True, metavar="N")
    args = parser.parse_args(argv)
    if args.folder.exists() and any(args.folder.iterdir()):
        raise SystemExit(f"{args.folder} is there already, and not empty")
    make(args.folder, args.seed)
    print(f"{args.folder}: three labs, of which two cheat")


if __name__ == "__main__":
    main()
