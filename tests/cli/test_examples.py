"""Each --help ends with an example, and each example works; the pages know the same verbs."""

import argparse
import re
import shlex
import signal
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

import pytest

from ledger.cli.main import USAGE_EXAMPLE, VERBS, parser_of
from tests.cli.prepared import ORIGIN, Shell, spawn

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
EXAMPLES = {verb: import_module(f"ledger.cli.{verb}").EXAMPLE for verb in VERBS}


@pytest.mark.parametrize("verb", VERBS)
def test_help_ends_with_the_example(verb: str, empty: Shell) -> None:
    ran = empty(verb, "--help")
    assert ran.code == 0
    assert ran.out.rstrip().endswith(f"example:\n  {EXAMPLES[verb]}")
    assert EXAMPLES[verb].startswith(f"ledger {verb}")


def test_the_overview_ends_with_an_example(empty: Shell) -> None:
    ran = empty("--help")
    assert ran.code == 0
    assert ran.out.rstrip().endswith(USAGE_EXAMPLE)
    assert all(f"  {verb} " in ran.out for verb in VERBS)


@pytest.mark.parametrize(
    "verb", sorted(VERBS.keys() - {"init", "demo", "serve", "restore", "monitor", "timestamp"})
)
def test_the_example_works(verb: str, shell: Shell) -> None:
    ran = shell(*shlex.split(EXAMPLES[verb])[1:])
    assert (ran.code, ran.out != "") == (0, True), ran.err


def test_the_example_of_init_works(empty: Shell) -> None:
    assert empty(*shlex.split(EXAMPLES["init"])[1:]).code == 0


def test_the_example_of_restore_works(shell: Shell) -> None:
    assert shell("backup", "backup").code == 0
    ran = shell(*shlex.split(EXAMPLES["restore"])[1:], "--json")
    assert (ran.code, ran.json["missing"]) == (0, [])
    assert shell("fsck", "--ledger", "restored", "--json").json["root"] == ran.json["root"]


def test_the_example_of_demo_works(empty: Shell) -> None:
    ran = empty(*shlex.split(EXAMPLES["demo"])[1:], "--json")
    assert ran.code == 0, ran.err
    story = ran.json
    assert story["caught"] is True
    assert story["failed_step"] == 5
    assert story["again"] == 0
    assert story["shards"] > 500
    assert all((empty.folder / path).exists() for path in [*story["files"], story["tampered"]])
    # What it proposes to try next works, too.
    tried = empty("show", story["synthetic"], "--ledger", story["folder"])
    assert "ledger-demo-markov-1" in tried.out
    assert empty("verify", story["files"][0], "--ledger", story["folder"]).code == 0
    assert empty("verify", story["tampered"], "--ledger", story["folder"]).code == 1
    assert empty("fsck", "--ledger", story["folder"]).code == 0


def test_the_example_of_serve_works(prepared: Path) -> None:
    words = shlex.split(EXAMPLES["serve"].replace("8080", "0"))[1:]
    process = spawn(*words, folder=prepared)
    assert process.stderr is not None
    greeting = process.stderr.readline().decode()
    address = re.search(r"http://\S+/", greeting)
    assert address, greeting + process.stderr.read().decode()
    with urlopen(f"{address[0]}checkpoint") as answer:
        assert answer.read().startswith(ORIGIN.encode())
    process.send_signal(signal.SIGINT)
    assert (process.communicate()[1], process.returncode) == (b"", 0)


def test_the_example_of_monitor_works(shell: Shell) -> None:
    process = spawn("serve", "--port", "0", folder=shell.folder)
    assert process.stderr is not None
    address = re.search(r"http://[^/]+", process.stderr.readline().decode())
    assert address
    ran = shell(*shlex.split(EXAMPLES["monitor"].replace("http://127.0.0.1:8080", address[0]))[1:])
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert ran.code == 0, ran
    assert f"{ORIGIN}: consistent; size 5, 5 entries judged" in ran.out


def test_every_verb_has_its_section_and_every_section_its_verb() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^## ledger (\w+)$", text, re.MULTILINE) == list(VERBS)


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from options_of(inner)


@pytest.mark.parametrize("verb", VERBS)
def test_the_section_names_every_option_and_the_example(verb: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = text.split(f"\n## ledger {verb}\n")[1].split("\n## ")[0]
    common = {"--help", "--json", "--quiet", "--ledger"}
    options = {option for option in options_of(parser_of(verb)[0]) if "--" in option}
    prose = re.sub(r"^```.*?^```", "", section, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"--[a-z0-9][a-z0-9-]*", prose))
    assert options - common <= named <= options
    assert EXAMPLES[verb] in section
