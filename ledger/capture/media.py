"""What a file is, from its name and its first bytes: media type, modality, and how to count it.

Known first bytes win over the name (a PNG called `a.jpg` is a PNG), except where the name is the
more precise of the two (a `.docx` is a ZIP). What neither tells is text if its beginning is UTF-8
without NUL, and `application/octet-stream` otherwise. The system's `mime.types` is never read: the
same file must get the same type on every machine.
"""

from codecs import utf_8_decode
from functools import cache
from typing import Final, Literal, NamedTuple

Form = Literal[
    "jsonl",
    "json",
    "csv",
    "tsv",
    "text",
    "document",
    "tar",
    "parquet",
    "wav",
    "flac",
    "image",
    "warc",
    "cdx",
    "",
]
"""How the content is counted; the empty one is not counted at all."""

HEAD: Final = 4096
"""How many first bytes `recognise` wants to see."""


class Media(NamedTuple):
    """A media type, what a record says about its modality, and how it is counted."""

    media_type: str
    modality: str
    form: Form = ""
    compression: Literal["", "gzip", "zstd"] = ""


BINARY: Final = Media("application/octet-stream", "other")
PLAIN: Final = Media("text/plain", "text", "text")
JSONL: Final = Media("application/jsonl", "text", "jsonl")
PNG: Final = Media("image/png", "image", "image")
JPEG: Final = Media("image/jpeg", "image", "image")
GIF: Final = Media("image/gif", "image", "image")
TIFF: Final = Media("image/tiff", "image", "image")
WEBP: Final = Media("image/webp", "image", "image")
WAV: Final = Media("audio/wav", "audio", "wav")
FLAC: Final = Media("audio/flac", "audio", "flac")
PARQUET: Final = Media("application/vnd.apache.parquet", "other", "parquet")
WARC: Final = Media("application/warc", "text", "warc")
PDF: Final = Media("application/pdf", "text", "document")
TAR: Final = Media("application/x-tar", "other", "tar")
ZIP: Final = Media("application/zip", "other")
GZIP: Final = Media("application/gzip", "other", "", "gzip")
ZSTD: Final = Media("application/zstd", "other", "", "zstd")


def _text(media_type: str) -> Media:
    return Media(media_type, "text", "text")


_BY_EXTENSION: Final[dict[str, Media]] = {
    **dict.fromkeys(("jsonl", "ndjson", "jsonlines"), JSONL),
    "json": Media("application/json", "text", "json"),
    "csv": Media("text/csv", "text", "csv"),
    "tsv": Media("text/tab-separated-values", "text", "tsv"),
    **dict.fromkeys(("txt", "text", "log", "rst", "tex", "srt"), PLAIN),
    **dict.fromkeys(("md", "markdown"), _text("text/markdown")),
    **dict.fromkeys(("html", "htm"), _text("text/html")),
    "xml": _text("application/xml"),
    **dict.fromkeys(("yaml", "yml"), _text("application/yaml")),
    "toml": _text("application/toml"),
    **dict.fromkeys(("py", "pyi"), _text("text/x-python")),
    **dict.fromkeys(("js", "mjs"), _text("text/javascript")),
    **dict.fromkeys(("c", "h"), _text("text/x-c")),
    **dict.fromkeys(("ts", "tsx", "jsx", "rs", "go", "java", "kt", "scala", "swift", "cs"), PLAIN),
    **dict.fromkeys(("cc", "cpp", "hpp", "rb", "php", "sh", "pl", "lua", "r", "jl"), PLAIN),
    **dict.fromkeys(("sql", "css", "ini", "cfg", "conf"), PLAIN),
    **dict.fromkeys(("warc", "wet", "wat"), WARC),
    **dict.fromkeys(("cdx", "cdxj"), Media("application/x-cdx", "text", "cdx")),
    "pdf": PDF,
    "rtf": Media("application/rtf", "text", "document"),
    "epub": Media("application/epub+zip", "text", "document"),
    "docx": Media(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text",
        "document",
    ),
    "odt": Media("application/vnd.oasis.opendocument.text", "text", "document"),
    "zip": ZIP,
    **dict.fromkeys(("arrow", "feather"), Media("application/vnd.apache.arrow.file", "other")),
    **dict.fromkeys(("npy", "npz", "pt", "pkl", "safetensors", "h5", "tfrecord"), BINARY),
    "tar": TAR,
    "parquet": PARQUET,
    "wav": WAV,
    "flac": FLAC,
    "mp3": Media("audio/mpeg", "audio"),
    **dict.fromkeys(("ogg", "oga", "opus"), Media("audio/ogg", "audio")),
    **dict.fromkeys(("m4a", "aac"), Media("audio/mp4", "audio")),
    "png": PNG,
    **dict.fromkeys(("jpg", "jpeg"), JPEG),
    "gif": GIF,
    "webp": WEBP,
    **dict.fromkeys(("tif", "tiff"), TIFF),
    "bmp": Media("image/bmp", "image", "image"),
    "avif": Media("image/avif", "image", "image"),
    **dict.fromkeys(("heic", "heif"), Media("image/heic", "image", "image")),
    "svg": Media("image/svg+xml", "image", "image"),
    **dict.fromkeys(("mp4", "m4v"), Media("video/mp4", "video")),
    "webm": Media("video/webm", "video"),
    "mkv": Media("video/matroska", "video"),
    "mov": Media("video/quicktime", "video"),
    "avi": Media("video/x-msvideo", "video"),
    "gz": GZIP,
    "zst": ZSTD,
    "bin": BINARY,
}

