"""`ledger disclose --where`, and `ledger verify` on what it wrote."""

import pytest

from tests.cli.prepared import Shell

QUERY = "source.category=public_dataset"


def disclose(shell: Shell, *words: str, where: str = QUERY, fields: str = "content") -> int:
    """Disclose into answer.zip; return the exit code."""
    return shell(
        "disclose", "--where", where, "--fields", fields, "--out", "answer.zip", *words
    ).code


def test_json_tells_what_is_shown_and_how_complete_that_is(shell: Shell) -> None:
    words = ("--where", QUERY, "--fields", "content,measures", "--out", "answer.zip", "--json")
    ran = shell("disclose", *words, "--release", "demo-1", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert {name: value for name, value in ran.json.items() if name != "bytes"} == {
        "file": "answer.zip",
        "records": 3,
        "others": 0,
        "erased": 0,
        "shown": ["content", "measures"],
        "completeness": "proved",
        "reason": "",
        "trees": ["public-dataset.text"],
    }
    found = shell("verify", "answer.zip", "--trust", "ledger.d/trust.policy", "--json").json
    assert found["files"][0]["verdict"] == "verified"
    assert found["files"][0]["kind"] == "package"
    assert [step["name"] for step in found["files"][0]["steps"]][-2:] == ["Leaves", "Completeness"]


def test_what_is_only_stated_is_a_warning(shell: Shell) -> None:
    assert disclose(shell) == 0
    ran = shell("verify", "answer.zip", "--strict")
    assert ran.code == 4
    assert "is what the signer" in ran.out
    assert "stated: 3 records; nothing shows that there are no more" in ran.out


@pytest.mark.parametrize(
    ("cut", "message"),
    [(100, "truncated"), (5_000, "truncated"), (-1, "truncated"), (-60, "truncated")],
)
def test_a_truncated_package_is_not_verified(shell: Shell, cut: int, message: str) -> None:
    assert disclose(shell, "--release", "demo-1") == 0
    path = shell.folder / "answer.zip"
    path.write_bytes(path.read_bytes()[:cut])
    ran = shell("verify", "answer.zip")
    assert ran.code == 1
    assert f"the package is {message}" in ran.out


def test_the_package_of_another_log_cannot_be_judged(shell: Shell) -> None:
    assert disclose(shell, "--release", "demo-1") == 0
    other = shell.folder / "other"
    other.mkdir()
    assert shell("init", "--ledger", "other", "--origin", "other.example/log").code == 0
    ran = shell("verify", "answer.zip", "--trust", "other/ledger.d/trust.policy")
    assert ran.code == 3
    assert "signed by no log that the trust file" in ran.out.replace("\n    ", " ")


def test_a_changed_byte_is_not_verified(shell: Shell) -> None:
    assert disclose(shell, "--release", "demo-1") == 0
    path = shell.folder / "answer.zip"
    data = bytearray(path.read_bytes())
    data[data.index(b"b-0.txt")] ^= 1
    path.write_bytes(data)
    ran = shell("verify", "answer.zip")
    assert ran.code == 1
    assert "was changed or damaged" in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--where", QUERY, "--dataset", "books"), "record ids, --dataset NAME, or --where QUERY"),
        (("--dataset", "books", "--others"), "go with --where"),
        (("--dataset", "books", "--release", "demo-1"), "go with --where"),
        (("--where", QUERY, "--name-key"), "the training set of a release"),
        (("--where", QUERY, "--release", "demo-2"), "there is no release 'demo-2'"),
        (("--where", "source.category=crawled", "--release", "demo-1"), ""),
        (("--where", "modality=video", "--release", "demo-1"), "selects no record"),
        (("--where", "x", "--release", "demo-1"), "the query, column 1"),
    ],
)
def test_bad_input_leaves_no_file(shell: Shell, words: tuple[str, ...], message: str) -> None:
    ran = shell("disclose", *words, "--fields", "source", "--out", "answer.zip")
    if not message:
        assert ran.code == 0
        return
    assert ran.code == 2
    assert message in ran.err.replace("\n        ", " ")
    assert not (shell.folder / "answer.zip").exists()
