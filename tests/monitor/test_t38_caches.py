"""Threat T38: a cache that hands out the answer to another question."""

from itertools import combinations
from pathlib import Path

from ledger.log.web import Answer
from tests.monitor.published import PublishedLog, small_log
from tests.monitor.watching import Watch


def asked_for(log: PublishedLog, folder: Path) -> list[str]:
    """Return the paths that a first look asks for."""
    paths: list[str] = []

    def ask(method: str, url: str, **_: object) -> Answer:
        paths.append(url.removeprefix("http://log.example/0"))
        return log.respond(paths[-1])

    assert Watch(folder)(ask).exit_code == 0
    return paths


def test_t38_no_two_answers_can_be_swapped(tmp_path: Path) -> None:
    log = small_log(600)
    paths = asked_for(log, tmp_path)
    assert len(set(paths)) == len(paths) >= 8
    assert not any("?" in path for path in paths)
    for number, (one, other) in enumerate(combinations(paths, 2)):
        swapped = {one: log.respond(other), other: log.respond(one)}

        def ask(method: str, url: str, swapped: dict[str, Answer] = swapped, **_: object) -> Answer:
            path = url.removeprefix("http://log.example/0")
            return swapped.get(path) or log.respond(path)

        look = Watch(tmp_path / str(number))(ask)
        assert look.exit_code in (1, 3), (one, other)
        assert look.checked < 600, (one, other)
