"""`ledger demo`: the whole story, on data that is really on this machine.

A log, real files as records, a shard that a model made, a release, an EU summary with its proof
inside, a verdict, and a tampered copy that is caught. Everything goes through the SDK and the
verifier that everybody uses.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ledger.checkpoint.trust import Trust
from ledger.cli.demo_crawl import ABSENT, CRAWL, answer_absent, record_crawl, verify_absent
from ledger.cli.demo_data import GENERATOR, DemoDataset, generate, public_datasets
from ledger.cli.output import EXIT_NOT_VERIFIED, EXIT_OK, Output, counted, sized
from ledger.cli.places import shown_path
from ledger.cli.progress import ProgressBar
from ledger.client.sealing import timestamp
from ledger.errors import InputError
from ledger.proof.verify import StepFailedError
from ledger.record.canonical import JSON
from ledger.render import available

if TYPE_CHECKING:
    from ledger.client.client import Ledger

EXAMPLE = "ledger demo --out ledger-demo"
RELEASE = "demo-model-1"
SYNTHETIC = "demo synthetic sentences"
MARK = "demo.json"
"""What the demo found, and the sign that a folder is a demo's and may be made anew."""
_SEEDS = 60

_PROFILE = """\
# The profile of a provider that does not exist, so that the demo's form is filled.
provider:
  name: Example Lab (a fictitious provider)
  contact: training-data@lab.example
  established_in: "FR"
  sme: yes
confirm:
  private_licensed: no
  private_third_party: no
  user_data_model: no
  user_data_other_service: no
  other: no
  modified_model: no
rights_reservations:
  code_of_practice: no
  measures: |
    Only packages whose own metadata states a licence for reuse, or that are part of the Python
    distribution, were taken. The crawled sites do not exist.
illegal_content:
  measures: |
    The sources are curated software distributions; no further filter was applied.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--out", default="ledger-demo", metavar="DIR", help="a folder to make; default: ledger-demo"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Tell the story, and print where everything is."""
    from ledger.client.client import Ledger

    folder = _fresh_folder(Path(args.out))
    story = _Story(output)
    story.tell("A log", "keys, database, a folder for what is public, whose keys to trust")
    with Ledger.create(folder, origin="lab.example/demo") as ledger:
        ledger.home.profile.write_text(_PROFILE, encoding="utf-8")
        datasets = _record_public(ledger, folder, story)
        _record_synthetic(ledger, folder, datasets, story)
        _record_crawl(ledger, folder, datasets, story)
        _release(ledger, datasets, story)
        files = _summarise(ledger, folder, story)
        answer = answer_absent(ledger, RELEASE, folder)
        trust = Trust.parse(ledger.home.trust.read_bytes())
    caught = _verify(files, trust, story)
    _ask(answer, trust, story)
    _finish(folder, files, caught, story, output)
    return EXIT_OK if caught else EXIT_NOT_VERIFIED


