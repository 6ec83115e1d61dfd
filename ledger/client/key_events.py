"""Adding, rotating and revoking keys: the key file first, then the event in the log, then the rest.

Each function may be called again after a crash anywhere in it, and finishes what was begun. What is
logged is signed by the root key, which may live elsewhere: only these functions need it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.client import Ledger
from ledger.client.home import Home
from ledger.client.key_files import find_file, key_file
from ledger.client.sealing import batches, timestamp
from ledger.client.trusting import add_log_key, drop_log_key
from ledger.errors import InputError, NotFoundError
from ledger.keys.files import load_key, new_key, public_key, read_line
from ledger.keys.forms import Form
from ledger.keys.passphrase import ask_passphrase
from ledger.keys.rotation import next_path, put_aside, settle
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.log.publish import Published
from ledger.log.ring import read_ring
from ledger.record.key_event import KeyEvent, check_role, rotation_of
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.signing.keys import KeyType, Signer, VerifierKey
from ledger.signing.note import Note

ROOT_VARIABLE = "LEDGER_ROOT_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of a key: what the log says of it now, since which entry, and where its file is.

    `index` is the entry of the event; `is_new` is False if an earlier call had logged it already.
    """

    known: RegisteredKey
    index: int
    is_new: bool
    file: Path | None
    published: Published


def root_path(home: Home, given: Path | None) -> Path:
    """Return where the root key is: as given, by `$LEDGER_ROOT_KEY`, or with the other keys.

    Raises:
        NotFoundError: It is not there.
    """
    path = given or Path(os.environ.get(ROOT_VARIABLE) or home.keys / "root.key")
    if not path.exists():
        raise NotFoundError(
            f"key events are signed by the root key, and there is no {path}",
            hint=f"--root FILE, or {ROOT_VARIABLE}=FILE, wherever you keep it",
        )
    return path


def add_key(
    home: Home,
    role: str,
    *,
    path: Path | None = None,
    vkey: str | None = None,
    name: str | None = None,
    type: KeyType = KeyType.ED25519,
    passphrase: str | None = None,
    root: Path | None = None,
    reason: str | None = None,
) -> Changed:
    """Register a key: one made elsewhere, one in a file, or a new one that is made there.

    Args:
        home: The ledger's home.
        role: What it may sign.
        path: Its file, which is made unless it is there.
        vkey: Its public half, if its file is elsewhere.
        name: The name of a new key; of a log's own, it is the origin.
        type: The type of a new key.
        passphrase: What a new key is closed with.
        root: Where the root key is.
        reason: Why, for people; it is published.

    Raises:
        LedgerError: A file cannot be used, or the log refuses the event. Nothing was logged.
    """
    signer = load_root(home, root)
    if vkey is not None:
        key = VerifierKey.parse(vkey)
    else:
        assert path is not None
        if not path.exists():
            own_name = name if name and role != "log" else home.origin
            check_role(own_name, type, role)
            new_key(path, own_name, type=type, passphrase=passphrase)
        key = public_key(path)
    with Ledger.open(home.folder) as ledger:
        known = read_ring(ledger.store).find(key)
        if known is None or known.revoked is not None or known.role != role:
            event = KeyEvent(action="add", key=key, role=role, reason=reason)
            _append(ledger, [event], signer)
            is_new = True
        else:
            is_new = False
    return _published(home, key, path, is_new=is_new)


