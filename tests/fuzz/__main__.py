"""Fuzz every parser of hostile bytes: `python -m tests.fuzz --seconds 60`.

Not part of `make test`. Each input is made from a number, which is printed when something other
than a LedgerError comes out: `python -m tests.fuzz --target note --input 4711` runs that one again.
"""

import argparse
import random
import sys
import time
import traceback

from ledger.errors import LedgerError
from tests.fuzz.targets import EVIDENCE, TARGETS, Target
from tests.proof.mutate import Mutator, other_log

SLOW = 2.0
"""Seconds of processor time that no input of this size may take."""

DONORS = [other_log().evidence().to_bytes()]
WORDS = [
    *[b"\n", b"\n\n", b"\0", b" ", b"+", b"=", b"\xe2\x80\x94 ", b"\xff", b"\xed\xa0\x80", b"\r\n"],
    *[b'"', b"\\u0000", b"\\ud800", b"{", b"[" * 100, b"null", b"1e9", b"-0", b"9" * 30],
    *[
        b"tdl/",
        b"log ",
        b"quorum none\n",
        b"index ",
        b".p/",
        b"x001/",
        b"\xc2\xa0",
        b"\xef\xbb\xbf",
    ],
]


def make(target: Target, number: int) -> bytes:
    """Return input `number` of a target: a seed, or a fragment, changed a few times."""
    pick = random.Random(number)
    start = pick.choice(target.seeds)
    if start == EVIDENCE:
        mutator = Mutator(EVIDENCE, DONORS, number)
        change = (
            mutator.bytes_changed,
            mutator.value_changed,
            mutator.parts_moved,
            mutator.parts_removed,
        )
        return pick.choice(change)()
    data = bytearray(start)
    for _ in range(pick.choice((1, 1, 2, 3, 8))):
        lo = pick.randrange(len(data) + 1)
        hi = min(len(data), lo + pick.choice((0, 1, 1, 2, 30)))
        how = pick.randrange(4)
        if how == 0 and data:
            data[lo % len(data)] ^= 1 << pick.randrange(8)
        elif how == 1:
            data[lo:hi] = pick.choice(WORDS)
        elif how == 2:
            data[lo:hi] = b""
        else:
            data[lo:lo] = data[lo:hi] * pick.choice((1, 2, 50))
    return bytes(data)


def run(name: str, number: int) -> str | None:
    """Run one input; return what was wrong, None if nothing was."""
    target = TARGETS[name]
    data = make(target, number)
    start = time.process_time()
    try:
        target.run(data)
    except LedgerError:
        pass
    except Exception:
        return traceback.format_exc()
    spent = time.process_time() - start
    return f"took {spent:.1f} s for {len(data)} bytes\n" if spent > SLOW else None


def main() -> int:
    """Run until the time is over, and return 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long in all (default 60)")
    parser.add_argument("--target", choices=TARGETS, help="one parser alone")
    parser.add_argument("--input", type=int, help="one input alone, by its number")
    parser.add_argument("--start", type=int, default=0, help="the first number (default 0)")
    chosen = parser.parse_args()
    names = [chosen.target] if chosen.target else list(TARGETS)
    if chosen.input is not None:
        problems = {(name, chosen.input): run(name, chosen.input) for name in names}
        return report({key: problem for key, problem in problems.items() if problem})
    found: dict[tuple[str, int], str] = {}
    end = time.monotonic() + chosen.seconds
    number = chosen.start
    while time.monotonic() < end and len(found) < 20:
        for name in names:
            problem = run(name, number)
            if problem:
                found[name, number] = problem
        number += 1
    print(f"{number - chosen.start:,} inputs for each of {len(names)} parsers")
    return report(found)


def report(found: dict[tuple[str, int], str]) -> int:
    """Print what was found, and how to run it again."""
    for (name, number), problem in found.items():
        print(f"\npython -m tests.fuzz --target '{name}' --input {number}\n{problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
