"""What it takes to publish a summary: datasets, profile, release, and a real ledger for them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ledger.client.client import Ledger
from ledger.client.drafting import draft
from ledger.content.digest import Digest
from ledger.record.record import Record
from ledger.summary.document import Document
from ledger.summary.eu import summarise
from ledger.summary.filing import Filing, Previous
from tests.makers import CLAIMED_AT

VECTORS = Path(__file__).parents[2] / "vectors" / "regulation"
PARTS = 3
"""Shard records per dataset; their measures add up to what the dataset holds."""


def facts_of(name: str) -> Any:
    """Return the facts of a published summary."""
    return yaml.safe_load((VECTORS / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Dataset:
    """A dataset by name: `fields` of its records, `measures` its sums over all of them."""

    name: str
    category: str
    measures: Mapping[str, int]
    modality: tuple[str, ...] = ("text",)
    version: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    tokenizer: str = "a tokenizer that is not stated"


@dataclass(frozen=True)
class Fact:
    """A fact of the published summary, and the field that it belongs to.

    `path` leads to it in the facts file (`*` for all members of a list), `shown` is how the field
    spells it: texts that must all stand in it, `True` or `False` for Yes and No, None for "not
    stated": then the field is open or not applicable.
    """

    path: str
    field: str
    shown: tuple[str, ...] | bool | None


@dataclass(frozen=True)
class Published:
    """A published summary, encoded."""

    name: str
    release: str
    last_update: str
    models: Sequence[tuple[str, str | None]]
    profile: Mapping[str, Any]
    datasets: Sequence[Dataset]
    facts: Sequence[Fact]
    market_date: str | None = None
    previous: Sequence[Previous] = ()


def shares(total: int, parts: int) -> list[int]:
    """Return whole numbers that add up to a total."""
    return [total * (n + 1) // parts - total * n // parts for n in range(parts)]


def records(dataset: Dataset) -> Iterator[Record]:
    """Yield the shard records of a dataset."""
    split = {name: shares(total, PARTS) for name, total in dataset.measures.items()}
    for part in range(PARTS):
        size = split["bytes"][part]
        measures: dict[str, Any] = {name: split[name][part] for name in split}
        if "tokens" in measures:
            measures["tokenizer"] = {"name": dataset.tokenizer}
        named = {"name": dataset.name}
        if dataset.version:
            named["version"] = dataset.version
        fields: dict[str, Any] = {
            "content": {
                "digest": str(Digest.of(f"{dataset.name} {part}".encode())),
                "size": size,
                "name": f"{dataset.name}-{part}",
                "media_type": "application/octet-stream",
            },
            "dataset": named,
            "modality": sorted(dataset.modality),
            "measures": measures,
            "source": {"category": dataset.category, "name": dataset.name, **dataset.source},
            **dataset.fields,
        }
        basis: dict[str, Any] = dict.fromkeys(fields, "declared")
        yield Record.parse("shard", {**fields, "basis": basis, "claimed_at": CLAIMED_AT})


@contextmanager
def opened(published: Published, folder: Path) -> Iterator[Ledger]:
    """Give a ledger that holds all of it, with the release created."""
    with Ledger.create(folder, origin=f"example.org/{published.name}") as ledger:
        text = yaml.safe_dump(dict(published.profile), allow_unicode=True, sort_keys=False)
        ledger.home.profile.write_text(text, encoding="utf-8")
        ledger.record(one for dataset in published.datasets for one in records(dataset))
        ledger.release(
            published.release,
            datasets=[one.name for one in published.datasets],
            models=[one if one[1] else one[0] for one in published.models],
            market_date=published.market_date,
        )
        yield ledger


def filed(published: Published, ledger: Ledger) -> tuple[Filing, Document]:
    """Return the summary as it would be on the day that the original was last updated."""
    filing, _ = draft(ledger, published.release)
    identity = replace(
        filing.identity,
        last_update=published.last_update,
        previous=tuple(published.previous),
        version=len(published.previous) + 1,
    )
    filing = replace(filing, identity=identity)
    return filing, summarise(filing)


def listed(words: Sequence[str]) -> str:
    """Return phrases as one text, as a provider would type them."""
    return "; ".join(words) + "."
