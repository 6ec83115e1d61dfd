"""Which counters a file gets, and what becomes of them when the content resists."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from ledger.capture.counters import Counted, Counter, One, Uncountable, Walk
from ledger.capture.lines import Csv, Json, JsonLines, count_lines, is_json_lines
from ledger.capture.media import Form, Media
from ledger.errors import InputError

if TYPE_CHECKING:
    # csv, json and the tokenizer are loaded for the files that need them.
    from ledger.capture.tokens import Tokens

_SINGLE: dict[Form, str] = {"text": "documents", "document": "documents", "image": "images"}
_WITH_ROWS = frozenset({"jsonl", "json", "csv", "tsv", "text"})


class Counting:
    """The counters of one file. What cannot be counted is noted and left out, tokens excepted."""

    def __init__(self, media: Media, tokens: "Tokens | None") -> None:
        self.notes: list[str] = []
        self._media = media
        self._tokens = tokens
        self._counter: Counter | None = None
        self._token_counter: Counter | None = None
        try:
            self._counter = _compressed(media, partial(_content_counter, media.form))
            if tokens is not None and media.form in _WITH_ROWS:
                make = partial(_token_counter, media.form, tokens)
                self._token_counter = _compressed(media, make)
        except Uncountable as reason:
            self._give_up(reason)

    def feed(self, data: bytes) -> None:
        """Hand a chunk to all counters."""
        try:
            if self._counter is not None:
                self._counter.feed(data)
            if self._token_counter is not None:
                self._token_counter.feed(data)
        except Uncountable as reason:
            self._give_up(reason)

    def finish(
        self,
        size: int,
        read_at: Callable[[int, int], bytes],
        open_file: Callable[[], BinaryIO],
    ) -> Counted:
        """Return everything counted, after the last of `size` bytes."""
        found = Counted({})
        try:
            if self._counter is not None:
                found = self._counter.finish()
            if self._media.form == "parquet":
                from ledger.capture.parquet import count_rows

                found = count_rows(size, read_at)
            if self._token_counter is not None:
                found.measures.update(self._token_counter.finish().measures)
        except Uncountable as reason:
            self._give_up(reason)
        if self._media.form == "parquet" and self._tokens is not None:
            from ledger.capture.tokens import count_parquet

            found.measures["tokens"] = count_parquet(open_file, self._tokens)
        return found

    def _give_up(self, reason: Uncountable) -> None:
        if self._tokens is not None and self._media.form in _WITH_ROWS:
            raise InputError(f"tokens cannot be counted: {reason}")
        self.notes.append(f"not counted: {reason}")
        self._counter = self._token_counter = None


def count_whole(form: Form, data: bytes) -> Counted | None:
    """Return what is in a small file of a simple form without making a counter; else None."""
    if form in _SINGLE:
        return Counted({_SINGLE[form]: 1 if data else 0})
    if form == "":
        return Counted({})
    if form in ("jsonl", "json"):
        if form == "jsonl" or is_json_lines(data):
            return Counted({"documents": count_lines(data)}, "application/jsonl")
        return Counted({"documents": 1 if data else 0})
    return None


def _compressed(media: Media, make: Callable[[], Counter | None]) -> Counter | None:
    counter = make()
    if counter is None or not media.compression:
        return counter
    from ledger.capture.compression import Decompressed

    return Decompressed(counter, media.compression)


def _content_counter(form: Form) -> Counter | None:
    """Return the counter of a form, or None where there is nothing to feed."""
    match form:
        case "text" | "document" | "image":
            return One(_SINGLE[form])
        case "jsonl" | "json" | "csv" | "tsv":
            return _line_counter(form)
        case "warc":
            from ledger.capture.web_archives import WarcDocuments

            return WarcDocuments()
        case "tar":
            from ledger.capture.archives import tar

            return Walk(tar)
        case "wav" | "flac":
            from ledger.capture import audio

            return Walk(audio.wav if form == "wav" else audio.flac)
    return None


def _line_counter(form: Form) -> Counter:
    if form == "jsonl":
        return JsonLines()
    if form == "json":
        return Json(JsonLines, partial(One, "documents"))
    return Csv(b"," if form == "csv" else b"\t")


def _token_counter(form: Form, tokens: "Tokens") -> Counter:
    from ledger.capture.tokens import RowTokens

    if form == "json":
        return Json(partial(RowTokens, tokens, "jsonl"), partial(RowTokens, tokens, "json"))
    return RowTokens(tokens, form)
