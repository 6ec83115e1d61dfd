"""Reading bytes as a file of a name, in chunks of any size."""

import io

from ledger.capture import DomainColumn, Options
from ledger.capture.files import CHUNK, Facts, Running, Source, read_source

URL = Options(domains=DomainColumn("url"))


def read(name: str, data: bytes, options: Options = URL, chunk: int = CHUNK) -> Facts:
    stream = io.BytesIO(data)
    source = Source(
        name,
        len(data),
        read=lambda size: stream.read(min(size, chunk)),
        read_at=lambda offset, size: data[offset : offset + size],
        open=lambda: io.BytesIO(data),
    )
    return read_source(source, options, Running())


def shares(facts: Facts) -> dict[str, tuple[int, int]]:
    assert facts.tally is not None
    return {name: (size, documents) for name, size, documents in facts.tally.shares}
