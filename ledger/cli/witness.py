"""`ledger witness`: be a witness of other people's logs, or let one cosign ours."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.output import EXIT_OK, Output, counted, table
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    from ledger.signing.keys import VerifierKey
    from ledger.witness.state import Seen, WitnessState

EXAMPLE = "ledger witness init --name witness.example/authority"
_STATE = "witness.d/witness.db"
_LISTEN = "127.0.0.1:8081"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action",
        choices=("init", "add-log", "remove-log", "list", "serve", "use"),
        help="make a witness; say whose checkpoints it takes; look; run it; "
        "or let a witness cosign this ledger's log",
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="VKEY|FILE",
        help="add-log, remove-log: a log's key, or a trust file that names it; "
        "use: the files with the lines that witnesses handed out",
    )
    parser.add_argument(
        "--state", metavar="FILE", default=_STATE, help=f"what it has seen; default: {_STATE}"
    )
    parser.add_argument("--name", help="init: its name, such as witness.example/authority")
    parser.add_argument("--url", help=f"init: where logs will reach it; default: http://{_LISTEN}")
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default=_LISTEN, help=f"serve: default: {_LISTEN}"
    )
    parser.add_argument(
        "--needed",
        metavar="N",
        type=int,
        help="use: how many witnesses must cosign; default: more than half",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Do what the action says."""
    actions = {
        "init": _init,
        "add-log": _add_log,
        "remove-log": _remove_log,
        "list": _list,
        "serve": _serve,
        "use": _use,
    }
    return actions[args.action](args, output)


def _init(args: argparse.Namespace, output: Output) -> int:
    from ledger.witness.place import WitnessPlace, policy_lines

    if not args.name:
        raise InputError("a witness has a name, for ever", hint=EXAMPLE)
    place = WitnessPlace(Path(args.state))
    keys = place.make(args.name)
    lines, name = policy_lines(keys, (args.url or f"http://{_LISTEN}").rstrip("/"))
    output.say(f"{args.name}: a new witness in {place.folder}")
    if len(keys) == 1:
        output.say("Its one key is Ed25519: this machine's OpenSSL does not know ML-DSA-44.")
    output.say("Hand these lines out to the logs, and to whoever checks what they publish:")
    output.data(
        {
            "name": args.name,
            "state": str(place.state),
            "keys": [str(key) for key in keys],
            "policy": [*lines],
            "stands_for_it": name,
        },
        "\n".join(lines),
    )
    output.say("next: ledger witness add-log VKEY, then ledger witness serve")
    return EXIT_OK


def _add_log(args: argparse.Namespace, output: Output) -> int:
    keys = _log_keys(args.words)
    with _state(args) as state:
        new = [key for key in keys if state.add_log(key)]
    return _told(keys, f"{counted(len(new), 'key')} added", output)


def _remove_log(args: argparse.Namespace, output: Output) -> int:
    keys = _log_keys(args.words)
    with _state(args) as state:
        gone = [key for key in keys if state.remove_log(key)]
    return _told(keys, f"{counted(len(gone), 'key')} removed", output)


def _told(keys: "list[VerifierKey]", what: str, output: Output) -> int:
    lines = [f"  {key.name}+{key.id.hex()}  {_type(key)}" for key in keys]
    output.data([str(key) for key in keys], "\n".join([what, *lines]))
    return EXIT_OK


def _list(args: argparse.Namespace, output: Output) -> int:
    with _state(args) as state:
        logs, against = state.logs(), state.contradictions()
        seen = {one.origin: one for one in state.seen()}
    rows = [("log", "keys", "size", "cosigned")]
    for origin in sorted({key.name for key in logs} | seen.keys()):
        last = seen.get(origin)
        size, when = (str(last.size), utc(last.time)) if last else ("", "never")
        types = ", ".join(_type(key) for key in logs if key.name == origin)
        rows.append((origin, types or "none any more", size, when))
    lines = [table(rows, right=frozenset({2}))]
    lines += [f"✗ {one.origin} signed two trees of size {one.size}" for one in against]
    value: JSON = {
        "logs": [str(key) for key in logs],
        "cosigned": [_to_json(one) for one in seen.values()],
        "contradictions": [_to_json(one) for one in against],
    }
    output.data(value, "\n".join(lines))
    return EXIT_OK


def _serve(args: argparse.Namespace, output: Output) -> int:
    from ledger.cli.witnessing import serve
    from ledger.witness.place import WitnessPlace

    with _state(args) as state:
        return serve(WitnessPlace(Path(args.state)), state, args.listen, output)


def _use(args: argparse.Namespace, output: Output) -> int:
    from ledger.client.home import find_home
    from ledger.client.quorum import add_witness, write_trust

    if not args.words:
        raise InputError(
            "name the file with the lines that the witness handed out",
            hint="ledger witness use witness.policy",
        )
    home = find_home(Path(args.ledger) if args.ledger else None)
    new = read_text(home.trust)
    for number, word in enumerate(args.words, 1):
        needed = args.needed if number == len(args.words) else None
        new = add_witness(new, read_text(Path(word)), needed=needed)
    write_trust(home.trust, new)
    group, quorum = new.splitlines()[-2:]
    output.data({"trust": str(home.trust), "group": group, "quorum": quorum}, f"{group}\n{quorum}")
    output.say("next: ledger publish, which asks for cosignatures and serves what meets the quorum")
    output.say(f"Give {home.trust.name} anew to whoever checks your documents.")
    return EXIT_OK


def _state(args: argparse.Namespace) -> "WitnessState":
    from ledger.witness.state import WitnessState

    return WitnessState.open(Path(args.state))


def _log_keys(words: list[str]) -> "list[VerifierKey]":
    """Return the log keys that words name: vkeys, or trust files with their `log` lines."""
    from ledger.checkpoint.trust import Trust
    from ledger.signing.keys import VerifierKey

    if not words:
        raise InputError("name a log", hint="ledger witness add-log trust.policy")
    keys = []
    for word in words:
        if word.count("+") >= 2 and not Path(word).exists():
            keys.append(VerifierKey.parse(word))
        else:
            keys += [log.key for log in Trust.parse(read_text(Path(word)).encode()).logs]
    return keys


def read_text(path: Path) -> str:
    """Return the text of a file that an option names."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(f"{path} cannot be read: {reason}") from error


def utc(time: int) -> str:
    """Return POSIX seconds as people write them."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _type(key: "VerifierKey") -> str:
    from ledger.signing.keys import KeyType

    return "ML-DSA-44" if key.type == KeyType.COSIGNATURE_ML_DSA_44 else "Ed25519"


def _to_json(seen: "Seen") -> JSON:
    return {
        "origin": seen.origin,
        "size": seen.size,
        "root": seen.root.hex(),
        "time": seen.time,
        "checkpoint": seen.checkpoint.decode(),
    }
