"""Vectors of the tree over the documents inside a shard."""

import base64
import io

from ledger.capture import DocumentTree, Options
from ledger.capture.files import Running, Source, read_source
from ledger.tree.documents import (
    document_digest,
    document_leaf,
    documents_root,
    open_document,
    salts,
    shard_key,
)

SHARD = (
    '{"text": "An article.", "url": "https://news.example/1"}\n'
    "\n"
    '{"text": "Zwei Zeilen,\\nein Text."}\r\n'
    '{"text": null}'
)
"""A shard of three documents: a blank line, a line end of Windows, no line end at the end."""

TABLE = 'id,text\r\n1,"said ""so"",\nshe"\n\n2,plain\r3,"never closed\n'


def documents() -> dict[str, object]:
    """Return vectors/document-tree.json."""
    lines = [
        line.removesuffix("\r").encode()
        for line in SHARD.split("\n")
        if line and not line.isspace()
    ]
    digests = [document_digest(line) for line in lines]
    joined = b"".join(digests)
    key = shard_key([joined])
    salted = salts(key, 0, len(digests))
    shares = [salted[32 * at : 32 * at + 32] for at in range(len(digests))]
    opening = open_document(lambda: (joined,), 2, len(digests))
    opening.check(documents_root(lambda: (joined,)))
    return {
        "shard": {"name": "a.jsonl", "text": SHARD},
        "documents": [line.decode() for line in lines],
        "digests": [one.hex() for one in digests],
        "key": key.hex(),
        "salts": [one.hex() for one in shares],
        "leaves": [
            document_leaf(salt, digest).hex() for salt, digest in zip(shares, digests, strict=True)
        ],
        "root": documents_root(lambda: (joined,)).hex(),
        "opening": {
            "index": opening.index,
            "count": opening.count,
            "digest": opening.digest.hex(),
            "salt": opening.salt.hex(),
            "proof": [one.hex() for one in opening.proof],
        },
        "empty": documents_root(lambda: ()).hex(),
        "shards": [
            _case("a.jsonl", SHARD.encode(), ""),
            _case("a.jsonl", SHARD.encode(), "text"),
            _case("a.csv", TABLE.encode(), ""),
            _case("a.csv", TABLE.encode(), "text"),
            _case("a.txt", SHARD.encode(), ""),
            _case("a.tsv", b'a\tb\n1,2\t"x\ty"\n', ""),
            _case("empty.jsonl", b" \n\r\n", ""),
            _case("a.tar", _archive(), ""),
        ],
    }


def _case(name: str, data: bytes, column: str) -> dict[str, object]:
    stream = io.BytesIO(data)
    source = Source(
        name,
        len(data),
        read=stream.read,
        read_at=lambda offset, size: data[offset : offset + size],
        open=lambda: io.BytesIO(data),
    )
    facts = read_source(source, Options(documents=DocumentTree(column)), Running())
    assert facts.documents is not None
    return {
        "name": name,
        "base64": base64.b64encode(data).decode(),
        "field": facts.documents.to_json(),
    }


def _archive() -> bytes:
    """Return an archive of two members and a link, written out: no library of another version."""
    return b"".join(
        (
            _member(b"0001.txt", b"0", b"An article."),
            _member(b"0001.json", b"0", b"{}"),
            _member(b"again.txt", b"2", b""),
            bytes(1024),
        )
    )


def _member(name: bytes, kind: bytes, content: bytes) -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[100:108] = b"0000644\0"
    header[108:116] = header[116:124] = b"0000000\0"
    header[124:136] = b"%011o\0" % len(content)
    header[136:148] = b"%011o\0" % 0
    header[148:156] = b" " * 8
    header[156:157] = kind
    header[257:265] = b"ustar\x0000"
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)
