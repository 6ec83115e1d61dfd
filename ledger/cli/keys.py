"""`ledger keys`: who may sign what in this log; add, rotate and revoke keys; passphrases."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, table
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.client.home import Home
    from ledger.client.key_events import Changed
    from ledger.record.keyring import RegisteredKey
    from ledger.signing.keys import KeyType, VerifierKey

EXAMPLE = "ledger keys list"
_ROLES = ("producer", "publisher", "root", "log")
_ROOT = "the root key's file; default: $LEDGER_ROOT_KEY, or with the other keys"
_REASON = "why, for people; it is published in the log"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _action(actions, "list", "list the keys: role, validity, file")
    add = _action(actions, "add", "register a key, and make its file unless it is there")
    add.add_argument("name", nargs="?", metavar="NAME", help="a short name, such as pipeline-2")
    add.add_argument("--role", required=True, choices=_ROLES, help="what it may sign")
    add.add_argument("--key", metavar="FILE", help="its file; default: keys/NAME.key")
    add.add_argument("--vkey", metavar="VKEY", help="the public half of a key kept elsewhere")
    add.add_argument(
        "--type",
        choices=("ed25519", "ml-dsa-44"),
        default="ed25519",
        help="of a new key; default: ed25519; ml-dsa-44 is for the role log",
    )
    add.add_argument("--passphrase", action="store_true", help="close a new key with a passphrase")
    rotate = _action(actions, "rotate", "let a new key take the place of an old one")
    rotate.add_argument("name", metavar="KEY", help="producer, root, log, another name, or a file")
    rotate.add_argument("--to", metavar="FILE", help="the new key, made before; default: make one")
    revoke = _action(actions, "revoke", "say that a key is not believed any more")
    revoke.add_argument("name", metavar="KEY", help="its vkey, name+id, or name")
    revoke.add_argument(
        "--from",
        dest="since",
        type=_index,
        metavar="INDEX",
        help="not believed from this entry on: when it was stolen; default: from now on",
    )
    for one in (add, rotate, revoke):
        one.add_argument("--root", metavar="FILE", help=_ROOT)
    for one in (add, rotate):
        one.add_argument("--pkcs11", metavar="URI", help="a key on a token, by its URI (RFC 7512)")
        one.add_argument("--reason", metavar="TEXT", help=_REASON)
    revoke.add_argument("--reason", required=True, metavar="TEXT", help=_REASON)
    passphrase = _action(actions, "passphrase", "set, change or remove a key file's passphrase")
    passphrase.add_argument("name", metavar="KEY", help="a key's name, or its file")
    passphrase.add_argument("--remove", action="store_true", help="keep the key as it is, open")
    export = _action(actions, "export", "print a key's public half, its vkey")
    export.add_argument("name", metavar="KEY", help="a key's name, or its file")


def run(args: argparse.Namespace, output: Output) -> int:
    """Do what the action says."""
    from ledger.client.home import find_home

    home = find_home(Path(args.ledger) if args.ledger else None)
    return {
        "list": _list,
        "add": _add,
        "rotate": _rotate,
        "revoke": _revoke,
        "passphrase": _passphrase,
        "export": _export,
    }[args.action](args, home, output)


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}.", allow_abbrev=False
    )
    # Also behind the action; there, absent must not overwrite what stood in front of it.
    for flag, more in (("--json", "print JSON to stdout"), ("--quiet", "print no talk")):
        parser.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=more)
    parser.add_argument(
        "--ledger", metavar="DIR", default=argparse.SUPPRESS, help="the ledger's folder"
    )
    return parser


def _index(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected the index of an entry, not {text!r}")
    return int(text)


def _list(args: argparse.Namespace, home: "Home", output: Output) -> int:
    """Print the registered keys, and the log's own if it does not register them."""
    import os

    from ledger.client.client import Ledger
    from ledger.client.key_events import ROOT_VARIABLE
    from ledger.client.key_files import known_files
    from ledger.log.ring import read_ring
    from ledger.record.keyring import RegisteredKey

    root = os.environ.get(ROOT_VARIABLE)
    files = known_files(home, *([Path(root)] if root else []))
    with Ledger.open(home.folder) as ledger:
        keys = read_ring(ledger.store).keys
    listed = {one.key for one in keys}
    unlisted = [
        (RegisteredKey(key, "log", 0), path)
        for key, path in files.items()
        if key not in listed and key.name == home.origin
    ]
    rows = [("role", "entries", "key", "file here")]
    values: list[JSON] = []
    for one, path in [*unlisted, *((known, files.get(known.key)) for known in keys)]:
        is_listed = one.key in listed
        file = "" if path is None else _shown(home, path)
        entries = _entries(one) if is_listed else "not said"
        rows.append((one.role, entries, one.key.label, _remark(one) or file))
        values.append(_value(one, file, is_listed=is_listed))
    output.data(values, table(rows))
    return EXIT_OK


def _entries(known: "RegisteredKey") -> str:
    """Return for which entries a key is valid."""
    if known.until is None:
        return f"{known.since} on"
    return f"{known.since} to {known.until - 1}" if known.until > known.since else "none"


def _remark(known: "RegisteredKey") -> str:
    if known.revoked is not None:
        return f"revoked at {known.revoked}"
    if known.successor is not None:
        return f"rotated to {known.successor.id.hex()}"
    return ""


def _value(known: "RegisteredKey", file: str, *, is_listed: bool) -> JSON:
    value: dict[str, JSON] = {
        "role": known.role,
        "key": known.key.label,
        "vkey": str(known.key),
        "file": file,
    }
    if is_listed:
        value["since"] = known.since
    for name, found in (
        ("until", known.until),
        ("rotated", known.rotated),
        ("revoked", known.revoked),
        ("successor", None if known.successor is None else str(known.successor)),
    ):
        if found is not None:
            value[name] = found
    return value


