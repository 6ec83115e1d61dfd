"""Samples in a WebDataset tar, from its headers alone.

A sample is all regular members that share a key: the path up to the first dot of its last part
(`train/0001.jpg` and `train/0001.txt` are sample `train/0001`). Images are members with an image's
extension. Member contents are skipped, so a tar costs no more than its hash; they are read for who
wants each member as a document.

Read are POSIX ustar, pax (`path` and `size`), GNU long names and base-256 sizes, and old GNU sparse
headers.
"""

from typing import TYPE_CHECKING

from ledger.capture.counters import Counted, Skip, Steps, Take, Truncated, Uncountable

if TYPE_CHECKING:
    from ledger.capture.documents import Sink

_PIECE = 1 << 18
_BLOCK = 512
_MODALITY = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif"), "image"),
    **dict.fromkeys(("wav", "flac", "mp3", "ogg", "opus", "m4a"), "audio"),
    **dict.fromkeys(("mp4", "webm", "mkv", "mov", "avi"), "video"),
    **dict.fromkeys(("txt", "json", "jsonl", "md", "html", "csv", "xml", "caption"), "text"),
}
_LONGEST_NAME = 1 << 20


def tar(members: "Sink | None" = None) -> Steps:
    """Read tar headers; see `Walk`. Each regular member's bytes go to `members`, if it is given."""
    samples: set[int] = set()
    modalities: set[str] = set()
    images = 0
    long_name: str | None = None
    long_size: int | None = None
    try:
        while any(header := (yield Take(_BLOCK))):
            size = _number(header[124:136])
            kind = header[156:157]
            if kind in b"LKxg" and kind:
                text = yield Take(_bounded(size))
                yield Skip(-size % _BLOCK)
                if kind == b"L":
                    long_name = text.rstrip(b"\0").decode(errors="surrogateescape")
                elif kind == b"x":
                    found = _pax(text)
                    long_name = found.get("path", long_name)
                    long_size = int(found["size"]) if "size" in found else None
                continue
            sparse = kind == b"S" and header[482] != 0
            while sparse:
                sparse = (yield Take(_BLOCK))[504] != 0
            if kind in b"07S\0":
                key, extension = _split(long_name or _name(header))
                # The key's hash stands for the key: a set of strings would cost several times
                # as much, and a tar may have millions.
                samples.add(hash(key))
                modality = _MODALITY.get(extension)
                images += modality == "image"
                if modality:
                    modalities.add(modality)
            size = size if long_size is None else long_size
            long_name = long_size = None
            # Links and directories have no content, whatever their size field says.
            size = 0 if kind in b"123456" and kind else size
            yield from _content(size, members if kind in b"07S\0" else None)
    except Truncated as error:
        # Many writers leave out the two empty blocks at the end; anything else is a cut.
        if error.missing != _BLOCK:
            raise
    measures = {"documents": len(samples)} | ({"images": images} if images else {})
    return Counted(measures, modality=tuple(sorted(modalities)) or None)


def _content(size: int, members: "Sink | None") -> Steps:
    """Go past the bytes that an archive holds of a member: of a sparse one, without its holes."""
    if members is None:
        yield Skip(size + -size % _BLOCK)
        return Counted({})
    left = size
    try:
        while left:
            piece = yield Take(min(left, _PIECE))
            members.part(piece)
            left -= len(piece)
    except Truncated as error:
        raise Uncountable(f"the file is cut off: {left} bytes of a member are missing") from error
    members.end()
    yield Skip(-size % _BLOCK)
    return Counted({})


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    if header[257:263] == b"ustar\0":
        prefix = header[345:500].partition(b"\0")[0]
        name = prefix + b"/" + name if prefix else name
    return name.decode(errors="surrogateescape")


def _split(name: str) -> tuple[str, str]:
    folder, slash, last = name.rpartition("/")
    stem, _, extension = last.partition(".")
    return folder + slash + stem, extension.rpartition(".")[2].lower()


def _number(octal: bytes) -> int:
    if octal[0] & 0x80:  # GNU: base 256, for sizes beyond 8 GiB
        return int.from_bytes(octal[1:], "big")
    try:
        return int(octal.strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise Uncountable(f"not a tar header: size {octal!r}") from error


def _bounded(size: int) -> int:
    if size > _LONGEST_NAME:
        raise Uncountable(f"a tar header of {size} bytes")
    return size


def _pax(data: bytes) -> dict[str, str]:
    """Return the records of a pax header: each is `<length> <name>=<value>` and a line end."""
    records: dict[str, str] = {}
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or not len(length) + 1 < int(length) <= len(data):
            raise Uncountable("a pax header is malformed")
        name, _, value = data[len(length) + 1 : int(length) - 1].partition(b"=")
        records[name.decode(errors="replace")] = value.decode(errors="surrogateescape")
        data = data[int(length) :]
    if not records.get("size", "0").isdecimal():
        raise Uncountable(f"a pax header has size {records['size']!r}")
    return records
