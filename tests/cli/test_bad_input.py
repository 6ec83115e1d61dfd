"""What goes wrong with files, folders and other processes: told clearly, nothing lost."""

import json
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from ledger.client.client import Ledger
from ledger.proof.evidence import MAX_SIZE
from tests.cli.prepared import Shell, spawn

META = ("--set", "dataset.name=many", "--set", "source.category=other")
KEYS = 4  # the records of entry 0: root, producer, and the two keys of the log


def many(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:05}.txt").write_text(f"shard {number}\n")


def test_the_unreadable_among_thousands_are_listed_and_the_rest_is_recorded(empty: Shell) -> None:
    many(empty.folder / "many", 2_500)
    (empty.folder / "many" / "00007.link").symlink_to("nowhere")
    os.mkfifo(empty.folder / "many" / "01200.pipe")
    empty("init")
    ran = empty("add", "many", "gone.txt", *META)
    assert ran.code == 2
    assert ran.out.startswith("2,500 shards recorded, ")
    assert "3 files could not be recorded; the rest is" in ran.err
    assert "many/00007.link: a link to 'nowhere', which does not exist" in ran.err
    assert "many/01200.pipe: a named pipe, expected a regular file" in ran.err
    assert "gone.txt: No such file or directory" in ran.err
    again = empty("add", "many", *META, "--json").json
    assert (again["recorded"], again["same"], len(again["failed"])) == (0, 2_500, 2)
    assert empty("fsck").code == 0


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("datset.name=x", "did you mean 'dataset'?"),
        ("source.categry=x", "did you mean 'category'?"),
        ("source.category=crawl", "did you mean 'crawled'?"),
        ("measures.tokens=1.5", "1.5"),
        ("measures.tokens=9007199254740992", "2^53"),
        ("measures.documents=-1", "-1"),
        ('generator=[{"provider":null}]', "null"),
        ("source.category=synthetic", "generator is missing"),
    ],
)
def test_a_wrong_field_is_refused_before_anything_is_written(
    shell: Shell, setting: str, said: str
) -> None:
    before = shell("list", "--json").out
    ran = shell("add", "data", *META, "--set", setting)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert shell("list", "--json").out == before


def test_a_synthetic_shard_may_say_that_its_generator_is_unknown(shell: Shell) -> None:
    words = ("--set", "source.category=synthetic", "--set", "generator=unknown")
    assert shell("add", "data/web", "--set", "dataset.name=made", *words).code == 0


def test_measures_that_contradict_the_bytes_fail_for_that_file(shell: Shell) -> None:
    (shell.folder / "m.csv").write_text("pattern,content.size\nb-0.txt,7\n")
    ran = shell("add", "data/books", *META, "--manifest", "m.csv")
    assert ran.code == 2
    assert ran.out.startswith("2 shards recorded, ")
    assert "b-0.txt" in ran.err
    assert "7" in ran.err


def test_a_file_that_grows_while_it_is_read_fails_and_the_rest_is_recorded(shell: Shell) -> None:
    growing = shell.folder / "data" / "books" / "b-1.txt"
    growing.write_bytes(b"x" * (3 << 20))

    class Grow:
        """A Progress that writes into a file as soon as something was read."""

        def begin(self, *, files: int, size: int) -> None:
            pass

        def advance(self, *, files: int, size: int) -> None:
            with growing.open("ab") as file:
                file.write(b"more")

    with Ledger.open(shell.folder) as ledger:
        report = ledger.add(
            [shell.folder / "data" / "books"],
            set=["dataset.name=g", "source.category=other"],
            progress=Grow(),
        )
    assert report.recorded + len(report.failed) == 3
    for failed in report.failed:
        assert failed.path == str(growing)
        assert failed.reason.startswith("changed while it was read")


def test_a_manifest_that_matches_nothing_records_nothing(shell: Shell) -> None:
    (shell.folder / "m.csv").write_text("pattern,dataset.name,source.category\n*.parquet,x,other\n")
    before = shell("list", "--json").out
    ran = shell("add", "data/books", "--manifest", "m.csv", *META)
    assert ran.code == 2
    assert "matches none of the 3 files" in " ".join(ran.err.split())
    assert shell("list", "--json").out == before


def test_an_empty_folder_holds_no_files(shell: Shell) -> None:
    (shell.folder / "nothing").mkdir()
    ran = shell("add", "nothing", *META)
    assert (ran.code, ran.out) == (2, "")
    assert "nothing holds no files" in ran.err


