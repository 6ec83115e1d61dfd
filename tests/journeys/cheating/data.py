"""What the labs of these stories were trained on: small files of every kind that a section has."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from ledger import Ledger
from ledger.capture import DomainColumn

RELEASE = "m-1"
DATASETS = ("crawl", "books", "licensed", "chat", "mixed", "photos")
PROVIDER = "Example Lab"
PROFILE = f"""\
provider:
  name: {PROVIDER}
publication:
  audit: {{mode}}
"""

CHAT = json.dumps(
    [
        {"provider": "Other Lab", "model": "teacher-1", "role": "generator"},
        {"provider": "Other Lab", "model": "teacher-2", "role": "judge"},
    ]
)
MIXED = json.dumps(
    [
        {"category": "crawled", "bytes": 54, "documents": 3},
        {"category": "public_dataset", "bytes": 18, "documents": 1},
    ]
)
CRAWLER = json.dumps({"crawlers": [{"name": "ExampleBot"}]})


def write_data(folder: Path, *, only: Sequence[str] = DATASETS) -> None:
    """Write the shards: 9 crawled, 6 public, 3 licensed, 4 synthetic, 2 merged, 2 of images."""
    _write_all(folder)
    for name in set(DATASETS) - set(only):
        shutil.rmtree(folder / name)


def _write_all(folder: Path) -> None:
    for number in range(9):
        rows = [
            {"url": f"https://www.site-{site}.example/{number}", "text": "word " * (site + 1)}
            for site in range(number % 5 + 2)
        ]
        _lines(folder / "crawl" / f"part-{number}.jsonl", rows)
    for number in range(6):
        _text(folder / "books" / f"book-{number}.txt", f"Book {number}. " + "page " * 40 * number)
    for number in range(3):
        _text(folder / "licensed" / f"news-{number}.txt", f"News {number}. " + "line " * 99)
    for number in range(4):
        rows = [{"text": f"answer {number}.{line}"} for line in range(number + 3)]
        _lines(folder / "chat" / f"turn-{number}.jsonl", rows)
    for number in range(2):
        _lines(folder / "mixed" / f"mix-{number}.jsonl", [{"text": f"mix {n}"} for n in range(4)])
    for number in range(2):
        path = folder / "photos" / f"photo-{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(99 + number)))


def _lines(path: Path, rows: list[dict[str, str]]) -> None:
    _text(path, "".join(json.dumps(row) + "\n" for row in rows))


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def record_data(ledger: Ledger, data: Path) -> None:
    """Record the shards, each dataset as what it is."""
    said = {
        "books": ("source.category=public_dataset", "source.name=Old Books"),
        "licensed": ("source.category=private_licensed", "source.provider=A Newspaper"),
        "chat": ("source.category=synthetic", f"generator={CHAT}"),
        "mixed": ("source.category=other", f"source.breakdown={MIXED}"),
        "photos": ("source.category=public_dataset", "source.name=Old Photos"),
    }
    crawl = ("source.category=crawled", f"source.crawl={CRAWLER}")
    report = ledger.add(
        data / "crawl", set=["dataset.name=crawl", *crawl], domains=DomainColumn("url")
    )
    assert not report.failed, report.failed
    for name, settings in said.items():
        report = ledger.add(data / name, set=[f"dataset.name={name}", *settings])
        assert not report.failed, report.failed


def freeze(ledger: Ledger) -> None:
    """Freeze the training set, all of it; then records are corrected, as happens."""
    ledger.release(RELEASE, datasets=DATASETS, market_date="2026-12-01")
    book, other, *_ = (one.id for one in ledger.find(dataset="books"))
    ledger.correct([book], reason="the year was missing", set=["source.name=Old Books, 1901"])
    ledger.withdraw([other], reason="a scan of poor quality")
    news, *_ = (one.id for one in ledger.find(dataset="licensed"))
    ledger.erase([news], reason="the contract ended")