def rotate_key(
    home: Home,
    path: Path,
    *,
    successor: Path | None = None,
    root: Path | None = None,
    reason: str | None = None,
) -> Changed:
    """Let a new key take the place of the one in `path`, in the log and then on the disk.

    Args:
        home: The ledger's home.
        path: The key file; the new key is in it afterwards.
        successor: A file with the key that takes its place, made elsewhere; None makes one.
        root: Where the root key is.
        reason: Why, for people; it is published.

    Raises:
        LedgerError: A file cannot be used, or the log refuses the event. Nothing was logged.
    """
    with Ledger.open(home.folder) as ledger:
        ring = read_ring(ledger.store)
        begun = settle(path, ring.keys) or _unpublished(ledger, ring, public_key(path))
        if begun is None:
            # Of the root key, the old one signs: the new one is not known to the log yet.
            old, passphrase = _opened(path)
            signer = old if _role(ring, old) == "root" else load_root(home, root)
            _check_registered(ring, old, ledger.origin)
            new = _successor(path, successor, old, passphrase)
            _append(ledger, _rotation(ledger.origin, ring, old, new, reason), signer)
    with Ledger.open(home.folder) as ledger:
        settle(path, read_ring(ledger.store).keys)
    return _published(home, public_key(path), path, is_new=begun is None)


def revoke_key(
    home: Home,
    which: str,
    *,
    since: int | None = None,
    reason: str | None = None,
    root: Path | None = None,
) -> Changed:
    """Revoke a key, and put its file aside if it is here.

    Args:
        home: The ledger's home.
        which: Its vkey, its name and id, or its name if no other valid key has it.
        since: The log index from which on what it signed is not believed; None: from now on.
        reason: Why, for people; it is published.
        root: Where the root key is.

    Raises:
        NotFoundError: The log knows no such key.
        LedgerError: A file cannot be used, or the log refuses the event. Nothing was logged.
    """
    with Ledger.open(home.folder) as ledger:
        ring = read_ring(ledger.store)
        known = find_key(ring, home, which)
        file = find_file(home, known.key)
        _check_others(ring, known, file)
        # The same once more only finishes what a crash may have left; an earlier index is news.
        is_new = known.revoked is None or (since is not None and since != known.until)
        if is_new:
            event = KeyEvent(
                action="revoke", key=known.key, role=known.role, since=since, reason=reason
            )
            _append(ledger, [event], load_root(home, root))
    if file is not None and ".revoked-" not in file.name:
        file = put_aside(file)
    return _published(home, known.key, file, is_new=is_new)


def load_root(home: Home, given: Path | None) -> Signer:
    """Return the root key, after finishing its rotation if one was begun."""
    path = root_path(home, given)
    if next_path(path).exists():
        with Ledger.open(home.folder) as ledger:
            settle(path, read_ring(ledger.store).keys)
    return load_key(path)


def find_key(ring: KeyRing, home: Home, which: str) -> RegisteredKey:
    """Return the registered key that `which` names.

    Raises:
        NotFoundError: There is none.
        InputError: There are several.
    """
    found = [one for one in ring.keys if which in (str(one.key), one.key.label)]
    found = found or [one for one in ring.keys if which == one.key.name and _is_in_use(one)]
    if not found and (path := key_file(home, which)).exists():
        known = ring.find(public_key(path))
        found = [known] if known is not None else []
    if len(found) > 1:
        names = ", ".join(one.key.label for one in found)
        raise InputError(f"{which!r} could be any of {names}", hint="give the one with its id")
    if not found:
        raise NotFoundError(f"the log registers no key {which!r}", hint="ledger keys list")
    return found[0]


def _append(ledger: Ledger, events: Sequence[KeyEvent], root: Signer) -> int:
    records = [event.to_record(timestamp()) for event in events]
    (index,) = ledger.log.append(list(batches(records, origin=ledger.origin, signer=root)))
    return index


def _published(home: Home, key: VerifierKey, file: Path | None, *, is_new: bool) -> Changed:
    """Publish what was logged, with the log keys as they are now."""
    with Ledger.open(home.folder) as ledger:
        known = read_ring(ledger.store).find(key)
        if known is None:
            raise AssertionError("a key event was logged, and the ring does not know it")
        if known.role == "log":
            (add_log_key if known.revoked is None else drop_log_key)(home, key)
        published = ledger.publish()
    index = known.since if known.revoked is None else known.revoked
    return Changed(known=known, index=index, is_new=is_new, file=file, published=published)