def _shown(home: "Home", path: Path) -> str:
    return path.name if path.parent == home.keys else str(path)


def _add(args: argparse.Namespace, home: "Home", output: Output) -> int:
    from ledger.client.key_events import add_key
    from ledger.client.key_files import key_file
    from ledger.errors import InputError

    if args.vkey is None and args.name is None:
        raise InputError(
            "a key needs a name, or the vkey of one made elsewhere",
            hint="ledger keys add NAME --role producer",
        )
    path = None
    if args.vkey is None:
        path = Path(args.key) if args.key else key_file(home, args.name)
        _check_own(args, path)
        if args.pkcs11:
            _write_token_key(_full_name(home, args), args.pkcs11, path)
    changed = add_key(
        home,
        args.role,
        path=path,
        vkey=args.vkey,
        name=_full_name(home, args),
        type=_type(args.type),
        passphrase=_new_passphrase(f"the new key {args.name}") if args.passphrase else None,
        root=_path(args.root),
        reason=args.reason,
    )
    said = "registered" if changed.is_new else "was registered before"
    return _told(changed, home, output, f"{changed.known.role} key {said}")


def _full_name(home: "Home", args: argparse.Namespace) -> str:
    return home.origin if args.role == "log" else f"{home.origin}/{args.name}"


def _check_own(args: argparse.Namespace, path: Path) -> None:
    """Refuse file names under which a log key would not sign, or another key would."""
    from ledger.errors import InputError

    if args.role == "log" and not path.name.startswith("log"):
        raise InputError(
            f"the file of a log's own key is called log….key, not {path.name}",
            hint="ledger keys add log-mldsa --role log --type ml-dsa-44",
        )
    if args.role != "log" and path.name.startswith("log"):
        raise InputError(f"{path.name} would sign checkpoints: choose a name without log in front")


def _write_token_key(name: str, uri: str, path: Path) -> None:
    """Write the file of a key that is on a token, unless it is there."""
    from ledger.keys.files import write_line
    from ledger.keys.pkcs11 import token_line

    if not path.exists():
        write_line(path, token_line(name, uri))


def _rotate(args: argparse.Namespace, home: "Home", output: Output) -> int:
    from ledger.client.key_events import root_path, rotate_key
    from ledger.client.key_files import key_file
    from ledger.keys.files import public_key
    from ledger.keys.rotation import next_path

    root = _path(args.root)
    path = root_path(home, root) if args.name == "root" else key_file(home, args.name)
    if args.pkcs11:
        _write_token_key(public_key(path).name, args.pkcs11, next_path(path))
    changed = rotate_key(home, path, successor=_path(args.to), root=root, reason=args.reason)
    said = "key rotated" if changed.is_new else "key rotated before; its files are in order now"
    code = _told(changed, home, output, f"{changed.known.role} {said}")
    if changed.known.role == "log":
        output.say("The old key signs along until you revoke it. Restart what serves this log, and")
        output.say(f"give readers the new trust file: {home.trust}")
    return code


def _revoke(args: argparse.Namespace, home: "Home", output: Output) -> int:
    from ledger.client.key_events import revoke_key

    changed = revoke_key(
        home, args.name, since=args.since, reason=args.reason, root=_path(args.root)
    )
    said = "revoked" if changed.is_new else "was revoked before"
    code = _told(changed, home, output, f"{changed.known.role} key {said}")
    if args.since is not None:
        until = changed.known.until
        output.say(f"What it signed from entry {until} on is not believed any more.")
    return code


def _told(changed: "Changed", home: "Home", output: Output, what: str) -> int:
    known, file = changed.known, changed.file
    lines = [f"{what}, entry {changed.index}", f"  key   {known.key.label}"]
    if file is not None:
        lines.append(f"  file  {file}")
    value: dict[str, JSON] = {
        "entry": changed.index,
        "is_new": changed.is_new,
        "published": changed.published.is_current,
    }
    shown = _value(known, "" if file is None else str(file), is_listed=True)
    assert isinstance(shown, dict)
    output.data({**shown, **value}, "\n".join(lines))
    if not changed.published.is_current:
        output.warn(
            "the event is logged and not served yet: " + "; ".join(changed.published.failures),
            "ledger publish",
        )
    return EXIT_OK


def _passphrase(args: argparse.Namespace, home: "Home", output: Output) -> int:
    from ledger.client.key_files import key_file
    from ledger.keys.files import close_key

    path = key_file(home, args.name)
    new = None if args.remove else _new_passphrase(f"the key file {path}")
    key = close_key(path, new)
    state = "open" if new is None else "closed with the new passphrase"
    output.data(
        {"file": str(path), "vkey": str(key), "closed": new is not None}, f"{path}: {state}"
    )
    output.say("Copies and backups of the file are still as they were.")
    return EXIT_OK


def _new_passphrase(what: str) -> str:
    from ledger.keys.passphrase import choose_passphrase

    return choose_passphrase(what)


def _export(args: argparse.Namespace, home: "Home", output: Output) -> int:
    from ledger.client.key_files import key_file
    from ledger.keys.files import public_key

    key: VerifierKey = public_key(key_file(home, args.name))
    output.data({"vkey": str(key)}, str(key))
    return EXIT_OK


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _type(word: str) -> "KeyType":
    from ledger.signing.keys import KeyType

    return KeyType.ED25519 if word == "ed25519" else KeyType.COSIGNATURE_ML_DSA_44
