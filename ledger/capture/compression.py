"""Counting inside gzip and Zstandard: decompress in pieces of bounded size, feed the pieces on."""

import zlib
from collections.abc import Iterator
from typing import Protocol

from ledger.capture.counters import Counted, Counter, Uncountable

_PIECE = 1 << 20


class _Decoder(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` decompresses to."""

    @property
    def complete(self) -> bool:
        """Whether the stream is at an end."""


class Decompressed:
    """A Counter that feeds another one with what the compressed bytes stand for."""

    def __init__(self, inner: Counter, compression: str) -> None:
        self._inner = inner
        self._decoder: _Decoder = _Gzip() if compression == "gzip" else _zstd()

    def feed(self, data: bytes) -> None:
        """See Counter."""
        for piece in self._decoder.pieces(data):
            self._inner.feed(piece)

    def finish(self) -> Counted:
        """See Counter."""
        if not self._decoder.complete:
            raise Uncountable("the compressed data is cut off")
        # The media type stays that of the compressed file; the inner one is a guess about it.
        return self._inner.finish()._replace(media_type=None)


class _Gzip:
    """One gzip member after another, as `gzip -d` reads them; zeros may follow the last."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.complete = False
        self._any = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self.complete:
                if self._any and not data.strip(b"\0"):
                    return
                data = data.lstrip(b"\0")
                self._member = zlib.decompressobj(wbits=31)
                self.complete = False
            try:
                piece = self._member.decompress(data, _PIECE)
            except zlib.error as error:
                raise Uncountable(f"the gzip data is damaged: {error}") from error
            if piece:
                yield piece
            data = self._member.unconsumed_tail
            if self._member.eof:
                self.complete = self._any = True
                data = self._member.unused_data


class _Zstandard:
    """Zstandard frames one after another, through the `zstandard` package."""

    def __init__(self) -> None:
        import zstandard

        self._context = zstandard.ZstdDecompressor()
        self._error = zstandard.ZstdError
        self._frame = self._context.decompressobj()
        self.complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        # A Zstandard block is at most 128 KiB; small inputs keep what one call returns bounded.
        for start in range(0, len(data), 1 << 14):
            yield from self._frames(data[start : start + (1 << 14)])

    def _frames(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self.complete:
                self._frame = self._context.decompressobj()
                self.complete = False
            try:
                piece = self._frame.decompress(data)
            except self._error as error:
                raise Uncountable(f"the Zstandard data is damaged: {error}") from error
            if piece:
                yield piece
            self.complete = self._frame.eof
            data = self._frame.unused_data if self.complete else b""


def _zstd() -> _Decoder:
    try:
        return _Zstandard()
    except ImportError as error:
        raise Uncountable(
            "counting inside Zstandard needs the package zstandard: "
            "pip install 'training-data-ledger[zstd]'"
        ) from error
