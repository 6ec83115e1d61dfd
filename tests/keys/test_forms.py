"""Key files of every type and form: made, closed, opened, refused."""

import base64
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import split_timed, verifier_of
from ledger.errors import InputError, LedgerError, MalformedError, NotFoundError
from ledger.keys.files import close_key, load_key, log_signers, new_key, public_key, read_line
from ledger.keys.forms import Form, KeyLine, Secret, new_line
from ledger.keys.passphrase import PARAMETERS, close_line, open_line
from ledger.signing.keys import KeyType
from ledger.signing.note import check_note, sign_note
from ledger.tree.hashing import Hash
from tests.makers import seed

CHEAP = (10, 8, 1)
TEXT = Checkpoint(origin="lab.example/log", size=3, root=Hash(bytes(32))).to_text()


@pytest.mark.parametrize("type", KeyType)
@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_a_key_of_each_type_signs_again_after_it_was_read(
    tmp_path: Path, type: KeyType, passphrase: str | None
) -> None:
    path = tmp_path / "some.key"
    made = new_key(path, "lab.example/log", type=type, passphrase=passphrase)
    loaded = load_key(path, passphrase, now=lambda: 1_800_000_000)
    assert loaded.key == made.key == public_key(path)
    note = sign_note(TEXT, [loaded])
    assert check_note(note, [verifier_of(made.key)]) == (made.key,)
    if type != KeyType.ED25519:
        assert split_timed(note.signatures[0].signature)[0] == 1_800_000_000
        assert split_timed(made.sign(TEXT))[0] == 0  # a log says nothing about time
    assert path.stat().st_mode & 0o777 == 0o600


def test_log_signers_are_all_keys_of_the_log_plain_ed25519_first(tmp_path: Path) -> None:
    pq = new_key(tmp_path / "log-a.key", "log.example", type=KeyType.COSIGNATURE_ML_DSA_44)
    old = new_key(tmp_path / "log.key.old-01234567", "log.example")
    now = new_key(tmp_path / "log.key", "log.example")
    for other in ("log.key.next", "log.key.revoked-89abcdef", "producer.key", "root.key"):
        new_key(tmp_path / other, "log.example")
    assert [one.key for one in log_signers(tmp_path)] == [now.key, old.key, pq.key]


def test_a_log_without_a_key_is_not_found(tmp_path: Path) -> None:
    new_key(tmp_path / "log-mldsa.key", "log.example", type=KeyType.COSIGNATURE_ML_DSA_44)
    with pytest.raises(NotFoundError, match=r"no key file .*log\.key"):
        log_signers(tmp_path)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o722])
def test_a_folder_that_others_could_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    new_key(folder / "log.key", "a")
    folder.chmod(mode)
    for use in (load_key, public_key, lambda path: new_key(path.with_name("new.key"), "a")):
        with pytest.raises(InputError, match="others could replace its keys") as refused:
            use(folder / "log.key")
        assert refused.value.hint == f"chmod go-w {folder}"
    assert not (folder / "new.key").exists()
    folder.chmod(mode | 0o1000)  # under the sticky bit they could not
    load_key(folder / "log.key")


def test_what_cannot_be_a_name_makes_no_file(tmp_path: Path) -> None:
    for name in ("", "a b", "a+b", "x" * 256):
        with pytest.raises(MalformedError):
            new_key(tmp_path / "new.key", name)
    assert list(tmp_path.iterdir()) == []


