"""The first cosigned checkpoint of each day, kept beside the tiles.

    checkpoints/2026-11-24     a signed checkpoint, as it was served; the quorum's day, in UTC

The served checkpoint is cosigned again and again, so what it proves about time becomes later and
later. That an entry is a year old, an old cosignature proves and no new one does. One a day is
enough for that, and 14 kB: whatever the log holds was logged no later than the first of these that
covers it.
"""

from datetime import UTC, datetime

from ledger.errors import VerificationError
from ledger.log.ports import TileSink

FOLDER = "checkpoints"


def kept_path(seen_at: int) -> str:
    """Return where the first checkpoint of a day is kept.

    Args:
        seen_at: A time of that day, in POSIX seconds.
    """
    return f"{FOLDER}/{datetime.fromtimestamp(seen_at, UTC):%Y-%m-%d}"


def keep_checkpoint(sink: TileSink, data: bytes, seen_at: int) -> None:
    """Keep a checkpoint that a quorum saw at `seen_at`, if it is the first of its day.

    Raises:
        StorageError: It could not be written.
    """
    path = kept_path(seen_at)
    if sink.read(path) is not None:
        return
    try:
        sink.write(path, data)
    except VerificationError:
        # Another publisher kept one at the same moment: it is as good.
        return
