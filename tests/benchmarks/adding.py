"""`ledger add`, the whole process as a user runs it, beside `b3sum` and `model_signing sign`."""

import shutil
from pathlib import Path
from statistics import median

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Contestant, in_turns, ledger_command, ratio, run, shown
from tests.benchmarks.shards import mixed_files, small_files

_METADATA = ("--set", "dataset.name=bench", "--set", "source.category=public_dataset")
_HASHED = "--no-documents-tree"
"""What `b3sum` and `model_signing` do too: without the trees over documents, which cost more."""


def add_mixed(work: Path, *, quick: bool, model_signing: Path | None) -> list[Figure]:
    """Measure 268 files of 1 to 64 MiB, or 32 of them, that the page cache holds.

    Args:
        work: A folder for the data and the ledgers.
        quick: Fewer files and fewer rounds.
        model_signing: The command of that name to run beside it; None leaves it out.
    """
    count = 32 if quick else 268
    data = work / f"mixed-{count}"
    if not data.exists():
        mixed_files(data, count=count)
    files = sorted(path for path in data.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    contestants = {
        "b3sum": Contestant(["b3sum", *files]),
        "ledger add": _ledger_add(work, data, _HASHED),
    }
    contestants["with trees"] = _ledger_add(work, data)
    if model_signing is not None:
        contestants["model_signing"] = _model_signing(work, data, model_signing)
    run(["b3sum", *files])  # into the page cache
    runs = in_turns(contestants, 3 if quick else 5)
    what = f"`ledger add {_HASHED}` of {count} mixed files, {size / 1e9:.1f} GB"
    ours = runs["ledger add"]
    against = ratio(ours, runs["b3sum"])
    memory = median(one.memory for one in ours) / 1e6
    figures = [
        Figure(
            f"{what}, against `b3sum`",
            "≤ 1.4, better 1.25",
            f"{against:.2f}",
            against <= 1.4,
            f"{shown('ledger', ours)}, {shown('b3sum', runs['b3sum'])}",
        ),
        Figure(f"{what}: memory", "< 150 MB", f"{memory:.0f} MB", memory < 150, "peak resident"),
    ]
    trees = runs["with trees"]
    figures.append(
        Figure(
            f"the same with trees over documents, against {_HASHED}",
            "",
            f"{ratio(trees, ours):.1f}",
            None,
            f"{shown('with trees', trees)}, "
            f"peak resident {median(one.memory for one in trees) / 1e6:.0f} MB",
        )
    )
    if model_signing is not None:
        theirs = runs["model_signing"]
        against = ratio(ours, theirs)
        figures.insert(
            1,
            Figure(
                f"{what}, against `model_signing sign`",
                "≤ 0.5",
                f"{against:.2f}",
                against <= 0.5,
                shown("model_signing", theirs),
            ),
        )
    return figures


def add_small(work: Path, *, quick: bool) -> Figure:
    """Measure 20,000 files of 1 to 8 KiB, or 4,000 of them."""
    count = 4_000 if quick else 20_000
    data = work / f"small-{count}"
    if not data.exists():
        small_files(data, count=count)
    pipe = 'find "$0" -type f -print0 | xargs -0 b3sum'
    contestants = {
        "b3sum": Contestant(["sh", "-c", pipe, data]),
        "ledger add": _ledger_add(work, data, _HASHED),
    }
    run(contestants["b3sum"].command)
    runs = in_turns(contestants, 3 if quick else 7)
    against = ratio(runs["ledger add"], runs["b3sum"])
    return Figure(
        f"`ledger add {_HASHED}` of {count:,} small files, against `find … \\| xargs -0 b3sum`",
        "≤ 1.6",
        f"{against:.2f}",
        against <= 1.6,
        f"{shown('ledger', runs['ledger add'])}, {shown('b3sum', runs['b3sum'])}",
    )


def _ledger_add(work: Path, data: Path, *options: str) -> Contestant:
    home = work / "home"

    def fresh() -> None:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        run([*ledger_command(), "init", home])

    return Contestant(
        [*ledger_command(), "add", data, "--ledger", home, "--quiet", *_METADATA, *options], fresh
    )


def _model_signing(work: Path, data: Path, command: Path) -> Contestant:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, signature = work / "model-signing.pem", work / "model.sig"
    private = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Contestant(
        [command, "sign", "key", data, "--private_key", key, "--signature", signature],
        lambda: signature.unlink(missing_ok=True),
    )