@pytest.mark.parametrize("verb", ["add data", "list", "show 1.0", "check x", "fsck", "keys list"])
def test_where_no_ledger_is_the_way_to_one_is_told(empty: Shell, verb: str) -> None:
    ran = empty(*verb.split())
    assert ran.code == 2
    assert "there is no ledger here or in a folder above" in ran.err
    assert "try: ledger init" in ran.err


def test_a_locked_database_is_a_storage_error_and_the_next_run_works(shell: Shell) -> None:
    other = sqlite3.connect(shell.folder / "ledger.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        ran = shell("add", "data", *META)
    finally:
        other.close()
    assert ran.code == 5
    assert "locked" in ran.err or "busy" in ran.err
    assert ran.out == ""
    assert shell("add", "data", *META).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url = 3\n", "must set url and origin"),
        ("url = [", "cannot be read"),
        ('url = "sqlite:///ledger.db"\n', "must set url and origin"),
        ('url = "sqlite:///ledger.db"\norigin = "a b"\n', "is not an origin"),
        ('url = "mysql://x/y"\norigin = "a"\n', "is no database that we know"),
        ('url = "gone.db"\norigin = "a"\n', "there is no ledger database"),
        ('url = "summary.html"\norigin = "a"\n', "summary.html"),
    ],
)
def test_a_broken_configuration_is_named(shell: Shell, text: str, said: str) -> None:
    (shell.folder / "ledger.d" / "config.toml").write_text(text)
    ran = shell("list")
    assert ran.code in (2, 5)
    assert said in " ".join(ran.err.split())


def test_a_key_that_others_can_read_signs_nothing(shell: Shell) -> None:
    key = shell.folder / "ledger.d" / "keys" / "producer.key"
    key.chmod(0o644)
    ran = shell("add", "data", *META)
    assert ran.code == 2
    assert f"try: chmod 600 {key}" in ran.err
    key.chmod(0o600)
    assert shell("add", "data", *META).code == 0


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda data: data[:-40], 1, "reading it"),
        (lambda data: data[: len(data) // 2], 1, "reading it"),
        (lambda data: data + b" ", 1, "reading it"),
        (lambda data: data + b" " * MAX_SIZE, 1, "at most"),
        (lambda data: data.replace(b"lab.example/cli", b"lab.example/cly"), 3, "signed by no log"),
        (lambda data: data.replace(b"tdl/evidence/v1", b"tdl/evidence/v2"), 1, ""),
    ],
)
def test_evidence_that_was_changed_does_not_verify(shell: Shell, change, code, said) -> None:  # type: ignore[no-untyped-def]
    shell("prove", "1.0", "--out", "e.json")
    path = shell.folder / "e.json"
    changed = change(path.read_bytes())
    assert changed != path.read_bytes()
    path.write_bytes(changed)
    ran = shell("verify", "e.json")
    assert ran.code == code, ran.out
    assert said in " ".join(ran.out.split())


def test_evidence_of_another_log_cannot_be_judged(shell: Shell) -> None:
    with Ledger.create(shell.folder / "other", origin="other.example/log") as other:
        other.prove("0.0").to_bytes()
        (shell.folder / "o.json").write_bytes(other.prove("0.0").to_bytes())
    ran = shell("verify", "o.json")
    assert ran.code == 3
    assert "other.example/log" in ran.out


def test_no_trust_file_is_cannot_tell(prepared: Path, empty: Shell) -> None:
    ran = empty("verify", str(prepared / "summary.html"))
    assert ran.code == 3
    assert "--trust FILE" in ran.err


def test_a_folder_that_cannot_be_written_costs_no_record(shell: Shell) -> None:
    before = shell("list", "--json").out
    for out in ("summary.html", "summary.html/x"):
        ran = shell("summary", "demo-1", "--out", out)
        assert ran.code == 2
        assert "cannot be written" in ran.err
    assert shell("list", "--json").out == before


def test_a_release_never_shrinks(shell: Shell) -> None:
    before = shell("list", "--json").out
    ran = shell("release", "create", "demo-1", "--dataset", "books")
    assert ran.code == 2
    assert "a training set only grows" in " ".join(ran.err.split())
    ran = shell("release", "create", "demo-1", "--dataset", "bok")
    assert (ran.code, "did you mean 'books'?" in ran.err) == (2, True)
    assert shell("list", "--json").out == before


