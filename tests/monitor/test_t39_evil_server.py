"""Threats T38 and T39: no server fools us, and each lie gets an error of its own."""

from pathlib import Path

import pytest

from ledger.monitor.state import State
from tests.cli.prepared import Shell
from tests.makers import TRUST_TEXT
from tests.monitor.lied_to import Answered, hear
from tests.monitor.lies import LIES, SEEN, Lie, honest, telling

GOAL = 40


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    """What was said to each lie."""
    return {lie.name: hear(lie, tmp_path_factory.mktemp("lie")) for lie in LIES}


def test_t39_every_lie_has_an_error_of_its_own(heard: dict[str, Answered]) -> None:
    assert len(heard) == len(LIES) >= GOAL
    said: dict[str, list[str]] = {}
    for name, answered in heard.items():
        said.setdefault(answered.error, []).append(name)
    assert [names for names in said.values() if len(names) > 1] == []


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: str(lie.name))
def test_t39_nothing_false_is_kept(lie: Lie, heard: dict[str, Answered]) -> None:
    found = heard[lie.name]
    if lie.to != "monitor":
        assert found.after == found.before
        return
    before, after = map(State.from_bytes, (found.before, found.after))
    assert (after.keys, after.summaries) == (before.keys, before.summaries)
    # An honest head may be kept, whatever is false below it; and a log's own bad entry is under it.
    assert after.checkpoint in {before.checkpoint, lie.head or honest(lie.size).signed}
    assert after.checked == (SEEN + 1 if lie.is_in_log else SEEN)


@pytest.mark.parametrize(
    "lie",
    [lie for lie in LIES if lie.to == "monitor" and lie.seconds > 1],
    ids=lambda lie: str(lie.name),
)
def test_t39_the_command_says_so_without_a_traceback(lie: Lie, empty: Shell) -> None:
    Path("trust.policy").write_text(TRUST_TEXT)
    with telling(lie) as url:
        words = ("--state", "state.json", "--trust", "trust.policy", "--max-age", "9999d", "--once")
        ran = empty("monitor", url, *words)
    # A first look cannot know that a tree is another one, or an old one.
    looks_honest = lie.name in {"smaller", "larger-and-other", "frozen"}
    assert ran.code in ((0, 4) if looks_honest else (1, 3, 5)), ran
    assert "Traceback" not in ran.out + ran.err
