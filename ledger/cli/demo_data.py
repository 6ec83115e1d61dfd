"""What `ledger demo` records: data that is on this machine, under its real names and licences.

The Python standard library and the installed distributions are public datasets in the sense of the
EU template: compiled by others, free, downloadable whole. Their own metadata says version, licence
and link. The small synthetic dataset is made here, by a generator that says what it is.
"""

import json
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from importlib.metadata import Distribution, distributions
from itertools import islice
from pathlib import Path
from random import Random
from typing import cast

from ledger.errors import MalformedError
from ledger.record.canonical import JSON
from ledger.record.patterns import LICENCE

GENERATOR = "ledger-demo-markov-1"
"""The model that makes the synthetic shard: word pairs of docstrings, and the dice."""

MAX_DISTRIBUTIONS = 40
_ENDINGS = (
    ".py",
    ".pyi",
    ".md",
    ".rst",
    ".txt",
    ".json",
    ".toml",
    ".h",
    ".c",
    ".html",
    ".css",
    ".js",
)
_SKIPPED = ("__pycache__", "site-packages", "test", "idlelib", "lib2to3")


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """A dataset to record: its files below a root, and the fields that they share."""

    name: str
    root: Path
    files: tuple[Path, ...]
    fields: dict[str, JSON]


def public_datasets() -> Iterator[DemoDataset]:
    """Yield the standard library, then the installed distributions that have text files."""
    yield _standard_library()
    found = sorted(distributions(), key=lambda one: one.metadata["Name"].lower())
    yield from islice(filter(None, map(_distribution, found)), MAX_DISTRIBUTIONS)


def _standard_library() -> DemoDataset:
    root = Path(sysconfig.get_paths()["stdlib"])
    files = tuple(
        path
        for path in sorted(root.rglob("*.py"))
        if not any(part in _SKIPPED for part in path.relative_to(root).parts) and path.is_file()
    )
    version = ".".join(map(str, sys.version_info[:3]))
    return DemoDataset(
        "Python standard library",
        root,
        files,
        _fields(
            name="Python standard library",
            version=version,
            link=f"https://docs.python.org/{sys.version_info[0]}.{sys.version_info[1]}/library/",
            licence="PSF-2.0",
            provider="Python Software Foundation",
            installed=root / "os.py",
        ),
    )


def _distribution(found: Distribution) -> DemoDataset | None:
    """Return an installed distribution as a dataset; None if it has no text files of its own."""
    root = Path(str(found.locate_file("")))
    names = [str(file) for file in found.files or () if str(file).endswith(_ENDINGS)]
    files = tuple(
        path
        for name in sorted(names)
        if not name.startswith("..") and "__pycache__" not in name
        for path in [root / name]
        if path.is_file()
    )
    if not files:
        return None
    metadata = cast(Message, found.metadata)
    name = str(metadata["Name"])
    return DemoDataset(
        name,
        root,
        files,
        _fields(
            name=name,
            version=str(found.version),
            link=_link(metadata),
            licence=_licence(metadata),
            provider=_first(metadata, "Author", "Maintainer"),
            installed=files[0],
        ),
    )


def _fields(
    *,
    name: str,
    version: str,
    link: str | None,
    licence: str | None,
    provider: str | None,
    installed: Path,
) -> dict[str, JSON]:
    # Acquired when it was installed: the file's own time says when.
    acquired = datetime.fromtimestamp(installed.stat().st_mtime, UTC).strftime("%Y-%m")
    source: dict[str, JSON] = {
        "category": "public_dataset",
        "period": {"end": acquired},
        "content_types": ["source code", "technical documentation"],
        "selection": "text files only; compiled files and tests are left out",
    }
    if link:
        source["link"] = link
    if provider:
        source["provider"] = provider
    fields: dict[str, JSON] = {
        "dataset": {"name": name, "version": version},
        "source": source,
        "modality": ["text"],
        "languages": ["en"],
        "stages": ["pretraining"],
    }
    if licence:
        fields["rights"] = {"licence": licence}
    return fields


def _link(metadata: Message) -> str | None:
    links = [str(one).partition(",")[2].strip() for one in metadata.get_all("Project-URL", [])]
    home = metadata["Home-page"]
    candidates = [*([str(home)] if home else []), *links]
    return next((one for one in candidates if one.startswith(("https://", "http://"))), None)


_CLASSIFIED = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "LicenseRef-BSD-as-classified",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def _licence(metadata: Message) -> str | None:
    """Return the licence as an SPDX expression, if the metadata has one; never a guess."""
    classified = [
        _CLASSIFIED.get(str(one).rpartition(" :: ")[2])
        for one in metadata.get_all("Classifier", [])
        if str(one).startswith("License ::")
    ]
    for candidate in (metadata["License-Expression"], metadata["License"], *classified):
        try:
            LICENCE.check(candidate, "licence")
        except MalformedError:
            continue
        return str(candidate)
    return None


def _first(metadata: Message, *names: str) -> str | None:
    values = [str(metadata[name]).strip() for name in names if metadata[name]]
    return next((value.split("\n")[0][:200] for value in values if value), None)


def generate(sources: list[Path], target: Path, *, documents: int = 200, seed: int = 7) -> None:
    """Write a JSON Lines file of sentences that a Markov chain makes from docstrings.

    A real generator, if a small one: what it wrote came out of a model, and the model came out of
    data. The same sources and seed give the same file.
    """
    follows: dict[tuple[str, str], list[str]] = {}
    for path in sources:
        words = " ".join(
            re.findall(r'"""(.*?)"""', path.read_text("utf-8", "replace"), re.S)
        ).split()
        for one, two, three in zip(words, words[1:], words[2:], strict=False):
            follows.setdefault((one, two), []).append(three)
    dice = Random(seed)
    starts = sorted(pair for pair in follows if pair[0][:1].isupper()) or [("Nothing", "here")]
    lines = []
    for number in range(documents):
        text = list(dice.choice(starts))
        while len(text) < 60 and (text[-2], text[-1]) in follows:
            text.append(dice.choice(follows[text[-2], text[-1]]))
        lines.append(json.dumps({"id": number, "text": " ".join(text)}) + "\n")
    target.write_text("".join(lines), encoding="utf-8")