class TestInit:
    def test_a_second_one_is_refused_and_harms_nothing(self, shell: Shell) -> None:
        ran = shell("init")
        assert ran.code == 2
        assert "there is a ledger in" in ran.err
        assert shell("fsck").code == 0

    def test_keys_without_a_configuration_are_kept(self, shell: Shell) -> None:
        (shell.folder / "ledger.d" / "config.toml").unlink()
        ran = shell("init")
        assert ran.code == 2
        assert (shell.folder / "ledger.d" / "keys" / "log.key").exists()
        assert (shell.folder / "ledger.db").exists()

    @pytest.mark.parametrize(
        "words",
        [
            ("new", "--url", "sqlite:////proc/none/x.db"),
            ("new", "--url", "postgresql://127.0.0.1:1/none"),
            ("new/deep/er", "--url", "sqlite:////proc/none/x.db"),
            ("file/new",),
            ("new", "--url", "sqlite:///taken"),
        ],
    )
    def test_one_that_fails_leaves_nothing(self, empty: Shell, words: tuple[str, ...]) -> None:
        (empty.folder / "file").write_text("")
        (empty.folder / "taken").mkdir()
        if "sqlite:///taken" in words:
            words = ("new", "--url", f"sqlite:///{empty.folder / 'taken'}")
        ran = empty("init", *words)
        assert ran.code in (2, 5), ran.err
        assert sorted(path.name for path in empty.folder.rglob("*")) == ["file", "taken"]

    def test_what_was_there_before_stays(self, empty: Shell) -> None:
        profile = empty.folder / "ledger.d" / "provider.yaml"
        profile.parent.mkdir()
        profile.write_text("provider:\n  name: Lab\n")
        assert empty("init", "--url", "sqlite:////proc/none/x.db").code == 5
        assert [path.name for path in profile.parent.iterdir()] == ["provider.yaml"]
        assert empty("init").code == 0
        assert profile.read_text() == "provider:\n  name: Lab\n"

    def test_a_database_that_holds_a_log_is_not_taken_over(self, shell: Shell) -> None:
        ran = shell("init", "second", "--url", f"sqlite:///{shell.folder / 'ledger.db'}")
        assert ran.code == 2
        assert "already holds the log lab.example/cli" in ran.err
        assert not (shell.folder / "second").exists()
        assert shell("fsck").code == 0

    def test_a_password_is_not_printed(self, empty: Shell) -> None:
        from ledger.client.home import shown_url

        assert shown_url("postgresql://me:secret@host/name") == "postgresql://me@host/name"
        assert shown_url("postgresql://host/name") == "postgresql://host/name"
        assert shown_url("sqlite:////a/b.db") == "/a/b.db"


def test_an_interrupted_add_keeps_what_it_has_and_goes_on(empty: Shell) -> None:
    many(empty.folder / "many", 12_000)
    empty("init")
    process = spawn("add", "many", *META, folder=empty.folder)
    database = sqlite3.connect(empty.folder / "ledger.db", isolation_level=None, timeout=30)
    while process.poll() is None:
        # Looked at with the writers' lock held: it cannot finish between the look and the signal.
        database.execute("BEGIN IMMEDIATE")
        begun = database.execute("SELECT COUNT(*) FROM entry").fetchone()[0] >= 2
        if begun:
            process.send_signal(signal.SIGINT)
        database.execute("ROLLBACK")
        if begun:
            break
    database.close()
    out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"the same command, which goes on from there" in err
    done = empty("list", "--json").json["records"] - KEYS
    assert 1_000 <= done < 12_000
    ran = empty("add", "many", *META, "--json").json
    assert (ran["recorded"], ran["same"]) == (12_000 - done, done)
    assert empty("fsck").code == 0


def test_two_at_once_lose_nothing(empty: Shell) -> None:
    for name in ("a", "b"):
        many(empty.folder / name, 1_500)
        for path in (empty.folder / name).iterdir():
            path.write_text(name + path.name)
    empty("init")
    running = [spawn("add", name, *META, folder=empty.folder) for name in ("a", "b")]
    for process in running:
        _, err = process.communicate()
        assert process.returncode == 0, err.decode()
    assert empty("list", "--json").json["records"] == KEYS + 3_000
    assert empty("fsck").code == 0
    for name in ("a", "b"):
        again = empty("add", name, *META, "--json").json
        assert (again["recorded"], again["same"]) == (0, 1_500)


def test_two_at_once_over_the_same_files_record_each_once(empty: Shell) -> None:
    many(empty.folder / "many", 4_500)
    empty("init")
    running = [spawn("add", "many", *META, "--json", folder=empty.folder) for _ in range(2)]
    reports = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err.decode()
        reports.append(json.loads(out))
    assert sum(one["recorded"] for one in reports) == 4_500
    assert sum(one["recorded"] + one["same"] for one in reports) == 9_000
    assert empty("list", "--json").json["records"] == KEYS + 4_500
    assert empty("fsck").code == 0