def _unpublished(ledger: Ledger, ring: KeyRing, key: VerifierKey) -> RegisteredKey | None:
    """Return what is known of a key that came by a rotation which is not published yet.

    So a call that was cut off after it changed the files goes on, and does not rotate again.
    """
    known = ring.find(key)
    if known is None or all(one.successor != key for one in ring.keys):
        return None
    return None if known.since < served_size(ledger.home) else known


def served_size(home: Home) -> int:
    """Return how many entries the served checkpoint covers."""
    served = FolderSink(home.public).read(CHECKPOINT)
    return 0 if served is None else Checkpoint.from_text(Note.from_bytes(served).text).size


def _opened(path: Path) -> tuple[Signer, str | None]:
    """Return the signer of a key file, and the passphrase that opens it, asked for once."""
    if read_line(path).form is not Form.ENCRYPTED:
        return load_key(path), None
    passphrase = ask_passphrase(f"the key file {path}")
    return load_key(path, passphrase), passphrase


def _role(ring: KeyRing, signer: Signer) -> str | None:
    known = ring.find(signer.key)
    return None if known is None else known.role


def _successor(path: Path, made: Path | None, old: Signer, passphrase: str | None) -> Signer:
    """Return the key that waits beside `path`; make it, or bring it there, unless it waits."""
    waiting = next_path(path)
    if made is not None and made != waiting:
        public_key(made)
        os.replace(made, waiting)
    if waiting.exists():
        return load_key(waiting, passphrase)
    return new_key(waiting, old.key.name, type=old.key.type, passphrase=passphrase)


def _rotation(
    origin: str, ring: KeyRing, old: Signer, new: Signer, reason: str | None
) -> list[KeyEvent]:
    """Return the events by which `new` takes the place of `old`."""
    role = _role(ring, old)
    events = []
    if role is None:
        # Logs that are older than the role: the key that signs their checkpoints is stated first.
        role = "log"
        events.append(KeyEvent(action="add", key=old.key, role=role))
    if old.key.type == KeyType.ED25519:
        return [*events, rotation_of(origin, role, old=old, new=new, reason=reason)]
    return [*events, KeyEvent(action="add", key=new.key, role=role, reason=reason)]


def _is_in_use(known: RegisteredKey) -> bool:
    """Say whether a key signs anything new: of the log's own, also one that was rotated."""
    return known.revoked is None and (known.rotated is None or known.role == "log")


def _check_registered(ring: KeyRing, old: Signer, origin: str) -> None:
    """Check that a key can be rotated, before its successor is made.

    Raises:
        NotFoundError: The log does not register it.
        InputError: It was rotated or revoked already.
    """
    known = ring.find(old.key)
    if known is None and old.key.name != origin:
        raise NotFoundError(
            f"the log registers no key {old.key.label}", hint="ledger keys add NAME --role ROLE"
        )
    if known is not None and (known.rotated is not None or known.revoked is not None):
        raise InputError(f"{old.key.label} cannot rotate: {known.story()}", hint="ledger keys list")


def _check_others(ring: KeyRing, known: RegisteredKey, file: Path | None) -> None:
    """Refuse to revoke a key without which nothing more could be signed.

    Raises:
        InputError: It is the only root key, or the only log key of plain Ed25519.
    """
    needed = known.role == "root" or (known.role == "log" and known.key.type == KeyType.ED25519)
    others = [
        one
        for one in ring.keys
        if one.role == known.role
        and one.key.type == known.key.type
        and one.key != known.key
        and _is_in_use(one)
    ]
    is_first = known.role == "log" and file is not None and file.name == "log.key"
    if known.revoked is None and ((needed and not others) or is_first):
        raise InputError(
            f"{known.key.label} is the {known.role} key in use: nothing more could be signed",
            hint=f"ledger keys rotate {known.role}, and revoke the old one then",
        )
