from pathlib import Path

import pytest

from ledger.errors import InputError, LedgerError, NotFoundError
from ledger.keys.files import load_key, new_key
from ledger.signing.keys import NoteVerifier
from ledger.signing.note import check_note, sign_note


def test_a_key_is_written_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    made = new_key(path, "lab.example/log")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().startswith(f"PRIVATE+KEY+lab.example/log+{made.key.id.hex()}+")
    loaded = load_key(path)
    assert str(loaded.key) == str(made.key)
    check_note(sign_note("a text\n", [loaded]), [NoteVerifier(made.key)])


def test_two_keys_differ(tmp_path: Path) -> None:
    keys = {str(new_key(tmp_path / f"{number}.key", "a").key) for number in range(5)}
    assert len(keys) == 5


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    new_key(path, "a")
    before = path.read_bytes()
    with pytest.raises(InputError, match="never overwritten"):
        new_key(path, "a")
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_could_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    new_key(path, "a")
    path.chmod(mode)
    with pytest.raises(InputError, match=f"mode {mode:04o}") as refused:
        load_key(path)
    assert refused.value.hint == f"chmod 600 {path}"


def test_a_missing_key_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no key file"):
        load_key(tmp_path / "gone.key")


@pytest.mark.parametrize(
    "change",
    [
        lambda line: b"",
        lambda line: line[:-10],
        lambda line: line + b"x",
        lambda line: line.replace(b"PRIVATE", b"PUBLIC"),
        lambda line: line.replace(b"+a+", b"+b+"),
        lambda line: line[:-5] + b"AAAA\n",
        lambda line: b"\xff" + line,
        lambda line: line * 2,
    ],
)
def test_a_file_that_is_no_key_is_refused_and_not_quoted(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "log.key"
    new_key(path, "a")
    line = path.read_bytes()
    path.write_bytes(change(line))
    with pytest.raises(LedgerError) as refused:
        load_key(path)
    secret = line.split(b"+", 4)[4].strip().decode()  # base64 may hold "+" itself
    assert secret[:10] not in str(refused.value)


def test_a_folder_in_the_place_of_a_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        load_key(tmp_path)
    with pytest.raises(LedgerError):
        new_key(tmp_path / "gone" / "log.key", "a")