class _Story:
    """Numbers the chapters and remembers what was found, for --json."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.began = monotonic()
        self.facts: dict[str, JSON] = {}
        self._chapter = 0

    def tell(self, title: str, what: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        line = f"{title}: {what}"
        self.output.say()
        self.output.say(self.output.wrapped(line, "   ", first=f"{self._chapter}  "))

    def note(self, text: str) -> None:
        """Say what came of it."""
        self.output.say(self.output.wrapped(text, "     ", first="   "))


def _fresh_folder(folder: Path) -> Path:
    """Return a folder that is not there yet, replacing what an earlier demo left."""
    hint = "--out another-name"
    try:
        if folder.exists():
            if not (folder / MARK).exists() and (folder.is_file() or any(folder.iterdir())):
                raise InputError(f"{folder} is there already, and no demo made it", hint=hint)
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("{}\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}", hint=hint) from error
    return folder


def _record_public(ledger: "Ledger", folder: Path, story: _Story) -> list[DemoDataset]:
    """Lay out the datasets as folders of links, each with its ledger.yaml, and add them at once."""
    datasets = list(public_datasets())
    files = sum(len(one.files) for one in datasets)
    story.tell("Record", f"the Python standard library and {len(datasets) - 1} installed packages")
    for number, one in enumerate(datasets):
        _lay_out(folder / "data" / f"{number:02d}-{_plain(one.name)}", one)
    began = monotonic()
    with ProgressBar(story.output) as progress:
        report = ledger.add([str(folder / "data")], progress=progress)
    seconds = monotonic() - began
    story.note(
        f"{counted(report.recorded, 'shard')}, {sized(report.bytes)}, in {seconds:.1f} s: hashed, "
        f"committed, signed, in {len(report.entries)} log entries"
    )
    if report.failed:
        story.note(f"{counted(len(report.failed), 'file')} of {files:,} could not be read")
    again = ledger.add([str(folder / "data")])
    story.note(f"a second run adds {again.recorded}: {counted(again.same, 'file')} known already")
    story.facts |= {"shards": report.recorded, "bytes": report.bytes, "again": again.recorded}
    return datasets


def _lay_out(folder: Path, dataset: DemoDataset) -> None:
    for path in dataset.files:
        link = folder / path.relative_to(dataset.root)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    # JSON is YAML; a person would write it without the braces.
    text = json.dumps({"fields": dataset.fields}, ensure_ascii=False, indent=2)
    (folder / "ledger.yaml").write_text(f"{text}\n", encoding="utf-8")


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name.lower())


def _record_synthetic(
    ledger: "Ledger", folder: Path, datasets: Iterable[DemoDataset], story: _Story
) -> None:
    """Let a small model write a shard, and record what it is and what it came from."""
    story.tell("Generate", f"a shard by the model {GENERATOR}, declared as what it is")
    target = folder / "synthetic" / "sentences.jsonl"
    target.parent.mkdir()
    library = next(iter(datasets))
    seeds = list(library.files[:_SEEDS])
    generator: JSON = [
        {
            "provider": "this machine",
            "model": GENERATOR,
            "role": "generator",
            "surface": "weights",
            "on_eu_market": False,
            "training_data": "Docstrings of the Python standard library.",
            "sampling": {"order": 2, "seed": 7},
        }
    ]
    with ledger.activity(
        "generate",
        agent="ledger demo",
        parameters={"documents": 200, "seed": 7},
        set=[
            f"dataset.name={SYNTHETIC}",
            "source.category=synthetic",
            "source.description=Sentences that a word-pair model made from docstrings.",
            f"source.period.end={timestamp()[:7]}",
            f"generator={json.dumps(generator)}",
            "rights.licence=PSF-2.0",
            "modality=text",
            "languages=en",
            "stages=pretraining",
        ],
    ) as activity:
        for seed in seeds:
            activity.input(seed, role="seed")
        generate(seeds, target)
        activity.output(target)
    stored = ledger.show(activity.ids[0])
    measures = stored.record.value("measures")
    documents = measures.get("documents") if isinstance(measures, dict) else None
    story.note(f"record {stored.id}: {documents} documents, from {len(seeds)} inputs by digest")
    story.facts["synthetic"] = str(stored.id)


def _record_crawl(
    ledger: "Ledger", folder: Path, datasets: Iterable[DemoDataset], story: _Story
) -> None:
    story.tell("Crawl", "pages under names of sites that do not exist: the demo visits nobody")
    target = folder / "crawl" / "pages.jsonl"
    target.parent.mkdir()
    texts = next(iter(datasets)).files[:_SEEDS]
    pages = record_crawl(ledger, texts, target, timestamp()[:7])
    story.note(
        f"{counted(pages, 'page')}; how much came from which domain is tallied as it is read"
    )


def _release(ledger: "Ledger", datasets: Iterable[DemoDataset], story: _Story) -> None:
    names = [*(one.name for one in datasets), SYNTHETIC, CRAWL]
    story.tell("Release", f"{RELEASE} freezes its training set, before anything is said of it")
    record_id = ledger.release(
        RELEASE,
        datasets=names,
        models=[("demo-model-1.0", None)],
        market_date="2026-12-01",
        continues_training=False,
    )
    training = ledger.show(record_id).record.value("training")
    assert isinstance(training, dict)
    count = training["count"]
    assert isinstance(count, int)
    story.note(f"record {record_id}: {counted(count, 'shard')} under {str(training['root'])[:16]}…")
    story.facts["release"] = str(record_id)


def _summarise(ledger: "Ledger", folder: Path, story: _Story) -> list[Path]:
    story.tell("Summary", "the EU AI Act form, Article 53(1)(d), filled from the records")
    summary = ledger.summary(RELEASE, to=available(), folder=folder)
    gaps = [gap for gap in summary.gaps if gap.severity != "advice"]
    said = counted(len(gaps), "gap") if gaps else "no gap"
    kinds = ", ".join(path.suffix[1:].upper() for path in summary.files)
    story.note(f"record {summary.id}: 53 fields, {said}; as {kinds}, each with its proof inside")
    for gap in gaps[:3]:
        story.note(f"gap {gap.field}: {gap.message}")
    story.facts |= {"summary": str(summary.id), "gaps": len(gaps)}
    return list(summary.files)


def _verify(files: list[Path], trust: Trust, story: _Story) -> bool:
    """Verify the document offline, then a copy in which one character is another."""
    first = files[0]
    kind = first.suffix[1:].upper()
    story.tell("Verify", f"the {kind}, with nothing but the file and whose key to trust")
    from ledger.summary.verify import verify_summary

    for step in verify_summary(first.read_bytes(), trust).verified.steps:
        story.note(f"✓ {step.number} {step.name}: {step.means}")
    path = next(one for one in files if one.suffix == ".html")
    tampered = path.with_name(f"tampered-{path.name}")
    tampered.write_bytes(_tamper(path.read_bytes()))
    story.tell("Tamper", "the web page, with one digit of its text changed")
    try:
        verify_summary(tampered.read_bytes(), trust)
    except StepFailedError as error:
        story.note(f"✗ {error.number} {error.name}: {error.reason}")
        for one in error.differences:
            story.note(f"  {one.field}: it shows “{one.shown}”, and “{one.expected}” was logged")
        story.facts |= {"tampered": str(tampered), "failed_step": error.number}
        return True
    story.note("the change was not noticed: that is a defect, please report it")
    return False


def _ask(answer: Path, trust: Trust, story: _Story) -> None:
    """Verify that a domain is not on the crawl list that the summary committed to."""
    story.tell("Ask", f"was {ABSENT} crawled? Answered with the name key, and verified offline")
    told = verify_absent(answer, trust)
    for label, text in told.lines():
        story.note(f"{label}: {text}")
    story.facts |= {
        "answer": str(answer),
        "domain": told.domain,
        "domain_answer": told.answer,
        "domain_kind": told.kind,
    }


def _tamper(document: bytes) -> bytes:
    """Change the last digit of the number of records that the text states."""
    marker = b"records"
    at = document.index(marker, document.index(b"<body"))
    while not document[at : at + 1].isdigit():
        at -= 1
    digit = b"1" if document[at : at + 1] != b"1" else b"2"
    return document[:at] + digit + document[at + 1 :]


def _finish(folder: Path, files: list[Path], caught: bool, story: _Story, output: Output) -> None:
    seconds = monotonic() - story.began
    story.facts |= {
        "folder": str(folder),
        "files": [str(path) for path in files],
        "caught": caught,
    }
    (folder / MARK).write_text(json.dumps(story.facts, indent=2) + "\n", encoding="utf-8")
    command = _command(folder)
    verdict = "was caught" if caught else "WAS NOT CAUGHT"
    lines = [
        "",
        f"Verified; the tampered copy {verdict}. {seconds:.0f} seconds.",
        "",
        "made:",
        *(f"  {path}" for path in files),
        f"  {story.facts.get('tampered')}",
        f"  {story.facts['answer']}",
        f"  {folder / 'ledger.d' / 'public'}  (checkpoint and tiles)",
        "",
        "try next:",
        f"  cd {shown_path(folder)}",
        f"  {command} verify {files[0].name} --steps",
        f"  {command} audit challenge {files[0].name}",
        f"  {command} show {story.facts['synthetic']}",
        f"  {command} serve",
    ]
    output.data(story.facts, "\n".join(lines))


def _command(folder: Path) -> str:
    """Return how to call this program from `folder`: by name, or by path if no shell finds it."""
    program = Path(sys.argv[0])
    if shutil.which("ledger") or not program.is_file():
        return "ledger"
    return os.path.relpath(program, folder)
