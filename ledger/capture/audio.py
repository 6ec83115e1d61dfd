"""Milliseconds of WAV and FLAC audio, from their headers, rounded down.

WAV (RIFF, and RF64 for more than 4 GiB): size of the data chunk, over bytes per frame, over frames
per second; of both PCM and WAVE_FORMAT_EXTENSIBLE. Compressed formats in a WAV have no such
arithmetic: their `fact` chunk says how many frames there are. A recorder that was cut off leaves a
data size of 0 or 2^32 - 1; then what is really there counts.

FLAC: total samples over sample rate, from STREAMINFO (RFC 9639 section 8.2).
"""

import struct
from collections.abc import Generator

from ledger.capture.counters import Counted, Skip, Steps, Take, Truncated, Uncountable

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_UNKNOWN = 0xFFFFFFFF
_ENDLESS = 1 << 62


def wav() -> Steps:
    """Read RIFF chunks up to the data; see `Walk`."""
    header = yield Take(12)
    streamed = header[4:8] in (b"\0\0\0\0", b"\xff\xff\xff\xff")
    if header[:4] not in (b"RIFF", b"RF64") or header[8:] != b"WAVE":
        raise Uncountable(f"not a WAV file: begins with {header!r}")
    rate = frame = 0
    linear = False
    frames: int | None = None
    wide_size: int | None = None
    while True:
        name, size = struct.unpack("<4sI", (yield Take(8)))
        if name == b"data":
            if not rate or not frame:
                raise Uncountable("a WAV file whose data comes before its format")
            if frames is None:
                size = size if wide_size is None or size != _UNKNOWN else wide_size
                frames = (yield from _present(size, streamed=streamed)) // frame
            return Counted({"audio_milliseconds": frames * 1000 // rate})
        if size > 1 << 20 and name in (b"fmt ", b"fact", b"ds64"):
            raise Uncountable(f"a WAV header of {size} bytes")
        if name == b"fmt " and size >= 16:
            body = yield Take(size)
            code, _, rate, _, frame = struct.unpack_from("<HHIIH", body)
            if code == _EXTENSIBLE and size >= 26:
                code = struct.unpack_from("<H", body, 24)[0]
            linear = code in (_PCM, _FLOAT)
        elif name == b"fact" and size >= 4:
            body = yield Take(size)
            frames = None if rate and linear else struct.unpack_from("<I", body)[0]
        elif name == b"ds64" and size >= 16:
            body = yield Take(size)
            wide_size = struct.unpack_from("<Q", body, 8)[0]
        else:
            yield Skip(size)
        yield Skip(size % 2)


def _present(size: int, *, streamed: bool) -> Generator[Skip, bytes, int]:
    """Skip the data and return how many bytes of it are there."""
    asked = _ENDLESS if size == _UNKNOWN or (streamed and size == 0) else size
    try:
        yield Skip(asked)
    except Truncated as error:
        return asked - error.missing
    return asked


def flac() -> Steps:
    """Read STREAMINFO, after an ID3 tag if one is in front; see `Walk`."""
    marker = yield Take(4)
    if marker[:3] == b"ID3":
        rest = yield Take(6)
        size = 0
        for byte in rest[2:]:
            size = size << 7 | byte & 0x7F
        yield Skip(size)
        marker = yield Take(4)
    block = yield Take(4 + 34)
    if marker != b"fLaC" or block[0] & 0x7F != 0:
        raise Uncountable("not a FLAC stream: no STREAMINFO in front")
    packed = int.from_bytes(block[14:22], "big")
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    if not rate or not samples:
        raise Uncountable("the FLAC header does not say how long the stream is")
    return Counted({"audio_milliseconds": samples * 1000 // rate})
