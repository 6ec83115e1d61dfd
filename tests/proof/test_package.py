"""Packages: what is in one is what was signed, and each way to break one has its own error."""

import io
from collections.abc import Mapping
from dataclasses import replace
from zipfile import ZipFile

import pytest

from ledger.errors import (
    CannotTellError,
    LedgerError,
    MalformedError,
    RevokedKeyError,
    VerificationError,
)
from ledger.proof.package import (
    AUDIT_ANSWER,
    DISCLOSURE,
    MANIFEST,
    check_package_signer,
    is_package,
    read_package,
    write_package,
)
from ledger.proof.stored_zip import write_zip
from ledger.proof.verify import Verified, verify
from ledger.signing.keys import Signer
from ledger.signing.note import sign_note
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    TRUST,
    MemoryLog,
    batch,
    example_evidence,
    example_log,
    key_event,
)

SIGNER = PRODUCER
MEMBERS = {"cover.html": b"<!doctype html>\n", "query.json": b"{}\n", "evidence-1.json": b"{..}\n"}
DATA = write_package(DISCLOSURE, ORIGIN, MEMBERS, SIGNER)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a package with the manifest of `DATA` and other members."""
    return write_zip({MANIFEST: read_package(DATA).manifest.to_bytes(), **members})


def test_a_package_holds_its_members_in_order() -> None:
    package = read_package(DATA)
    assert (package.kind, package.origin) == (DISCLOSURE, ORIGIN)
    assert list(package.members.items()) == list(MEMBERS.items())
    assert is_package(DATA[:64])


def test_any_program_reads_it() -> None:
    with ZipFile(io.BytesIO(DATA)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST, *MEMBERS]
        lines = archive.read(MANIFEST).decode().split("\n")
    assert lines[:3] == ["tdl/package/v1", "disclosure", ORIGIN]
    assert [line.split()[1:] for line in lines[3:6]] == [
        [str(len(content)), name] for name, content in MEMBERS.items()
    ]


def test_a_truncated_package_says_so_wherever_it_ends() -> None:
    for size in range(64, len(DATA)):
        with pytest.raises(MalformedError, match="truncated"):
            read_package(DATA[:size])


def test_every_changed_byte_is_refused() -> None:
    for at in range(len(DATA)):
        changed = bytearray(DATA)
        changed[at] ^= 1
        try:
            package = read_package(bytes(changed))
        except LedgerError:
            continue
        pytest.fail(f"byte {at} can be changed: {list(package.members)}")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({name: MEMBERS[name] for name in list(MEMBERS)[:2]}, "lacks its member 'evidence-1.json'"),
        ({**MEMBERS, "more.json": b""}, "holds 'more.json', which its signed manifest does not"),
        ({**MEMBERS, "query.json": b"[]\n"}, "member 'query.json' was changed"),
        ({name: MEMBERS[name] for name in reversed(MEMBERS)}, "in another order"),
    ],
    ids=["missing", "extra", "changed", "moved"],
)
def test_members_are_those_of_the_manifest(members: Mapping[str, bytes], message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        read_package(zipped(members))


@pytest.mark.parametrize(
    ("kind", "origin", "members", "message"),
    [
        ("summary", ORIGIN, MEMBERS, "of kind audit-answer or disclosure"),
        (DISCLOSURE, "no origin", MEMBERS, "origin"),
        (DISCLOSURE, ORIGIN, {}, "1 to 4,000 members"),
        (DISCLOSURE, ORIGIN, {"../out": b""}, "no name of a member"),
        (DISCLOSURE, ORIGIN, {"/out": b""}, "no name of a member"),
        (DISCLOSURE, ORIGIN, {"a\nb": b""}, "no name of a member"),
        (DISCLOSURE, ORIGIN, {"a": b"", "A": b""}, "but for case"),
        (DISCLOSURE, ORIGIN, {"Manifest": b""}, "but for case"),
    ],
)
def test_what_is_no_package_is_not_written(
    kind: str, origin: str, members: Mapping[str, bytes], message: str
) -> None:
    with pytest.raises(MalformedError, match=message):
        write_package(kind, origin, members, SIGNER)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tdl/batch/v1\ndisclosure\nlab.example/log\n-\n", "'tdl/package/v1', a kind"),
        ("tdl/package/v1\ndisclosure\nlab.example/log\n", "a line a member"),
        ("tdl/package/v1\ndisclosure\nlab.example/log\nmd5:00 1 a\n", "no line of a package"),
    ],
)
def test_a_manifest_of_another_form_is_refused(text: str, message: str) -> None:
    note = sign_note(text, [SIGNER]).to_bytes()
    with pytest.raises(MalformedError, match=message):
        read_package(write_zip({MANIFEST: note, **MEMBERS}))


def test_a_zip_of_another_program_is_no_package() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in {MANIFEST: b"x", **MEMBERS}.items():
            archive.writestr(name, content)
    with pytest.raises(MalformedError, match="no package"):
        read_package(out.getvalue())


def test_two_signatures_are_one_too_many() -> None:
    note = sign_note(read_package(DATA).manifest.text, [SIGNER, SIGNER]).to_bytes()
    with pytest.raises(MalformedError, match="one signature, not 2"):
        read_package(write_zip({MANIFEST: note, **MEMBERS}))


def verified(log: MemoryLog | None = None) -> Verified:
    """Return what the evidence of the example log proves."""
    return verify(example_evidence(log), TRUST)


def signed(signer: Signer, origin: str = ORIGIN) -> bytes:
    """Return the package signed by another."""
    return write_package(DISCLOSURE, origin, MEMBERS, signer)


@pytest.mark.parametrize("signer", [PRODUCER, PUBLISHER, LOG])
def test_keys_of_the_lab_sign(signer: Signer) -> None:
    package = read_package(signed(signer))
    assert check_package_signer(package, TRUST, verified()) == signer.key


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (signed(STRANGER), CannotTellError, "neither the trust file nor a key record"),
        (signed(ROOT), VerificationError, "a root key, which signs none"),
        (signed(PRODUCER, "other.example/log"), VerificationError, "for the log 'other.example"),
    ],
    ids=["stranger", "root", "other log"],
)
def test_others_do_not(data: bytes, error: type[LedgerError], message: str) -> None:
    with pytest.raises(error, match=message):
        check_package_signer(read_package(data), TRUST, verified())


def test_a_signature_of_other_lines_fails() -> None:
    other = write_package(AUDIT_ANSWER, ORIGIN, MEMBERS, PRODUCER)
    text = read_package(DATA).manifest.text
    note = replace(read_package(other).manifest, text=text)
    package = read_package(write_zip({MANIFEST: note.to_bytes(), **MEMBERS}))
    with pytest.raises(VerificationError, match=r"signature of lab\.example/producer fails"):
        check_package_signer(package, TRUST, verified())


def test_a_key_that_was_revoked_signs_no_package() -> None:
    log = example_log()
    log.append(batch(ROOT, "key", [key_event("revoke", PUBLISHER, "publisher")], first_secret=50))
    evidence = log.evidence(*(log.entry(index) for index in range(log.size)))
    with pytest.raises(RevokedKeyError, match="publisher"):
        check_package_signer(read_package(signed(PUBLISHER)), TRUST, verify(evidence, TRUST))
