"""One document out of a shard of a million: tree, proof, verdict, and what they cost."""

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from ledger import Ledger
from ledger.checkpoint.trust import Trust
from ledger.proof.document_proof import DocumentProof, verify_document_proof
from ledger.proof.verify import verify
from tests.benchmarks.figure import Figure

_SAID = ["dataset.name=bench", "source.category=public_dataset"]


def document_figures(work: Path, *, documents: int) -> list[Figure]:
    """Measure the proof of one document of a shard of JSON Lines of so many."""
    folder = work / "inside"
    folder.mkdir(parents=True)
    shard = folder / "shard.jsonl"
    with shard.open("w") as file:
        for number in range(documents):
            file.write(json.dumps({"id": number, "text": f"text {number} " * 30}) + "\n")
    with Ledger.create(folder) as ledger:
        without = _processor(lambda: ledger.add(shard, set=_SAID, documents=None))
        again = [_SAID[0] + "-2", _SAID[1]]
        with_tree = _processor(lambda: ledger.add(shard, set=again))
        index = documents * 2 // 3
        began = time.perf_counter()
        found = ledger.prove_document(shard, index)
        proving = time.perf_counter() - began
        trust = Trust.parse(ledger.home.trust.read_bytes())
    data = found.proof.to_bytes()
    beside = len(data) - len(found.proof.evidence.to_bytes())
    whole = min(
        _seconds(lambda: verify_document_proof(DocumentProof.from_bytes(data), trust))
        for _ in range(20)
    )
    evidence = min(_seconds(lambda: verify(found.proof.evidence, trust)) for _ in range(20))
    what = f"one document of {documents:,}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(
            f"{what}: proof beside the evidence",
            "< 2 KB",
            f"{beside:,} bytes",
            beside < 2048,
            f"whole file {len(data):,} bytes",
        ),
        Figure(
            f"{what}: verified",
            "< 10 ms",
            f"{whole * 1e3:.1f} ms",
            whole < 0.01,
            f"of which the evidence {evidence * 1e3:.1f} ms",
        ),
        Figure(
            f"{what}: proved from the shard",
            "",
            f"{proving:.1f} s",
            None,
            f"{shard.stat().st_size / 1e6:,.0f} MB; peak resident {memory:.0f} MB",
        ),
        Figure(
            "`add` of that shard with the tree, against without: processor time",
            "",
            f"{with_tree / without:.1f}",
            None,
            f"{with_tree:.2f} s, {without:.2f} s",
        ),
    ]


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _processor(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
