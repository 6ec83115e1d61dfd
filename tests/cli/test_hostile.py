"""Whatever is typed: a message and an exit code of the contract, never a traceback."""

import os
from pathlib import Path

import pytest

from tests.cli.prepared import Shell, command, python_path, spawn

META = ("--set", "dataset.name=x", "--set", "source.category=other")
PAGE = Path(__file__).with_name("hostile_lines.txt").read_text(encoding="utf-8")
LINES = [line.encode().decode("unicode_escape") for line in PAGE.split("\n")[2:-1]]
LINES.append("x" * 70_000)


@pytest.fixture
def with_evidence(shell: Shell) -> Shell:
    assert shell("prove", "1.0", "--out", "e.json").code == 0
    return shell


def words_of(line: str) -> list[str]:
    line = line.replace("{e}", "e.json").replace("{s}", "summary.html")
    words = ["" if word == "''" else word.strip("'") for word in line.split(" ") if word]
    return [part for word in words for part in (META if word == "M" else (word,))]


def test_no_line_ends_in_a_traceback(with_evidence: Shell) -> None:
    assert len(LINES) >= 150
    for line in LINES:
        ran = with_evidence(*words_of(line))
        assert ran.code in range(6), line
        assert "Traceback" not in ran.out + ran.err, line
        assert "\x1b" not in ran.out + ran.err, line
        if ran.code not in (0, 1, 3, 4):
            told = "ledger: " in f"\n{ran.err}" or "usage: " in ran.out
            assert told or "--json" in line, (line, ran.err)
    # And through all of it the ledger stayed whole, and so did the environment.
    assert "LEDGER_HOME" not in os.environ
    assert with_evidence("fsck").code == 0


def test_an_error_under_json_is_json(shell: Shell) -> None:
    ran = shell("show", "9.9", "--json")
    assert (ran.code, ran.err) == (2, "")
    assert ran.json == {
        "error": "NotFoundError",
        "message": "there is no record 9.9",
        "hint": "ledger list",
        "exit_code": 2,
    }


def test_names_that_are_not_text_are_printed_and_recorded(empty: Shell) -> None:
    names = [b"new\nline.txt", b"caf\xe9.txt", b"\x1b[31mred.txt", "né.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(empty.folder) + b"/" + name)).write_bytes(name)
    assert empty("init").code == 0
    process = spawn("add", ".", *META, folder=empty.folder, env={"LC_ALL": "C"})
    out, err = process.communicate()
    assert (process.returncode, out[:17]) == (0, b"4 shards recorded"), err
    for words in (
        ("list", "--dataset", "x"),
        ("list", "--dataset", "x", "--json"),
        ("show", "1.1"),
    ):
        for env in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C.UTF-8"}):
            process = spawn(*words, folder=empty.folder, env=env)
            out, err = process.communicate()
            assert (process.returncode, err) == (0, b"")
            assert b"\x1b" not in out
    shown = empty("list", "--dataset", "x", "--json").json
    found = {record["fields"]["content"]["name"] for record in shown["records"]}
    assert found == {"new\nline.txt", "caf%E9.txt", "\x1b[31mred.txt", "né.txt"}


def test_a_name_that_is_not_utf8_fails_readably(empty: Shell) -> None:
    empty("init")
    process = spawn(b"add", b"gone-\xff\n", *META, folder=empty.folder)
    out, err = process.communicate()
    assert process.returncode == 2
    assert b"gone-\\xff\\x0a: No such file" in err
    assert out == b"0 shards recorded\n"


def test_a_reader_that_goes_away_is_no_error_to_speak_of(prepared: Path) -> None:
    import subprocess

    line = " ".join(f"'{word}'" for word in map(str, command("list", "--kind", "key", "--json")))
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": python_path()}
    run = subprocess.run(
        ["sh", "-c", f"{line} | true"], cwd=prepared, env=env, capture_output=True, check=True
    )
    assert (run.stdout, run.stderr) == (b"", b"")
