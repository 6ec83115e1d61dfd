"""The crawl of `ledger demo`: pages under names of sites that do not exist.

The demo visits nobody. The pages hold texts of this machine, and each names a site of the reserved
top-level domain `.example` (RFC 2606) as where it came from, so that the list of crawled domains,
and the proof that a name is not in it, have something to speak of.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.capture import DomainColumn

if TYPE_CHECKING:
    from ledger.checkpoint.trust import Trust
    from ledger.client.client import Ledger
    from ledger.query.domain_words import Told

CRAWL = "demo crawl"
ABSENT = "not-crawled.example"
"""A name of which the demo shows that it is not in the list."""

_CRAWLER = {"name": "demo-crawler", "user_agent": "demo-crawler/1.0", "operator": "Example Lab"}
_SITES = 24
_PAGES = 240


def record_crawl(ledger: "Ledger", texts: Sequence[Path], target: Path, month: str) -> int:
    """Write the crawl's shard and record it, its domains tallied by the column `url`.

    Args:
        ledger: Where it is recorded.
        texts: Files whose documentation the pages hold.
        target: The JSON Lines file to write, in a folder that is there.
        month: `YYYY-MM` of the crawl.

    Returns:
        How many pages it has.
    """
    pages = _pages(texts)
    target.write_text("".join(f"{json.dumps(one)}\n" for one in pages), encoding="utf-8")
    crawl = {
        "crawlers": [_CRAWLER],
        "purpose": "To have a list of domains to show.",
        "behaviour": "It would honour robots.txt if it visited anybody; its sites do not exist.",
    }
    ledger.add(
        target,
        set=[
            f"dataset.name={CRAWL}",
            "source.category=crawled",
            "source.description=Pages of sites that do not exist, with texts of this machine.",
            f"source.period.start={month}",
            f"source.period.end={month}",
            "source.content_types=technical documentation",
            f"source.crawl={json.dumps(crawl)}",
            "modality=text",
            "languages=en",
            "stages=pretraining",
        ],
        domains=DomainColumn("url"),
    )
    return len(pages)


def answer_absent(ledger: "Ledger", release: str, folder: Path) -> Path:
    """Write the answer whether `ABSENT` is on the crawl list of a release's summary."""
    from ledger.client.asking import answer_domain

    path = folder / f"{ABSENT}.answer.json"
    found = answer_domain(ledger, ABSENT, release=release, with_key=True)
    path.write_bytes(found.answer.to_bytes())
    return path


def verify_absent(path: Path, trust: "Trust") -> "Told":
    """Return what the answer proves to whoever has the file and the trust file alone."""
    from ledger.query.domain_answer import DomainAnswer
    from ledger.query.domain_check import verify_answer

    return verify_answer(DomainAnswer.from_bytes(path.read_bytes()), trust).told()


def _pages(texts: Sequence[Path]) -> list[dict[str, str]]:
    """Return pages whose sites differ in size, as those of a real crawl do."""
    said = [
        text.strip()
        for path in texts
        for text in re.findall(r'"""(.*?)"""', path.read_text("utf-8", "replace"), re.S)
    ]
    return [
        {"url": f"https://www.{_site(number)}/page/{number}", "text": text}
        for number, text in enumerate(said[:_PAGES])
    ]


def _site(number: int) -> str:
    """Return the site of a page: a third of the pages are of the first, few of the last."""
    return f"site-{int(_SITES * (number / _PAGES) ** 3) + 1}.example"
