"""`ledger verify` on a summary's statement: what it says, what it leaves open, what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.prepared import Ran, Shell

TRUST = ("--trust", "ledger.d/trust.policy")


def publish(shell: Shell, mode: str) -> Path:
    """Publish a summary whose statement is published in a mode; return its page."""
    (shell.folder / "ledger.d" / "provider.yaml").write_text(
        f"publication:\n  audit: {mode}\nshow:\n  sizes: figures\n", encoding="utf-8"
    )
    ran = shell("summary", "demo-1", "--to", "html", "--out", mode)
    assert ran.code == 0, ran.err
    (page,) = (shell.folder / mode).glob("*.html")
    return page


def told(ran: Ran) -> dict[str, Any]:
    """Return step 7, as JSON has it."""
    (found,) = ran.json["files"]
    return dict(found["steps"][6])


def test_the_words_promise_no_more_than_was_checked(shell: Shell) -> None:
    sealed = told(shell("verify", "summary.html", *TRUST, "--json"))
    assert sealed["name"] == "Statement"
    assert "sealed" in sealed["means"]
    page = publish(shell, "sections")
    shown = told(shell("verify", str(page), *TRUST, "--json"))
    assert "committed and consistent" in shown["means"]
    assert "figures follow" in shown["computed"]
    ran = shell("verify", str(page), *TRUST, "--steps")
    assert ran.code == 0
    assert "correct" not in ran.out
    assert "ledger audit challenge" in ran.out


def test_all_leaves_are_added_up_again(shell: Shell) -> None:
    page = publish(shell, "counters")
    (leaves,) = page.parent.glob("*leaves.jsonl")
    ran = shell("verify", str(page), *TRUST, "--leaves", str(leaves), "--steps")
    assert ran.code == 0, ran.out
    assert "8 Leaves" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("what", "code", "problem"),
    [
        ("another line", 1, "have the totals"),
        ("not there", 2, "cannot be read"),
        ("no leaves", 1, "names its section"),
        ("other order", 1, "does not come after"),
    ],
)
def test_leaves_that_are_not_the_statements(
    shell: Shell, what: str, code: int, problem: str
) -> None:
    page = publish(shell, "counters")
    (leaves,) = page.parent.glob("*leaves.jsonl")
    lines = leaves.read_bytes().splitlines(keepends=True)
    if what == "another line":
        leaves.write_bytes(b"".join(lines[:-1]))
    elif what == "not there":
        leaves.unlink()
    elif what == "no leaves":
        leaves.write_bytes(b"{}\n")
    else:
        leaves.write_bytes(b"".join(reversed(lines)))
    ran = shell("verify", str(page), *TRUST, "--leaves", str(leaves))
    assert ran.code == code
    assert problem in " ".join((ran.out + ran.err).split())


def test_leaves_of_a_summary_that_publishes_none(shell: Shell) -> None:
    ran = shell("verify", "summary.html", *TRUST, "--leaves", "summary.html")
    assert ran.code == 3
    assert "publishes no totals" in " ".join(ran.out.split())
