"""Vectors of packages: one that says of itself what little it shows, queries, and covers."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError
from ledger.proof.package import DISCLOSURE, MANIFEST, read_package, write_package
from ledger.proof.stored_zip import write_zip
from ledger.query.cover import Trees
from ledger.query.disclosure import NO_RELEASE, STATED, Disclosure
from ledger.query.disclosure_check import verify_disclosure
from ledger.query.expression import matches
from ledger.query.expression_text import parse_query
from ledger.query.names import generator_code
from ledger.record.canonical import JSON
from ledger.signing.keys import Signer
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    ROOT,
    STRANGER,
    WITNESS,
    example_log,
    only,
    shard,
)

TRUST_TEXT = f"log {LOG.key}\nwitness ed {WITNESS.key}\nquorum ed\n"
TRUST = Trust.parse(TRUST_TEXT.encode())
NAME_KEY = bytes(range(32))
MODELS = (("OpenAI", "gpt-4o"), ("OpenAI", "o3"), ("Anthropic", "claude"))
RECORD = shard(
    0,
    modality=["image", "text"],
    source={"category": "synthetic", "name": "it's"},
    generator=[
        {"provider": "OpenAI", "model": "gpt-4o", "role": "generator", "on_eu_market": True},
        {"provider": "Anthropic", "model": "claude", "role": "judge"},
    ],
)
WHERE = "source.category=public_dataset"
QUERIES = (
    "source.category=synthetic",
    "source.category != synthetic",
    "generator.provider=Anthropic",
    "generator.provider=OpenAI and generator.model=claude",
    "modality in (audio, image)",
    "modality not in (audio, image)",
    "rights.licence!=MIT",
    "measures.bytes=7",
    "generator.on_eu_market=true",
    "source.name='it''s'",
    'source.name="it\'s"',
    "dataset.name=example or dataset.name=x and dataset.name=y",
    "(dataset.name=example or dataset.name=x) and dataset.name=y",
    "NOT dataset.name=x AND dataset.name=example",
)
REJECTED = (
    "",
    "source=synthetic",
    "source.categry=synthetic",
    "source.category=syntetic",
    "measures.bytes=many",
    "(dataset.name=x",
    "dataset.name=",
    "dataset.name='x",
    "dataset.name in (x y)",
    "dataset.name=x dataset.name=y",
    "and",
)


def package() -> dict[str, object]:
    """Return vectors/package.json."""
    members = _members()
    data = write_package(DISCLOSURE, ORIGIN, members, PRODUCER)
    return {
        "trust": TRUST_TEXT,
        "manifest": read_package(data).manifest.to_bytes().decode(),
        "disclosure": members["disclosure.json"].decode(),
        "cases": [
            {"what": what, "verdict": _verdict(changed), "package": b64encode(changed).decode()}
            for what, changed in _cases(members, data)
        ],
        "record": RECORD,
        "queries": [
            {"where": where, "holds": matches(parse_query(where), RECORD)} for where in QUERIES
        ],
        "rejected": [where for where in REJECTED if _is_refused(where)],
        "covers": _covers(),
    }


def _members(**changes: object) -> dict[str, bytes]:
    log = replace(example_log(), cosigners=(WITNESS,))
    show = dict.fromkeys(range(5), only("content", "source"))
    stated: dict[str, object] = {
        "where": WHERE,
        "fields": ("content",),
        "made_at": "2026-09-02T09:30:00Z",
        "records": 5,
        "others": 0,
        "silent": 0,
        "level": STATED,
        "reason": NO_RELEASE,
        **changes,
    }
    return {
        "cover.html": b"<!doctype html><title>Five records</title>\n",
        "disclosure.json": Disclosure(**stated).to_bytes(),  # type: ignore[arg-type]
        "evidence-1.json": log.evidence(log.entry(0), log.entry(1, show)).to_bytes(),
    }


def _cases(members: dict[str, bytes], data: bytes) -> Iterator[tuple[str, bytes]]:
    manifest = {MANIFEST: read_package(data).manifest.to_bytes()}

    def packed(signer: Signer = PRODUCER, origin: str = ORIGIN, **changes: object) -> bytes:
        return write_package(DISCLOSURE, origin, _members(**changes), signer)

    yield "as it was written", data
    yield "the last byte is missing", data[:-1]
    yield "it ends within a member", data[: len(data) // 2]
    yield "a byte after its end", data + b"\0"
    yield "a member is missing", write_zip({**manifest, **dict(list(members.items())[:2])})
    yield "a member more", write_zip({**manifest, **members, "more.json": b""})
    yield "a member was changed", write_zip({**manifest, **members, "cover.html": b"<p>\n"})
    yield "members in another order", write_zip({**manifest, **dict(reversed(members.items()))})
    yield "signed by a key that nobody registered", packed(STRANGER)
    yield "signed by a root key", packed(ROOT)
    yield "for another log", packed(origin="other.example/log")
    yield "another query", packed(where="source.category=crawled")
    yield "another number of records", packed(records=4)


def _verdict(data: bytes) -> str:
    try:
        verify_disclosure(read_package(data), TRUST)
    except CannotTellError:
        return "cannot tell"
    except LedgerError:
        return "not verified"
    return "verified"


def _is_refused(where: str) -> bool:
    try:
        parse_query(where)
    except LedgerError:
        return True
    return False


def _covers() -> JSON:
    """Return a statement's names, and how complete a query is with some of its trees opened."""
    codes = {generator_code(NAME_KEY, *model): model for model in MODELS}
    one, two, three = codes
    names = [
        *("crawled.text", "erased", "merged.text", "synthetic.image", "synthetic.text"),
        *(f"generator.{one}.text", f"generator.{two}.text.other", f"generator.{three}.image"),
        "generator.unknown.text",
    ]
    openai = [f"generator.{one}.text", f"generator.{two}.text.other"]
    asked: list[tuple[str, list[str]]] = [
        ("source.category=synthetic", ["merged.text", "synthetic.image", "synthetic.text"]),
        ("source.category=synthetic", ["synthetic.image", "synthetic.text"]),
        ("source.category=synthetic and modality=image", ["synthetic.image"]),
        ("generator.provider=OpenAI", openai),
        ("generator.provider=OpenAI", openai[:1]),
        ("generator.provider=OpenAI and generator.model=o3", openai[1:]),
        ("generator=unknown", ["generator.unknown.text"]),
        ("dataset.name=books", ["synthetic.text"]),
    ]
    return {
        "names": list[JSON](sorted(names)),
        "models": {code: list[JSON](model) for code, model in codes.items()},
        "name_key": NAME_KEY.hex(),
        "cases": [
            {
                "where": where,
                "opened": list[JSON](opened),
                "with_models": Trees(names, codes).is_cover(parse_query(where), opened),
                "without": Trees(names).is_cover(parse_query(where), opened),
                "promised": Trees(names, promised=True).is_cover(parse_query(where), opened),
            }
            for where, opened in asked
        ],
    }