def test_no_draft_is_left_beside_a_key(tmp_path: Path) -> None:
    new_key(tmp_path / "a.key", "a")
    with pytest.raises(InputError):
        new_key(tmp_path / "a.key", "a")
    close_key(tmp_path / "a.key", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


class TestPassphrase:
    def test_it_is_set_changed_and_removed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("LEDGER_PASSPHRASE", raising=False)
        path = tmp_path / "producer.key"
        key = new_key(path, "lab.example/producer").key
        secret = path.read_text().split("+", 4)[4].strip()
        close_key(path, "one")
        assert path.read_text().startswith(f"ENCRYPTED+KEY {key} ")
        assert secret[:12] not in path.read_text()
        with pytest.raises(InputError, match="is closed with a passphrase") as closed:
            load_key(path)
        assert "LEDGER_PASSPHRASE" in str(closed.value.hint)
        close_key(path, "two", passphrase="one")
        with pytest.raises(InputError, match="not the passphrase of the key lab"):
            load_key(path, "one")
        assert load_key(path, "two").key == key
        monkeypatch.setenv("LEDGER_PASSPHRASE", "two")
        assert load_key(path).key == key
        close_key(path, None)
        monkeypatch.delenv("LEDGER_PASSPHRASE")
        assert load_key(path).key == key
        assert path.read_text().split("+", 4)[4].strip() == secret
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_wrong_passphrase_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "producer.key"
        new_key(path, "a", passphrase="one")
        before = path.read_bytes()
        with pytest.raises(InputError, match="not the passphrase"):
            close_key(path, "two", passphrase="wrong")
        assert path.read_bytes() == before

    def test_the_form_is_the_one_that_the_page_describes(self) -> None:
        line = new_line("lab.example/producer", KeyType.ED25519, Secret(seed(3)))
        text = close_line(line, "passphr\N{LATIN SMALL LETTER A WITH DIAERESIS}se", CHEAP).to_text()
        mark, vkey, encoded = text.removesuffix("\n").split(" ")
        closed = base64.b64decode(encoded)
        assert (mark, vkey, len(closed)) == ("ENCRYPTED+KEY", str(line.key), 67)
        power, r, p = closed[:3]
        key = Scrypt(salt=closed[3:19], length=32, n=2**power, r=r, p=p).derive(
            "passphra\N{COMBINING DIAERESIS}se".encode().replace(b"a\xcc\x88", b"\xc3\xa4")
        )
        data = f"{mark} {vkey} ".encode() + closed[:19]
        assert AESGCM(key).decrypt(bytes(12), closed[19:], data) == seed(3)
        assert PARAMETERS == (17, 8, 1)

    def test_one_passphrase_typed_two_ways_is_one(self) -> None:
        line = new_line("a", KeyType.ED25519, Secret(seed(3)))
        closed = close_line(line, "\N{LATIN SMALL LETTER A WITH DIAERESIS}", CHEAP)
        opened = open_line(closed, "a\N{COMBINING DIAERESIS}")
        assert opened.held.reveal() == seed(3)

    def test_a_closed_seed_fits_its_own_line_only(self) -> None:
        one, two = (new_line(name, KeyType.ED25519, Secret(seed(3))) for name in ("a", "b"))
        moved = KeyLine(Form.ENCRYPTED, two.key, close_line(one, "x", CHEAP).held)
        with pytest.raises(InputError, match="not the passphrase"):
            open_line(moved, "x")

    @pytest.mark.parametrize("place", [0, 1, 2, 3, 18, 19, 50, 66])
    def test_each_damaged_byte_is_noticed(self, place: int) -> None:
        line = new_line("a", KeyType.ED25519, Secret(seed(3)))
        closed = bytearray(close_line(line, "x", CHEAP).held.reveal())
        closed[place] ^= 1
        damaged = KeyLine(Form.ENCRYPTED, line.key, Secret(bytes(closed)))
        with pytest.raises(InputError, match=r"not the passphrase|is damaged"):
            open_line(damaged, "x")

    @pytest.mark.parametrize("parameters", [(9, 8, 1), (21, 8, 1), (10, 0, 1), (10, 17, 1)])
    def test_parameters_that_protect_nothing_or_cost_too_much_are_refused(
        self, parameters: tuple[int, int, int]
    ) -> None:
        line = new_line("a", KeyType.ED25519, Secret(seed(3)))
        good = close_line(line, "x", CHEAP).held.reveal()
        odd = KeyLine(Form.ENCRYPTED, line.key, Secret(bytes(parameters) + good[3:]))
        with pytest.raises(InputError, match="damaged, or of a later version"):
            open_line(odd, "x")


@pytest.mark.parametrize("form", Form)
def test_no_mutated_line_is_read_as_a_key_of_another(tmp_path: Path, form: Form) -> None:
    line = new_line("lab.example/k", KeyType.ED25519, Secret(seed(3)))
    if form is Form.ENCRYPTED:
        line = close_line(line, "x", CHEAP)
    if form is Form.PKCS11:
        line = KeyLine(form, line.key, Secret(b"pkcs11:object=k"))
    text = line.to_text().encode()
    path = tmp_path / "k.key"
    path.touch(0o600)
    path.write_bytes(text)
    assert read_line(path).to_text().encode() == text
    for place in range(len(text)):
        changed = bytearray(text)
        changed[place] ^= 1 << (place % 7)
        path.write_bytes(changed)
        try:
            found = read_line(path)
        except InputError:
            continue
        # Only what the line's own check does not cover: the URI, and the closed seed.
        assert found.key == line.key
        assert found.form is form is not Form.PRIVATE


def test_a_key_file_that_is_no_text_or_far_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.key"
    for content in (b"\xff\xfe", os.urandom(200), b"PRIVATE+KEY+" * 9_000, b"\n", b"PKCS11+KEY"):
        path.touch(0o600)
        path.write_bytes(content)
        with pytest.raises(LedgerError, match="holds no key of this project"):
            read_line(path)
