"""A summary of a million records over all sections: every format, its time, memory and size."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ledger.client.client import Ledger
from ledger.client.sealer import Refused, Sealer
from ledger.client.sealing import BATCH_SIZE, timestamp
from ledger.content.domains import Tally
from ledger.record.batch import SealedRecord, sign_batch
from ledger.record.canonical import JSON
from ledger.record.schema import Fields
from tests.benchmarks.committing import fresh_ledger
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Run, ledger_command, run

FORMATS = ("pdf", "docx", "html", "jsonld")
SECONDS, MEMORY = 60, 500 << 20

_DATASETS = 50
"""Of each category: with the versions below, 800 descriptions of records."""
_LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "pt-BR", "zh", "ja", "ar")
_SITES = 20_000


def summary_figures(work: Path, *, records: int) -> list[Figure]:
    """Measure the summary of `records` records, and of a quarter of them."""
    small = _summarised(work / "quarter", records // 4)
    large = _summarised(work / "whole", records)
    seconds, memory = large.wall, large.memory
    growth = large.wall / small.wall
    return [
        Figure(
            f"summary of {records:,} records over all sections, all four formats, logged",
            f"< {SECONDS} s, < 500 MB",
            f"{seconds:.1f} s, {memory / 1e6:.0f} MB",
            seconds < SECONDS and memory < MEMORY,
            f"CPU {large.cpu:.1f} s; {records // 4:,} records: {small.wall:.1f} s, "
            f"{small.memory / 1e6:.0f} MB",
        ),
        Figure(
            "its time against that of a quarter of the records",
            "≤ 4.4",
            f"{growth:.2f}",
            growth <= 4.4,
            "in line with records, or better: what does not grow is rendering",
        ),
    ]


def _summarised(home: Path, records: int) -> Run:
    """Return what `ledger summary` took as a whole process."""
    with fresh_ledger(home) as ledger:
        _tallies(ledger)
        fill(ledger, records)
        ledger.release("bench-1", datasets=["bench"], market_date="2026-12-01")
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [*ledger_command(), "summary", "bench-1", "--ledger", str(home)]
    return run([*command, "--to", ",".join(FORMATS), "--out", str(out)])


def fill(ledger: Ledger, records: int) -> None:
    """Record that many shards, of every category, by the thousand."""
    with Sealer(timestamp(), expected=records) as sealer:
        sealed = sealer.seal(_shards(records))
        while some := list(islice(sealed, BATCH_SIZE)):
            ledger.log.append([sign_batch(ledger.origin, _accepted(some), ledger.producer)])


def _accepted(some: list[SealedRecord | Refused]) -> list[SealedRecord]:
    """Return the records, all of which must be right."""
    refused = [one for one in some if isinstance(one, Refused)]
    assert not refused, refused[0]
    return [one for one in some if not isinstance(one, Refused)]


def _tally(number: int) -> Tally:
    sites = range(number * 37 % _SITES, _SITES, 40)
    return Tally.of(
        "sha256:" + "0" * 64, {f"site-{n:05}.example": (n * 7 + number, 3) for n in sites}
    )


def _tallies(ledger: Ledger) -> None:
    ledger.store.tallies.keep(_tally(number) for number in range(_DATASETS))


def _shards(records: int) -> Iterator[Fields]:
    described = list(_descriptions())
    tallies = [_tally(number) for number in range(_DATASETS)]
    for number in range(records):
        content: JSON = {
            "digest": f"blake3:{number:064x}",
            "size": 1_000 + number,
            "name": f"part-{number:07}.jsonl",
            "media_type": "application/jsonl",
        }
        measures: dict[str, JSON] = {
            "bytes": 1_000 + number,
            "documents": 7,
            "tokens": 300 + number % 1000,
            "tokenizer": {"name": "bench-tokenizer"},
        }
        fields = described[number % len(described)]
        if "image" in fields["modality"]:  # type: ignore[operator]
            measures["images"] = 3
        own: Fields = {"content": content, "measures": measures}
        if "domains" in fields["basis"]:  # type: ignore[operator]
            tally = tallies[number % _DATASETS]
            own["domains"] = {"digest": tally.digest, "count": tally.count}
        yield {**own, **fields}


def _descriptions() -> Iterator[Fields]:
    for number in range(_DATASETS * 2):
        for category in (
            "public_dataset",
            "private_licensed",
            "private_third_party",
            "crawled",
            "user_data_model",
            "user_data_other_service",
            "synthetic",
            "other",
        ):
            yield _description(category, number)


def _description(category: str, number: int) -> Fields:
    source: dict[str, JSON] = {
        "category": category,
        "name": f"{category} {number // 2}",
        "link": f"https://data.example/{category}/{number // 2}",
        "period": {"start": "2024-01", "end": f"2025-{number % 12 + 1:02}"},
        "content_types": ["web pages", "press publications"],
        "geography": ["Europe"],
        "description": f"Collection {number // 2}.",
        "publicly_known": number % 2 == 0,
    }
    if category.startswith("user_data"):
        source["service"] = f"Service {number // 20}"
    if category == "crawled":
        crawler: JSON = {"name": f"ExampleBot-{number // 50}", "user_agent": "ExampleBot/1.0"}
        source["crawl"] = {"crawlers": [crawler], "purpose": "To train language models."}
    fields: Fields = {
        "dataset": {"name": "bench", "version": f"{number}"},
        "modality": ["text"] if number % 5 else ["image", "text"],
        "languages": [_LANGUAGES[number % len(_LANGUAGES)]],
        "source": source,
        "rights": {"licence": "CC-BY-4.0"},
        "stages": ["pretraining"],
    }
    if category == "synthetic":
        fields["generator"] = [
            {
                "provider": f"Provider {number // 10}",
                "model": f"model-{number // 4}",
                "role": "generator",
                "on_eu_market": number % 3 > 0,
            }
        ]
    stated = [*fields, "content", "measures", *(["domains"] if category == "crawled" else [])]
    return {**fields, "basis": dict.fromkeys(sorted(stated), "declared")}
