"""`ledger witness`: a witness from nothing, its logs, and how it stops."""

import json
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from ledger.checkpoint.trust import Trust
from ledger.log.web import ask
from ledger.log.witnesses import parse_lines
from ledger.signing.keys import KeyType, VerifierKey
from tests.cli.prepared import ORIGIN, Shell, spawn
from tests.makers import LOG, STRANGER
from tests.witness.making import request
from tests.witness.processes import ended

NAME = "witness.example/authority"
INIT = ("witness", "init", "--name", NAME)


def test_a_new_witness_hands_out_lines_of_a_trust_file(empty: Shell) -> None:
    ran = empty(*INIT, "--url", "https://witness.example/")
    assert ran.code == 0
    trust = Trust.parse(f"log {LOG.key}\n{ran.out}quorum {NAME}/any\n".encode())
    assert [(one.key.name, one.key.type, one.url) for one in trust.witnesses] == [
        (NAME, KeyType.COSIGNATURE_ED25519, "https://witness.example"),
        (NAME, KeyType.COSIGNATURE_ML_DSA_44, "https://witness.example"),
    ]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in Path("witness.d").iterdir()}
    assert modes["witness.key"] == modes["witness-mldsa.key"] == modes["witness.db"] == 0o600
    assert stat.S_IMODE(Path("witness.d").stat().st_mode) == 0o700


def test_a_witness_is_never_made_over_another(empty: Shell) -> None:
    assert empty(*INIT).code == 0
    before = {path.name: path.read_bytes() for path in Path("witness.d").glob("*.key")}
    again = empty(*INIT)
    assert (again.code, again.out) == (2, "")
    assert "there is a witness at" in again.err
    assert before == {path.name: path.read_bytes() for path in Path("witness.d").glob("*.key")}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("init",), "has a name, for ever"),
        (("init", "--name", "a b"), "is not a key name"),
        (("add-log",), "name a log"),
        (("add-log", "no such file"), "cannot be read"),
        (("add-log", "a+b+c"), "is not base64"),
        (("list",), "no witness state"),
        (("serve",), "no witness state"),
        (("use",), "name the file"),
        (("use", "nothing"), "no ledger"),
    ],
)
def test_bad_usage(empty: Shell, words: tuple[str, ...], complaint: str) -> None:
    ran = empty("witness", *words)
    assert (ran.code, ran.out) == (2, ""), ran
    assert complaint in ran.err
    assert not Path("witness.d").exists() or not list(Path("witness.d").iterdir())


def test_logs_are_added_by_key_and_by_trust_file(shell: Shell) -> None:
    assert shell(*INIT).code == 0
    by_file = shell("witness", "add-log", "ledger.d/trust.policy", "--json")
    assert [VerifierKey.parse(vkey).name for vkey in by_file.json] == [ORIGIN, ORIGIN]
    by_key = shell("witness", "add-log", str(STRANGER.key))
    assert by_key.out == f"1 key added\n  stranger.example+{STRANGER.key.id.hex()}  Ed25519\n"
    assert shell("witness", "add-log", str(STRANGER.key)).out.startswith("0 keys added\n")
    assert shell("witness", "list").out == (
        "log               keys                size  cosigned\n"
        "lab.example/cli   Ed25519, ML-DSA-44        never\n"
        "stranger.example  Ed25519                   never\n"
    )
    assert shell("witness", "remove-log", str(STRANGER.key)).out.startswith("1 key removed\n")
    assert len(shell("witness", "list", "--json").json["logs"]) == 2


def start(folder: Path, *words: str) -> tuple["subprocess.Popen[bytes]", str]:
    """Run a witness, and return it with its address."""
    process = spawn("witness", "serve", "--listen", "127.0.0.1:0", *words, folder=folder)
    assert process.stderr is not None
    greeting = process.stderr.readline().decode()
    address = re.search(r"http://\S+/", greeting)
    assert address, greeting + process.stderr.read().decode()
    return process, address[0]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_t24_it_serves_until_it_is_told_to_stop(empty: Shell, how: signal.Signals) -> None:
    assert empty(*INIT).code == 0
    assert empty("witness", "add-log", str(LOG.key)).code == 0
    process, url = start(empty.folder, "--json")
    answer = ask("POST", f"{url}add-checkpoint", body=request(0, 7))
    assert (answer.status, len(parse_lines(answer.body))) == (200, 2)
    assert ask("POST", f"{url}add-checkpoint", body=b"\x1b[31m").status == 400
    out, err = ended(process, how)
    assert process.returncode == 0, err
    decisions = [json.loads(line) for line in out.splitlines()]
    assert [(one["status"], one["origin"], one["size"]) for one in decisions] == [
        (200, LOG.key.name, 7),
        (400, "", 0),
    ]
    assert err.endswith("stopped; everything that was cosigned is on the disk\n")
    shown = empty("witness", "list").out
    assert re.search(r"lab\.example/log  Ed25519\s+7  20\d\d-\d\d-\d\d ", shown)


def test_it_says_that_it_knows_no_log(empty: Shell) -> None:
    assert empty(*INIT).code == 0
    process, _ = start(empty.folder)
    _, err = ended(process)
    assert "It knows no log yet, and will refuse all: ledger witness add-log" in err


def test_an_address_that_is_none(empty: Shell) -> None:
    assert empty(*INIT).code == 0
    for address in ("8081", "localhost", ":8081", "localhost:x", "localhost:70000"):
        ran = empty("witness", "serve", "--listen", address)
        assert (ran.code, ran.out) == (2, "")
        assert "is no address" in ran.err


def test_a_witness_of_our_own_ledger(shell: Shell) -> None:
    Path("w.policy").write_text(shell(*INIT).out)
    used = shell("witness", "use", "w.policy")
    assert used.code == 0, used.err
    assert used.out == f"group witnesses 1 {NAME}/any\nquorum witnesses\n"
    trust = Trust.parse(Path("ledger.d/trust.policy").read_bytes())
    assert (trust.quorum, len(trust.logs), len(trust.witnesses)) == ("witnesses", 2, 2)
    again = shell("witness", "use", "w.policy")
    assert again.code == 2
    more = []
    for name in ("two", "three"):
        made = shell(*INIT[:3], f"{name}.example", "--state", f"{name}/w.db")
        Path(f"{name}.policy").write_text(made.out)
        more.append(f"{name}.policy")
    assert shell("witness", "use", *more, "broken").code == 2
    assert Trust.parse(Path("ledger.d/trust.policy").read_bytes()) == trust
    used = shell("witness", "use", *more, "--needed", "3")
    assert used.out.splitlines()[0] == (
        f"group witnesses 3 {NAME}/any two.example/any three.example/any"
    )
