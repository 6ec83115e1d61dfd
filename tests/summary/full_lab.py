"""A lab with every kind of data, whose summary is published in all four formats."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.capture import DomainColumn
from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.drafting import draft
from ledger.render import FORMATS
from ledger.summary.document import Document, Show
from ledger.summary.filing import Filing
from tests.summary.example import PROFILE
from tests.summary.real.lab import Dataset, Published, opened

RELEASE = "m-1"
OTHER = ("audio",)
DATASETS = (
    Dataset(
        "fineweb-2",
        "public_dataset",
        {"bytes": 1_329_081_000_417, "tokens": 331_882_117_903},
        source={"link": "https://huggingface.co/datasets/HuggingFaceFW/fineweb-2"},
        fields={"languages": ["en", "fr"]},
        tokenizer="bpe-64k",
    ),
    Dataset(
        "wordnet",
        "public_dataset",
        {"bytes": 81_000_000, "tokens": 19_118_002},
        source={"description": "Dictionaries of many languages."},
        tokenizer="bpe-64k",
    ),
    Dataset(
        "press archive",
        "private_third_party",
        {"bytes": 310_000_000_000, "tokens": 9_404_118_221, "images": 2_118_443},
        ("image", "text"),
        source={"publicly_known": True, "period": {"start": "1998-01", "end": "2023-12"}},
        tokenizer="bpe-64k",
    ),
    Dataset(
        "recordings",
        "private_licensed",
        {"bytes": 91_004_118_221, "audio_milliseconds": 51_004_118_221},
        ("audio",),
    ),
    Dataset(
        "traces",
        "synthetic",
        {"bytes": 9_000_000_000, "tokens": 2_101_444_007},
        source={"period": {"end": "2026-08"}},
        fields={
            "generator": [
                {
                    "provider": "Alibaba Cloud",
                    "model": "Qwen3-32B",
                    "role": "generator",
                    "on_eu_market": True,
                    "summary_link": "https://example.com/qwen3-32b",
                }
            ]
        },
        tokenizer="bpe-64k",
    ),
    Dataset(
        "exercises",
        "synthetic",
        {"bytes": 700_000_001, "tokens": 190_118_003},
        fields={
            "generator": [
                {
                    "provider": "Example Labs SAS",
                    "model": "tutor-7b",
                    "role": "rewriter",
                    "on_eu_market": False,
                }
            ]
        },
        tokenizer="bpe-64k",
    ),
)


@dataclass(frozen=True)
class Lab:
    """A published summary: its files by format, what it was filled from, and whom to trust."""

    ledger: Ledger
    filing: Filing
    document: Document
    files: dict[str, bytes]
    trust: Trust


@contextmanager
def published(folder: Path, show: Show, formats: tuple[str, ...] = tuple(FORMATS)) -> Iterator[Lab]:
    """Give the lab with its summary published, its ledger still open."""
    profile: dict[str, Any] = {**PROFILE, "show": {"sizes": show}}
    datasets = [*DATASETS, Dataset("crawl", "crawled", {})]
    what = Published(
        name="full",
        release=RELEASE,
        last_update="",
        models=[("m-1-base", None)],
        profile=profile,
        datasets=DATASETS,
        facts=(),
        market_date="2026-11-20",
    )
    with opened(what, folder) as ledger:
        _crawl(ledger, folder)
        ledger.release(RELEASE, datasets=[one.name for one in datasets], models=["m-1-base"])
        filing, _ = draft(ledger, RELEASE)
        made = ledger.summary(RELEASE, to=formats, folder=folder / "out")
        files = {name: path.read_bytes() for name, path in zip(formats, made.files, strict=True)}
        trust = Trust.parse(ledger.home.trust.read_bytes())
        yield Lab(ledger, filing, made.document, files, trust)


def _crawl(ledger: Ledger, folder: Path) -> None:
    path = folder / "crawl.jsonl"
    rows = ({"url": f"https://site-{n}.example/a", "text": "x" * (99 - n)} for n in range(43))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    said = (
        "dataset.name=crawl",
        "source.category=crawled",
        "source.period.end=2026-06",
        "measures.tokens=1180411",
        "measures.tokenizer.name=bpe-64k",
    )
    ledger.add(path, set=said, domains=DomainColumn("url"))
