"""`ledger domain` in words: how names are read, what is refused, and what the file proves."""

import json
from pathlib import Path

import pytest

from tests.cli.prepared import Shell

ASK = ("domain", "--release", "demo-1", "--out", "a.json")


def verified(shell: Shell, *more: str) -> tuple[int, dict[str, str], list[str]]:
    """Return the exit code, the details and the warnings that are about the answer."""
    ran = shell("verify", "a.json", "--json", *more)
    (finding,) = ran.json["files"]
    details = {one["name"]: one["value"] for one in finding["details"]}
    return ran.code, details, [one for one in finding["warnings"] if "promise" in one]


@pytest.mark.parametrize(
    ("name", "domain", "answer"),
    [
        ("site-0.example", "site-0.example", "present"),
        ("WWW.Site-1.Example.", "site-1.example", "present"),
        ("https://site-1.example:8080/page?q", "site-1.example", "present"),
        ("site-2.example", "site-2.example", "absent"),
        ("straße.de", "xn--strae-oqa.de", "absent"),
        ("a.b.example.co.uk", "example.co.uk", "absent"),
    ],
)
def test_names_are_read_as_people_type_them(
    shell: Shell, name: str, domain: str, answer: str
) -> None:
    ran = shell(*ASK, name, "--key", "--json")
    assert ran.code == 0, ran.err
    said = ran.json
    assert (said["domain"], said["answer"], said["kind"]) == (domain, answer, "proof")
    code, details, promises = verified(shell)
    assert (code, promises) == (0, [])
    assert details[answer].startswith(f"proof: {domain} is")
    assert ("asked about" in details) == (said["asked"] != domain)


def test_without_the_key_it_is_never_called_a_proof(shell: Shell) -> None:
    ran = shell(*ASK, "site-2.example")
    assert ran.code == 0
    assert "absent, signed promise" in ran.out
    code, details, promises = verified(shell, "--strict")
    assert code == 4
    assert details["absent"].startswith("signed promise: site-2.example is not on the crawl list")
    assert "Ask unnamed provider for the answer with the key" in promises[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("192.0.2.7", "is an IP address"),
        ("http://192.0.2.7:80/x", "is an IP address"),
        ("[2001:db8::1]", "is an IP address"),
        ("2001:db8::1", "is an IP address"),
        ("localhost", "is a single label"),
        ("*.example.org", "is a pattern"),
        ("(none)", "stands for content without a domain"),
        ("exa mple.org", "is no domain name"),
        ("a..b", "is no domain name"),
        (f"{'x' * 64}.org", "is no domain name"),
        (" ", "no name is given"),
    ],
)
def test_a_name_that_no_list_can_have_is_refused(shell: Shell, name: str, message: str) -> None:
    ran = shell(*ASK, name)
    assert (ran.code, ran.out) == (2, "")
    assert message in " ".join(ran.err.split())
    assert not (shell.folder / "a.json").exists()


def test_bytes_are_shown_to_whoever_audits(shell: Shell) -> None:
    ran = shell(*ASK, "site-1.example", "--bytes", "--json")
    assert (ran.code, ran.json["booked"]) == (0, 2)
    assert verified(shell)[1]["bytes"] == "2 bytes of content are booked for it"
    assert "booked" not in shell(*ASK, "site-9.example", "--bytes", "--json").json


def test_a_public_suffix_is_told_as_one(shell: Shell) -> None:
    (note,) = shell(*ASK, "github.io", "--json").json["notes"]
    assert note.startswith("github.io is a public suffix")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--release", "demo"), "did you mean 'demo-1'?"),
        (("--release", "demo-1", "--version", "7"), "no version 7"),
    ],
)
def test_what_is_not_there_is_said(shell: Shell, words: tuple[str, ...], message: str) -> None:
    ran = shell("domain", "example.org", *words)
    assert ran.code == 2
    assert message in " ".join(ran.err.split())


def test_without_a_summary_there_is_no_list(shell: Shell) -> None:
    assert shell("release", "create", "later", "--dataset", "web").code == 0
    ran = shell("domain", "example.org", "--release", "later")
    assert ran.code == 2
    assert "later has no summary yet" in ran.err


def test_crawled_data_without_tallies_has_no_list(shell: Shell) -> None:
    path = Path("untallied.jsonl")
    path.write_text('{"text": "no site is named"}\n', encoding="utf-8")
    said = ("--set", "dataset.name=untallied", "--set", "source.category=crawled")
    assert shell("add", str(path), *said).code == 0
    assert shell("release", "create", "u-1", "--dataset", "untallied").code == 0
    assert shell("summary", "u-1", "--to", "jsonld").code == 0
    ran = shell("domain", "example.org", "--release", "u-1")
    assert ran.code == 2
    assert "none has a tally of domains" in " ".join(ran.err.split())
    assert "--domain-column" in ran.err


def test_where_nothing_was_crawled_absence_needs_no_key(shell: Shell) -> None:
    assert shell("release", "create", "b-1", "--dataset", "books").code == 0
    assert shell("summary", "b-1", "--to", "jsonld").code == 0
    ran = shell("domain", "example.org", "--release", "b-1", "--out", "a.json", "--json")
    assert (ran.json["answer"], ran.json["kind"], ran.json["names"]) == ("absent", "proof", 0)
    code, details, promises = verified(shell)
    assert (code, promises) == (0, [])
    assert "counts no crawled records" in details["proof"]


def test_an_answer_stays_what_it_was_when_its_records_change(shell: Shell) -> None:
    assert shell(*ASK, "site-0.example", "--key").code == 0
    before = (shell.folder / "a.json").read_bytes()
    assert shell("erase", "--dataset", "web", "--reason", "asked to", "--yes").code == 0
    assert verified(shell)[0] == 0
    ran = shell(*ASK, "site-0.example", "--key", "--json")
    assert (ran.json["answer"], ran.json["kind"]) == ("present", "proof")
    first, second = (json.loads(one) for one in (before, (shell.folder / "a.json").read_bytes()))
    assert first["proof"] == second["proof"]


def test_another_producer_than_the_summarys_may_answer(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key that signs is registered in the file, whoever signed the summary."""
    assert shell("keys", "add", "second", "--role", "producer").code == 0
    monkeypatch.setenv("LEDGER_KEY", "second")
    ran = shell(*ASK, "site-0.example")
    assert ran.code == 0, ran.err
    code, details, _ = verified(shell)
    assert code == 0
    assert "second signed it" in details["promise"]


def test_a_changed_answer_is_not_verified(shell: Shell) -> None:
    assert shell(*ASK, "site-2.example").code == 0
    path = shell.folder / "a.json"
    path.write_bytes(path.read_bytes().replace(b"site-2.example", b"site-1.example"))
    ran = shell("verify", "a.json")
    assert ran.code == 1
    assert "✗ step 4" in ran.out or "✗ step 7, Name" in ran.out
