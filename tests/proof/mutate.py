"""Ways to change an evidence file, and what must hold of whatever is still believed.

Used by the tests beside this file and by the long programme in `tests/fuzz`.
"""

import base64
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.proof.evidence import Evidence
from ledger.proof.verify import Verified, verify
from ledger.record.canonical import encode
from ledger.signing.keys import Ed25519Signer
from tests.makers import PRODUCER, TRUST, MemoryLog, batch, example_log, release, seed, shard

Place = tuple[str | int, ...]


def believed(data: bytes, trust: Trust = TRUST) -> Verified | None:
    """Return what the bytes prove, None if they prove nothing; no other error may come out."""
    try:
        return verify(Evidence.from_bytes(data), trust)
    except LedgerError:
        return None


def check_true(verified: Verified, log: MemoryLog) -> None:
    """Check that everything `verified` says is so in `log`: the whole promise of a verifier."""
    tree = verified.checkpoint.checkpoint
    assert (tree.origin, tree.size, tree.root) == (log.origin, log.size, log.tiles.edge.root())
    assert len(verified.checkpoint.cosigned) == 2
    for record in verified.records:
        signed = log.batches[record.id.index]
        true = signed.records[record.id.position].record
        assert record.kind == signed.batch.kind
        assert f"\u2014 {record.producer} ".encode() in signed.note
        for name, value in record.fields.items():
            assert value == true.fields[name]
        if record.record is not None:
            assert record.record == true


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield the place of every value below `value`."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        yield (*at, name)
        if isinstance(item, dict | list):
            yield from places(item, (*at, name))


def get(value: Any, place: Place) -> Any:
    """Return what is at `place`."""
    for name in place:
        value = value[name]
    return value


def put(value: Any, place: Place, new: Any) -> None:
    """Put `new` at `place`."""
    get(value, place[:-1])[place[-1]] = new


def other_log() -> MemoryLog:
    """Return another log, that the trust of the tests does not know."""
    log = MemoryLog(origin="other.example/log", signer=Ed25519Signer("other.example/log", seed(9)))
    log.append(
        *example_log().batches[:1],
        batch(PRODUCER, "shard", [shard(n) for n in range(30, 35)], origin="other.example/log"),
        batch(PRODUCER, "release", [release("Other")], origin="other.example/log"),
    )
    return log


class Mutator:
    """Changes one evidence file at random, the same way for the same seed.

    Args:
        data: The file.
        donors: Other files, of other logs or other times, to take parts from.
        number: The seed.
    """

    def __init__(self, data: bytes, donors: list[bytes], number: int) -> None:
        self._data = data
        self._donors = donors
        self._random = random.Random(number)

    def bytes_changed(self) -> bytes:
        """Return the file with bytes changed, cut out, put in or moved."""
        pick = self._random
        changed = bytearray(self._data)
        for _ in range(pick.choice((1, 1, 1, 2, 8))):
            lo = pick.randrange(len(changed))
            hi = min(len(changed), lo + pick.choice((1, 1, 2, 40)))
            how = pick.randrange(5)
            if how == 0:
                changed[lo] ^= pick.randrange(1, 256)
            elif how == 1:
                del changed[lo:hi]
            elif how == 2:
                changed[lo:lo] = pick.randbytes(hi - lo)
            elif how == 3:
                changed[lo:lo] = changed[lo:hi]
            else:
                donor = pick.choice(self._donors)
                changed[lo:hi] = donor[lo:hi]
        return bytes(changed)

    def value_changed(self) -> bytes:
        """Return the file with one value changed, and written again in its one spelling."""
        value = json.loads(self._data)
        place = self._random.choice(list(places(value)))
        old = get(value, place)
        put(value, place, self._changed(old))
        return _written(value)

    def parts_moved(self) -> bytes:
        """Return the file with a value from elsewhere, or from a donor, in another's place."""
        value = json.loads(self._data)
        donor = json.loads(self._random.choice([self._data, *self._donors]))
        place = self._random.choice(list(places(value)))
        kind = type(get(value, place))
        alike = [one for one in places(donor) if type(get(donor, one)) is kind]
        same_name = [one for one in alike if one[-1] == place[-1]]
        if self._random.random() < 0.1:
            same_name = alike
        if same_name:
            put(value, place, get(donor, self._random.choice(same_name)))
        return _written(value)

    def parts_removed(self) -> bytes:
        """Return the file with something left out. What is left may well be true."""
        value = json.loads(self._data)
        place = self._random.choice(list(places(value)))
        holder = get(value, place[:-1])
        del holder[place[-1]]
        return _written(value)

    def _changed(self, old: Any) -> Any:
        pick = self._random
        if isinstance(old, bool):
            return not old
        if isinstance(old, int):
            return pick.choice((old + 1, old - 1, 0, -1, 2**53 - 1, old ^ 1, str(old), [old]))
        if isinstance(old, str):
            return pick.choice((_flip_text, _flip_base64, _swap_case, _more, _less))(old, pick)
        if isinstance(old, list):
            changes: list[Any] = [[*old, *old[-1:]], old[::-1], [], [*old, ""], {}, ""]
            return pick.choice(changes)
        return pick.choice(({**old, "more": 1}, {}, [], [old], ""))


Change = Callable[[str, random.Random], Any]


def _flip_text(old: str, pick: random.Random) -> str:
    if not old:
        return "x"
    at = pick.randrange(len(old))
    return old[:at] + chr(ord(old[at]) ^ pick.choice((1, 2, 4, 8, 16))) + old[at + 1 :]


def _flip_base64(old: str, pick: random.Random) -> str:
    """Flip a bit of the last word, if it is base64: a hash, a salt, a signature."""
    head, space, word = old.rstrip("\n").rpartition(" ")
    try:
        data = bytearray(base64.b64decode(word, validate=True))
    except ValueError:
        return _flip_text(old, pick)
    if not data:
        return "AAAA"
    data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
    return head + space + base64.b64encode(data).decode() + old[len(old.rstrip("\n")) :]


def _swap_case(old: str, _: random.Random) -> str:
    return old.swapcase()


def _more(old: str, pick: random.Random) -> str:
    return old + pick.choice(("x", "\n", " ", "=", old))


def _less(old: str, pick: random.Random) -> Any:
    return pick.choice((old[:-1], old[1:], "", 0, []))


def _written(value: Any) -> bytes:
    """Return the canonical file of a value; of one that has none, JSON that must be refused."""
    try:
        return encode(value) + b"\n"
    except LedgerError:
        return json.dumps(value).encode() + b"\n"
