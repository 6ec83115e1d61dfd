"""Each verb: its text, its JSON, its exit codes, and what goes to which stream."""

import os
import pty
import shutil
import termios
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.output import Output, counted, printable, shortened, sized, table
from tests.cli.prepared import ORIGIN, RELEASE, Shell, command, python_path

META = ("--set", "dataset.name=more", "--set", "source.category=other")


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("init new", {"origin", "records", "keys", "tiles", "trust", "profile"}),
        (
            "add data --set dataset.name=x --set source.category=other",
            {"recorded", "bytes", "same", "entries", "failed", "skipped", "notes"},
        ),
        (
            "list",
            {"origin", "records", "entries", "datasets", "releases", "summaries", "corrected"},
        ),
        ("list --kind key", {"records"}),
        (
            "show 1.0",
            {
                *("id", "kind", "logged", "producer", "fields"),
                *("current", "newest", "history", "corrections"),
            },
        ),
        ("correct 1.0 --unset rights --reason r", {"action", "records", "same_content"}),
        ("withdraw 1.0 --reason r", {"action", "records", "same_content"}),
        ("erase 1.0 --reason r --yes", {"action", "records", "same_content"}),
        ("check demo-1 --corrections", {"release", "corrections"}),
        ("release create r --dataset books", {"id", "name", "training"}),
        ("check demo-1", {"release", "gaps", "lints", "due"}),
        (
            "check demo-1 --field 2.1.c",
            {"release", "field", "label", "answer", "gaps", "rests_on"},
        ),
        ("summary demo-1", {"id", "release", "version", "files", "gaps"}),
        ("prove 1.0", {"id", "file", "bytes", "shown"}),
        ("disclose 1.0 --fields source --out d", {"file", "records", "bytes", "shown"}),
        ("verify summary.html", {"trust", "files"}),
        ("fsck", {"origin", "clean", "size", "records", "root", "findings", "not_checked"}),
    ],
)
def test_json_is_one_value_with_these_members(shell: Shell, line: str, keys: set[str]) -> None:
    ran = shell(*line.split(), "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.json) == keys


@pytest.mark.parametrize(
    "line", ["summary demo-1", "prove 1.0", "verify summary.html", "release create r --dataset web"]
)
def test_talk_goes_to_standard_error_and_quiet_leaves_it_out(shell: Shell, line: str) -> None:
    ran = shell(*line.split())
    assert (ran.code, ran.err != "") == (0, True)
    assert "next:" not in ran.out
    assert shell(*line.split(), "--quiet").err == ""


class TestList:
    def test_pages_meet_without_gap_or_overlap(self, shell: Shell) -> None:
        seen: list[str] = []
        after: tuple[str, ...] = ()
        while True:
            page = shell("list", "--kind", "shard", "--limit", "2", "--json", *after).json
            seen += [one["id"] for one in page["records"]]
            if "next" not in page:
                break
            after = ("--after", page["next"])
        assert seen == ["1.0", "1.1", "1.2", "2.0", "2.1"]

    def test_a_last_page_that_is_full_has_no_next(self, shell: Shell) -> None:
        page = shell("list", "--dataset", "books", "--limit", "3", "--json").json
        assert (len(page["records"]), "next" in page) == (3, False)

    def test_many_datasets_are_cut_in_text_only(self, shell: Shell) -> None:
        ran = shell("list", "--limit", "1")
        assert "and 1 more dataset: --limit, or --json" in ran.out
        assert len(shell("list", "--limit", "1", "--json").json["datasets"]) == 2

    def test_no_line_is_wider_than_the_terminal(self, shell: Shell) -> None:
        deep = shell.folder / "data" / "books" / ("d" * 120) / ("e" * 120)
        deep.mkdir(parents=True)
        (deep / "f.txt").write_text("far down")
        assert shell("add", str(deep.parent), *META).code == 0
        for line in ("list --dataset more", "list", "list --kind key", "check demo-1"):
            assert max(map(len, shell(*line.split()).out.splitlines())) <= 80, line


def test_show_prints_a_training_set_with_record_ids(shell: Shell) -> None:
    ran = shell("show", "3.0")
    assert f"release 3.0  {RELEASE}" in ran.out
    assert "    lo: 1.0\n" in ran.out
    assert "    hi: 2.1\n" in ran.out
    assert "  datasets: books, web  (not in the record)\n" in ran.out
    told = shell("show", "3.0", "--json").json
    assert told["datasets"] == ["books", "web"]
    assert "selection" not in told["fields"]
    shown = shell("show", "4.0").out
    assert f"summary 4.0  {RELEASE}, version 1" in shown


def test_keys_list_names_roles_and_files(shell: Shell) -> None:
    found = shell("keys", "list", "--json").json
    assert [(one["role"], one["file"]) for one in found] == [
        ("root", "root.key"),
        ("producer", "producer.key"),
        ("log", "log.key"),
        ("log", "log-mldsa.key"),
    ]
    assert all(one["vkey"].startswith(ORIGIN) for one in found)


def test_check_says_so_when_nothing_is_missing_under_strict(shell: Shell) -> None:
    assert shell("check", RELEASE).code == 0
    assert shell("check", RELEASE, "--strict").code == 4
    gaps = shell("check", RELEASE, "--json").json["gaps"]
    assert all(set(gap) == {"field", "severity", "missing", "remedy"} for gap in gaps)


class TestVerify:
    def test_strict_turns_warnings_into_an_exit_code(self, shell: Shell) -> None:
        assert shell("verify", "summary.html").code == 0
        assert shell("verify", "summary.html", "--strict").code == 4

    def test_steps_are_printed_on_request(self, shell: Shell) -> None:
        assert "5 Document" not in shell("verify", "summary.jsonld").out
        assert "5 Document" in shell("verify", "summary.jsonld", "--steps").out

    def test_the_worst_verdict_counts(self, shell: Shell) -> None:
        shell("prove", "1.0", "--out", "e.json")
        assert shell("verify", "data/books/b-0.txt").code == 3
        assert shell("verify", "e.json", "data/books/b-0.txt").code == 0
        assert shell("verify", "e.json", "data/books/b-0.txt", "data/web").code == 1

    def test_of_a_large_folder_only_what_fails_is_listed(self, shell: Shell) -> None:
        for number in range(40):
            (shell.folder / "data" / "web" / f"x-{number:02}.txt").write_text(f"number {number}\n")
        shell("add", "data/web", *META)
        shell("disclose", "--dataset", "more", "--fields", "content", "--out", "e.json")
        ran = shell("verify", "e.json", "data/web")
        assert ran.code == 0
        assert "42 files of 42 proved by the evidence" in ran.out
        assert "x-07.txt: verified" not in ran.out
        (shell.folder / "data" / "web" / "x-07.txt").write_text("another\n")
        ran = shell("verify", "e.json", "data/web")
        assert ran.code == 1
        assert "✗ data/web/x-07.txt: not verified" in ran.out
        assert "41 files of 42 proved by the evidence" in ran.out

    def test_the_trust_file_comes_from_the_variable(
        self, prepared: Path, empty: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LEDGER_TRUST", str(prepared / "ledger.d" / "trust.policy"))
        assert empty("verify", str(prepared / "summary.html")).code == 0


def test_fsck_names_what_was_changed_and_what_to_do(shell: Shell) -> None:
    from tests.databases import tamper

    url = f"sqlite:///{shell.folder / 'ledger.db'}"
    tamper(
        url,
        "UPDATE sealed_record SET fields = REPLACE(fields, 'b-0', 'b-9') "
        "WHERE log_index = 1 AND position = 0",
    )
    ran = shell("fsck")
    assert ran.code == 1
    assert "✗" in ran.out
    report: Any = shell("fsck", "--json").json
    assert report["clean"] is False
    assert all(finding["remedy"] for finding in report["findings"])


def test_the_demo_replaces_only_what_a_demo_made(empty: Shell) -> None:
    (empty.folder / "mine").mkdir()
    (empty.folder / "mine" / "thesis.txt").write_text("years of work")
    ran = empty("demo", "--out", "mine")
    assert (ran.code, "no demo made it" in ran.err) == (2, True)
    assert (empty.folder / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_bar_is_shown_on_a_terminal_and_goes_away(prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(prepared, folder)
    words = list(map(os.fsdecode, command("add", "data", *META)))
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child
        termios.tcsetwinsize(0, (24, 80))
        os.chdir(folder)
        os.execve(words[0], words, {"PYTHONPATH": python_path(), "TERM": "xterm"})
    seen = b""
    try:
        while chunk := os.read(terminal, 4_096):
            seen += chunk
    except OSError:  # how a pseudo-terminal says that its other end was closed
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"5 shards recorded" in seen.splitlines()[-1]
    assert b"0.00/252" in seen, seen


class TestOutput:
    def test_what_would_move_the_cursor_is_shown(self) -> None:
        assert printable("a\x1b[2Jb\nc") == "a\\x1b[2Jb\\x0ac"
        assert printable("caf\udce9") == "caf\\xe9"
        assert printable("a\u202eb") == "a\\u202eb"
        assert printable("5\xa0records, é, ✓") == "5\xa0records, é, ✓"

    def test_what_is_long_loses_its_middle(self) -> None:
        assert shortened("abcdefghij", 10) == "abcdefghij"
        assert shortened("abcdefghijk", 10) == "abcd…ghijk"
        assert len(shortened("x" * 1_000, 33)) == 33

    def test_numbers_read_well(self) -> None:
        assert counted(1, "file") == "1 file"
        assert counted(0, "file") == "0 files"
        assert counted(2_311, "entry", "entries") == "2,311 entries"
        assert [sized(n) for n in (0, 999, 1_000, 4_100_000, 10**15)] == [
            *("0 B", "999 B", "1.0 kB", "4.1 MB"),
            "1000.0 TB",
        ]

    def test_tables_align(self) -> None:
        assert table([]) == ""
        assert table([("a", "1"), ("bcd", "20")], right=frozenset({1})) == "a     1\nbcd  20"

    def test_a_message_begins_on_its_first_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        Output().warn("/" + "x" * 200 + " is long\nand has lines", "a way out")
        lines = capsys.readouterr().err.splitlines()
        assert lines[0].startswith("ledger: /xxx")
        assert lines[-2:] == ["        and has lines", "        try: a way out"]
