"""Adding a witness to a ledger's trust file, which stays one that a person can read and edit.

A witness hands out a few lines: `witness` lines, one a key, and a `group` that counts them as one.
They are added as they are, and two lines of ours follow, which the next witness replaces:

    group witnesses <k> <witness>...
    quorum witnesses
"""

import os
import re
import secrets
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.errors import InputError, MalformedError

GROUP = "witnesses"


def add_witness(text: str, lines: str, *, needed: int | None = None) -> str:
    """Return a trust file with one witness more.

    Args:
        text: The trust file.
        lines: What the witness handed out: `witness` lines, and a group if they are several.
        needed: How many witnesses must cosign; default: more than half of them.

    Raises:
        InputError: The quorum of the file was written by hand, or there are not so many witnesses.
        MalformedError: The lines are no witness's, or the file has them already.
    """
    trust = Trust.parse(text.encode())
    added = [line for line in lines.splitlines() if line.strip() and not line.startswith("#")]
    name = _name_of(added)
    before = next((one.members for one in trust.groups if one.name == GROUP), ())
    if trust.quorum != (GROUP if before else None):
        raise InputError(
            f"the trust file has a quorum of its own, {trust.quorum!r}: add the lines by hand",
            hint="edit ledger.d/trust.policy",
        )
    members = [*before, name]
    count = needed or len(members) // 2 + 1
    if not 0 < count <= len(members):
        raise InputError(f"{count} of {len(members)} witnesses is no quorum", hint="--needed 1")
    kept = [line for line in text.splitlines() if not _is_ours(line)]
    ours = [f"group {GROUP} {count} {' '.join(members)}", f"quorum {GROUP}"]
    new = "\n".join([*kept, *added, *ours, ""])
    Trust.parse(new.encode())
    return new


def write_trust(path: Path, text: str) -> None:
    """Replace a trust file: whole and durable, or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _is_ours(line: str) -> bool:
    words = line.split()
    return words[:1] == ["quorum"] or words[:2] == ["group", GROUP]


def _name_of(lines: list[str]) -> str:
    """Return the one name that stands for the witness whose lines these are."""
    words = [line.split() for line in lines]
    if not words or any(not re.fullmatch("witness|group", one[0]) for one in words):
        raise MalformedError("expected the lines that a witness hands out: witness and group lines")
    grouped = {name for one in words if one[0] == "group" for name in one[3:]}
    names = [one[1] for one in words if len(one) > 1 and one[1] not in grouped]
    if len(names) != 1:
        raise MalformedError(
            f"the lines name {len(names)} witnesses ({', '.join(names)[:200]}), not one",
            hint="add them one at a time, or by hand",
        )
    return names[0]
