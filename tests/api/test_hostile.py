"""Hostile bodies: whatever is sent, the answer is a verdict or a problem, and never a fault."""

import random
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from ledger.record.submission import encode_submission
from tests.api.world import RELEASE, SHARD, World, release, shard, signed

BODIES = 300
FRAGMENTS = [
    b"null",
    b"1e999",
    b"-0",
    b"9" * 5000,
    b'"\\ud800"',
    b"\xff\xfe",
    b"\0",
    b"[" * 2000,
    b'{"a":' * 500,
    b"</script>",
    b'{"checkpoint":',
    b"<!doctype html>\n",
    b'{"@context":',
    b"\n\n",
    "\N{EM DASH} x AAAA".encode(),
    b"true",
    b"NaN",
    b'""',
    b"{}",
    b"[]",
]


def hostile(seeds: list[bytes], number: int) -> Iterator[bytes]:
    """Yield mutations of good bodies: bits flipped, parts cut or doubled, fragments put in."""
    chance = random.Random(number)
    moves: list[Callable[[bytearray], None]] = [
        lambda data: data.__setitem__(chance.randrange(len(data)), chance.randrange(256)),
        lambda data: data.__delitem__(slice(at := chance.randrange(len(data)), at + 9)),
        lambda data: data.__setitem__(
            slice(at := chance.randrange(len(data)), at), chance.choice(FRAGMENTS)
        ),
        lambda data: data.__setitem__(
            slice(at := chance.randrange(len(data)), at + 30), chance.choice(FRAGMENTS)
        ),
        lambda data: data.__delitem__(slice(chance.randrange(1, len(data)), None)),
        lambda data: data.extend(data[chance.randrange(len(data)) :]),
        lambda data: digits(data, chance),
    ]
    for _ in range(number):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 5)):
            if data:
                chance.choice(moves)(data)
        yield bytes(data)


def digits(data: bytearray, chance: random.Random) -> None:
    """Replace a number by one that is too large, negative, or none."""
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if places:
        at = chance.choice(places)
        data[at : at + 1] = chance.choice(
            [b"-1", b"99999999999999999999", b"1.5", b"x", b"", b"00"]
        )


def test_hostile_files_get_a_verdict(client: TestClient, world: World) -> None:
    good = [world.evidence(SHARD, RELEASE), world.documents["2.html"], world.documents["2.jsonld"]]
    verdicts = set()
    for data in hostile(good, BODIES):
        response = client.post("/api/v1/verify", content=data)
        assert response.status_code == 200, data
        if data not in good:
            verdicts.add(response.json()["verdict"])
    assert "verified" not in verdicts


def test_hostile_submissions_get_a_problem(writer: TestClient, copy: World) -> None:
    good = [
        encode_submission(signed(shard("d.txt"), shard("e.txt"))),
        encode_submission(signed(release("example-2"))),
    ]
    for data in hostile(good, BODIES):
        response = writer.post("/api/v1/batches", content=data)
        assert data in good or response.status_code in (403, 422), (response.text, data)
        assert response.status_code < 500
    assert copy.log.store.head().size == 5


@pytest.mark.parametrize("path", ["/api/v1/verify", "/api/v1/batches"])
@pytest.mark.parametrize("fragment", FRAGMENTS, ids=range(len(FRAGMENTS)))
def test_a_fragment_alone_is_refused(writer: TestClient, path: str, fragment: bytes) -> None:
    response = writer.post(path, content=fragment)
    assert response.status_code in (200, 422)
    assert response.json().get("verdict") != "verified"