# Files named by two first bytes, then told apart by more of them. Short signatures that ordinary
# text may begin with (BMP's "BM") are left to the extension.
_BY_MAGIC: Final[dict[bytes, tuple[tuple[bytes, Media], ...]]] = {
    b"\x89P": ((b"\x89PNG\r\n\x1a\n", PNG),),
    b"\xff\xd8": ((b"\xff\xd8\xff", JPEG),),
    b"GI": ((b"GIF87a", GIF), (b"GIF89a", GIF)),
    b"WA": ((b"WARC/", WARC),),
    b"II": ((b"II*\0", TIFF),),
    b"MM": ((b"MM\0*", TIFF),),
    b"fL": ((b"fLaC", FLAC),),
    b"PA": ((b"PAR1", PARQUET), (b"PARE", PARQUET)),
    b"%P": ((b"%PDF-", PDF),),
    b"\x1f\x8b": ((b"\x1f\x8b\x08", GZIP),),
    b"(\xb5": ((b"(\xb5/\xfd", ZSTD),),
    b"RI": ((b"RIFF", BINARY),),
    b"RF": ((b"RF64", BINARY),),
}
_RIFF: Final = {
    b"WAVE": WAV,
    b"WEBP": WEBP,
    b"AVI ": Media("video/x-msvideo", "video"),
}


def recognise(name: str, head: bytes) -> Media:
    """Return what the file `name` is that begins with `head` (up to `HEAD` bytes)."""
    dot = name.rfind(".") + 1
    extension = name[dot:].lower() if dot else ""
    named = _BY_EXTENSION.get(extension) or _from_standard_table(extension)
    signatures = _BY_MAGIC.get(head[:2])
    if signatures is not None:
        known = _by_signature(head, signatures)
        if known is not None:
            named = known
    if named is None:
        return _by_content(head)
    if named.compression:
        return _compressed(name, named)
    return named


def _by_signature(head: bytes, signatures: tuple[tuple[bytes, Media], ...]) -> Media | None:
    for signature, media in signatures:
        if head.startswith(signature):
            return _RIFF.get(head[8:12]) if signature in (b"RIFF", b"RF64") else media
    return None


def _by_content(head: bytes) -> Media:
    if head[257:262] == b"ustar":
        return TAR
    if head.startswith(b"PK\3\4"):
        return ZIP
    if b"\0" in head:
        return BINARY
    try:
        # Not final when there is more to come: the cut may fall inside a character.
        utf_8_decode(head, "strict", len(head) < HEAD)
    except UnicodeDecodeError:
        return BINARY
    return PLAIN


def _compressed(name: str, outer: Media) -> Media:
    """Return what is inside, by the name before the last suffix: `a.jsonl.gz` is JSON Lines."""
    stem = name.rpartition(".")[0]
    inner = _BY_EXTENSION.get(stem[stem.rfind(".") + 1 :].lower()) if "." in stem else None
    if inner is None or inner.compression:
        return outer
    # A footer cannot be found in a stream, so Parquet inside gzip stays uncounted.
    form: Form = "" if inner.form == "parquet" else inner.form
    return Media(outer.media_type, inner.modality, form, outer.compression)


@cache
def _from_standard_table(extension: str) -> Media | None:
    if not extension:
        return None
    from mimetypes import MimeTypes  # 3 ms, and only for names that our own table lacks

    media_type = MimeTypes(filenames=()).guess_type(f"x.{extension}", strict=True)[0]
    if media_type is None:
        return None
    family = media_type.partition("/")[0]
    if family == "text":
        return _text(media_type)
    if family == "image":
        return Media(media_type, "image", "image")
    return Media(media_type, family if family in ("audio", "video") else "other")
