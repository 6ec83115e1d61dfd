"""`ledger keys` as people type it: what it prints, what it refuses, and what it asks for."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.prepared import Shell, command, python_path

META = ("--set", "dataset.name=d", "--set", "source.category=other")


def keys(shell: Shell) -> list[tuple[str, str]]:
    return [(one["role"], one["file"]) for one in shell("keys", "list", "--json").json]


def test_json_in_front_and_behind_the_action(shell: Shell) -> None:
    assert shell("keys", "--json", "list").json == shell("keys", "list", "--json").json
    assert shell("keys", "export", "producer", "--json").json["vkey"].count("+") >= 2


def test_a_key_by_its_life(shell: Shell) -> None:
    made = shell("keys", "add", "gpu", "--role", "producer", "--json").json
    assert (made["entry"], made["role"], made["since"], made["is_new"]) == (5, "producer", 5, True)
    again = shell("keys", "add", "gpu", "--role", "producer")
    assert (again.code, "was registered before, entry 5" in again.out) == (0, True)
    rotated = shell("keys", "rotate", "gpu", "--reason", "yearly", "--json").json
    assert (rotated["entry"], rotated["since"]) == (6, 6)
    revoked = shell("keys", "revoke", made["key"], "--from", "5", "--reason", "stolen", "--json")
    assert revoked.json["until"] == 5
    listed = {one["key"]: one for one in shell("keys", "list", "--json").json}
    old, new = listed[made["key"]], listed[rotated["key"]]
    assert {name: old[name] for name in ("since", "until", "rotated", "revoked")} == {
        "since": 5,
        "until": 5,
        "rotated": 6,
        "revoked": 7,
    }
    assert (old["successor"], new["file"], "until" in new) == (new["vkey"], "gpu.key", False)
    shown = shell("keys", "list").out
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "none" in shown
    assert shell("fsck").code == 0


def test_reasons_are_in_the_log(shell: Shell) -> None:
    shell("keys", "rotate", "producer", "--reason", "someone left")
    fields = shell("show", "5.0", "--json").out
    assert "someone left" in fields
    assert "tdl/key/v1" in fields


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add", "--role", "producer"], "a key needs a name"),
        (["add", "x"], "--role"),
        (["add", "x", "--role", "king"], "invalid choice"),
        (["add", "x", "--role", "log"], "is called log….key"),
        (["add", "log-x", "--role", "producer"], "would sign checkpoints"),
        (["add", "x", "--role", "producer", "--type", "ml-dsa-44"], "cosigns checkpoints"),
        (["add", "x", "--role", "producer", "--vkey", "nonsense"], "is not a vkey"),
        (["rotate", "nobody"], "there is no key file"),
        (["revoke", "nobody", "--reason", "x"], "registers no key 'nobody'"),
        (["revoke", "lab.example/cli/producer"], "--reason"),
        (["revoke", "lab.example/cli/producer", "--from", "-1", "--reason", "x"], "expected"),
        (["revoke", "lab.example/cli/root", "--reason", "x"], "is the root key in use"),
        (["passphrase", "producer"], "needs a new passphrase"),
        (["add", "x", "--role", "producer", "--root", "gone.key"], "there is no gone.key"),
        (["dance"], "invalid choice"),
        ([], "ACTION"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shell: Shell, words: list[str], reason: str
) -> None:
    before = keys(shell)
    files = sorted(path.name for path in (shell.folder / "ledger.d" / "keys").iterdir())
    ran = shell("keys", *words)
    assert ran.code == 2
    assert reason in " ".join(ran.err.split())
    assert keys(shell) == before
    left = sorted(path.name for path in (shell.folder / "ledger.d" / "keys").iterdir())
    assert [name for name in left if name not in files] == []


def test_an_index_that_cannot_be_is_refused_by_the_log(shell: Shell) -> None:
    ran = shell("keys", "revoke", "lab.example/cli/producer", "--from", "99", "--reason", "x")
    assert (ran.code, "from entry 99 on" in ran.err) == (1, True)


def test_a_revoked_key_says_so_when_it_is_used(shell: Shell) -> None:
    shell("keys", "revoke", "lab.example/cli/producer", "--reason", "x")
    (shell.folder / "new.txt").write_text("new")
    ran = shell("add", "new.txt", *META)
    assert (ran.code, "no key file" in ran.err) == (2, True)
    (kept,) = (shell.folder / "ledger.d" / "keys").glob("producer.key.revoked-*")
    ran = shell("add", "new.txt", "--key", str(kept), *META)
    assert (ran.code, "revoked at entry 5" in ran.err) == (1, True)


def typed(folder: Path, answers: list[str], *words: str) -> tuple[int, str]:
    """Run `ledger` at a terminal, and type these lines when it asks; return code and screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*words),
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONPATH": python_path(), "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = b""
    waiting = list(answers)
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        screen += part
        if screen.endswith(b": "):
            # Asked once more than expected, it hears that nobody is there.
            os.write(ours, waiting.pop(0).encode() + b"\n" if waiting else b"\x04")
            screen += b"\n"
    os.close(ours)
    return process.wait(), screen.decode()


def test_passphrases_are_asked_for_at_a_terminal_and_not_shown(shell: Shell) -> None:
    folder = shell.folder
    root = "ledger.d/keys/root.key"
    code, screen = typed(folder, ["sesame-1", "sesame-2"], "keys", "passphrase", root)
    assert (code, "the two are not the same" in screen) == (2, True), screen
    code, screen = typed(folder, ["sesame-1", "sesame-1"], "keys", "passphrase", root)
    assert (code, "closed with the new passphrase" in screen) == (0, True), screen
    words = ("keys", "add", "a", "--role", "producer")
    code, screen = typed(folder, ["wrong"], *words)
    assert (code, "is not the passphrase of the key" in screen) == (2, True), screen
    code, screen = typed(folder, ["sesame-1"], *words)
    assert (code, "producer key registered, entry 5" in screen) == (0, True), screen
    assert "sesame" not in screen
    code, screen = typed(folder, [], *words)
    assert (code, "nothing was typed" in screen) == (2, True), screen
    code, screen = typed(folder, [""], "keys", "passphrase", "a")
    assert (code, "closes nothing" in screen) == (2, True), screen
