"""Which key files a ledger has here, and which of them a name means."""

import os
from pathlib import Path

from ledger.client.home import Home
from ledger.errors import LedgerError
from ledger.keys.files import public_key
from ledger.signing.keys import VerifierKey

VARIABLE = "LEDGER_KEY"


def key_file(home: Home, name: str) -> Path:
    """Return the file that `name` means: a path, or the name of a key in the ledger's folder."""
    if name.endswith(".key") or os.sep in name:
        return Path(name)
    return home.keys / f"{name}.key"


def producer_file(home: Home, name: str | None = None) -> Path:
    """Return the key file that signs batches: as named, by `$LEDGER_KEY`, or `producer.key`."""
    return key_file(home, name or os.environ.get(VARIABLE) or "producer")


def known_files(home: Home, *others: Path) -> dict[VerifierKey, Path]:
    """Return the readable key files of a ledger by their public keys; `others` lie elsewhere.

    Files that wait or are kept count too: `.next`, `.old-<id>`, `.revoked-<id>`.
    """
    found: dict[VerifierKey, Path] = {}
    for path in [*sorted(home.keys.glob("*.key*"), reverse=True), *others]:
        try:
            found[public_key(path)] = path
        except LedgerError:  # is said when it is used
            continue
    return found


def find_file(home: Home, key: VerifierKey) -> Path | None:
    """Return the file of a key, if it is in the ledger's folder."""
    return known_files(home).get(key)
