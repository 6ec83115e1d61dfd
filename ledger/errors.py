"""What can go wrong, as one small family.

    LedgerError
    ├── MalformedError      bytes or values are not in the form they claim (also a ValueError)
    ├── VerificationError   the form is right, and what it says does not hold
    │   └── RevokedKeyError     … for it was signed by a key after the key's end
    ├── CannotTellError     neither proved nor disproved: a key or an input is missing
    ├── NotFoundError       no such record, entry, release or ledger (also a LookupError)
    ├── InputError          a file, option or manifest of the user cannot be used as it is
    │   └── OtherLogError       … for it was made for another log
    ├── ConflictError       another writer was first; nothing was written
    └── StorageError        the database, the disk or the network failed
        ├── DiskFullError       … for there is no room left
        ├── LogClosedError      … before, and nothing is written until the log was read again
        └── BehindError         the database lacks entries that were signed: an older copy

A class of its own, where somebody would do something else about it.

Hostile bytes raise these and nothing else. A message says what was found and what was expected;
`hint` is the next step, and where there is one, the command that mends it.
"""


class LedgerError(Exception):
    """The root of the family; never raised itself."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class MalformedError(LedgerError, ValueError):
    """Bytes or values are not in the form they claim to have."""


class VerificationError(LedgerError):
    """A signature, a proof or a digest does not hold."""


class RevokedKeyError(VerificationError):
    """Signed by a key that a key record ended before: revoked, or rotated."""


class CannotTellError(LedgerError):
    """Nothing was proved and nothing was disproved, because something is missing."""


class NotFoundError(LedgerError, LookupError):
    """What was asked for is not there."""


class InputError(LedgerError):
    """Something the user gave (a path, an option, a manifest) cannot be used as it is."""


class OtherLogError(InputError):
    """A batch that was signed for another log."""


class ConflictError(LedgerError):
    """Another writer advanced the log first. Reload, and try again from `found`."""

    def __init__(self, *, expected: int, found: int) -> None:
        super().__init__(f"the log is at size {found}, not {expected}", hint="run it again")
        self.expected = expected
        self.found = found


class StorageError(LedgerError):
    """The database, a file or the network failed while reading or writing."""


class DiskFullError(StorageError):
    """There is no room left. Nothing of the write was kept; reading goes on."""


class ForbiddenError(StorageError):
    """The database lets this role not do that. Nothing was changed."""


class LogClosedError(StorageError):
    """An error before closed the log; it opens by reading everything again."""


class BehindError(StorageError):
    """The database lacks entries that were signed, served or witnessed: it is an older copy."""
