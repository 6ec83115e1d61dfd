"""Keys on a token: SoftHSM's, through the whole command line. Skipped where there is none."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.keys.files import public_key, read_line
from ledger.keys.forms import Form
from ledger.keys.pkcs11 import TokenKey
from ledger.signing.keys import KeyType
from tests.cli.prepared import command, python_path

MODULE = next(
    (path for path in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so") if path.is_file()), None
)
try:
    import pkcs11  # noqa: F401

    IS_INSTALLED = True
except ImportError:
    IS_INSTALLED = False

with_token = pytest.mark.skipif(
    MODULE is None or not IS_INSTALLED or shutil.which("softhsm2-util") is None,
    reason="needs softhsm2 and the extra pkcs11",
)
PIN = "1234-secret"
META = ("--set", "dataset.name=d", "--set", "source.category=other")

MAKE_KEYS = """
import sys
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism
from pkcs11.util.ec import encode_named_curve_parameters

module, pin, *labels = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label="ledger").open(rw=True, user_pin=pin) as session:
    for number, label in enumerate(labels):
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("1.3.101.112")}
        session.create_domain_parameters(KeyType.EC_EDWARDS, curve, local=True).generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label, id=bytes([number])
        )
"""


@dataclass
class Bench:
    """A folder with a ledger, and a token of its own."""

    folder: Path
    env: Mapping[str, str]

    def run(self, *words: str, pin: str | None = PIN) -> "subprocess.CompletedProcess[str]":
        env = {**self.env, **({"LEDGER_PIN": pin} if pin else {})}
        return subprocess.run(
            command(*words),
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *words: str) -> str:
        ran = self.run(*words)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def uri(self, label: str) -> str:
        return f"pkcs11:token=ledger;object={label}?module-path={MODULE}"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A bench for tests that change nothing."""
    return make_bench(tmp_path_factory.mktemp("token"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(tmp_path)


def make_bench(tmp_path: Path) -> Bench:
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    env = {"PATH": os.defpath, "PYTHONPATH": python_path(), "SOFTHSM2_CONF": str(conf)}
    make = ["softhsm2-util", "--init-token", "--free", "--label", "ledger", "--so-pin", "5678"]
    subprocess.run([*make, "--pin", PIN], env=env, check=True, capture_output=True)
    labels = ("producer", "log", "log-2")
    subprocess.run(
        [sys.executable, "-c", MAKE_KEYS, str(MODULE), PIN, *labels], env=env, check=True
    )
    folder = tmp_path / "ledger"
    folder.mkdir()
    bench = Bench(folder, env)
    bench("init", "--origin", "lab.example/hsm")
    return bench


@with_token
def test_producer_and_log_keys_on_a_token_sign_batches_and_checkpoints(bench: Bench) -> None:
    bench("keys", "add", "hsm", "--role", "producer", "--pkcs11", bench.uri("producer"))
    keys = bench.folder / "ledger.d" / "keys"
    line = read_line(keys / "hsm.key")
    assert (line.form, line.key.type) == (Form.PKCS11, KeyType.ED25519)
    assert PIN not in (keys / "hsm.key").read_text()
    bench("keys", "add", "log-token", "--role", "log", "--pkcs11", bench.uri("log"))
    (bench.folder / "data.txt").write_text("a shard\n")
    bench("add", "data.txt", "--key", "hsm", *META)
    bench("prove", "3.0", "--out", "proof.json")
    policy = bench.folder / "only-token.policy"
    policy.write_text(f"log {public_key(keys / 'log-token.key')}\nquorum none\n")
    shown = bench("verify", "proof.json", "--trust", str(policy), "--steps")
    assert "lab.example/hsm/hsm" in shown
    listed = {one["file"]: one["role"] for one in json.loads(bench("keys", "list", "--json"))}
    assert (listed["hsm.key"], listed["log-token.key"]) == ("producer", "log")


@with_token
def test_a_log_key_moves_to_the_token_and_rotates_there(bench: Bench) -> None:
    keys = bench.folder / "ledger.d" / "keys"
    file_key = public_key(keys / "log.key")
    bench("keys", "rotate", "log", "--pkcs11", bench.uri("log"))
    bench("keys", "revoke", file_key.label, "--reason", "moved to the token")
    token_key = public_key(keys / "log.key")
    assert read_line(keys / "log.key").form is Form.PKCS11
    (bench.folder / "data.txt").write_text("a shard\n")
    bench("add", "data.txt", *META)
    bench("prove", "3.0", "--out", "proof.json")
    policy = bench.folder / "only-token.policy"
    policy.write_text(f"log {token_key}\nquorum none\n")
    bench("verify", "proof.json", "--trust", str(policy))
    bench("keys", "rotate", "log", "--pkcs11", bench.uri("log-2"))
    assert public_key(keys / "log.key") != token_key
    bench("verify", "proof.json", "--trust", str(policy))
    bench("fsck")


@with_token
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--pkcs11", "pkcs11:token=ledger;object=gone?module-path={module}"], "not on the token"),
        (["--pkcs11", "pkcs11:token=nobody;object=log?module-path={module}"], "not on the token"),
        (["--pkcs11", "pkcs11:token=ledger;object=log?module-path=/gone.so"], "cannot be loaded"),
        (["--pkcs11", "pkcs11:token=ledger;object=log"], "names no module"),
        (["--pkcs11", "pkcs11:token=ledger?module-path={module}"], "names no object"),
        (["--pkcs11", "pkcs11:object=log;pin-value=1?module-path={module}"], "pin-value"),
    ],
)
def test_what_is_not_there_is_said(shared: Bench, words: list[str], reason: str) -> None:
    filled = [word.replace("{module}", str(MODULE)) for word in words]
    ran = shared.run("keys", "add", "x", "--role", "producer", *filled)
    assert ran.returncode == 2
    assert reason in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert not (shared.folder / "ledger.d" / "keys" / "x.key").exists()


@with_token
def test_a_wrong_pin_and_no_pin_are_said(shared: Bench) -> None:
    words = ("keys", "add", "x", "--role", "producer", "--pkcs11", shared.uri("producer"))
    for pin, reason in (("9999-secret", "the PIN is wrong"), (None, "wants a PIN")):
        ran = shared.run(*words, pin=pin)
        assert (ran.returncode, reason in ran.stderr) == (2, True), ran.stderr
        assert "9999-secret" not in ran.stderr


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("pkcs11:token=a", "names no module"),
        ("http:token=a", "cannot be used"),
        ("pkcs11:token=a;token=b;object=c?module-path=/m", "cannot be used"),
        ("pkcs11:object=c;pin-value=sesame?module-path=/m", "cannot be used: pin-value"),
        ("pkcs11:object?module-path=/m", "cannot be used: object"),
        ("pkcs11:token=a?module-path=/m", "names no object"),
    ],
)
def test_a_uri_that_cannot_be_used(uri: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_PKCS11_MODULE", raising=False)
    with pytest.raises(InputError, match=reason) as refused:
        TokenKey.parse(uri)
    assert "sesame" not in str(refused.value)


def test_a_uri_names_module_token_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    found = TokenKey.parse(
        "pkcs11:token=my%20token;serial=%41;object=k%3b;id=%01%ff?module-path=/m"
    )
    assert found == TokenKey("/m", "my token", b"A", "k;", b"\x01\xff")
    monkeypatch.setenv("LEDGER_PKCS11_MODULE", "/elsewhere.so")
    assert TokenKey.parse("pkcs11:object=k").module == "/elsewhere.so"
