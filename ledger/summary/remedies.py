"""What closes a gap: the one place that spells out commands and keys to set."""

from collections.abc import Iterable

from ledger.summary.profile import FILE
from ledger.summary.release_file import FILE as RELEASE_FILE

TALLY = "ledger add PATH --domain-column NAME, where NAME is the column of URLs or hosts"
"""How to record which domains crawled data came from."""


def set_profile(key: str) -> str:
    """Return how to state a fact of the provider."""
    return f"set {key} in {FILE}"


def set_record(path: str, example: str) -> str:
    """Return how to state a fact of the data."""
    return f"ledger add PATH --set {path}={example}"


def correct_record(path: str, example: str, datasets: Iterable[str]) -> str:
    """Return how to state a fact of data that is recorded already, and of data yet to come.

    Args:
        path: What is to be stated.
        example: Its value, or a word for it.
        datasets: Names of the datasets whose records lack it. Leave out names that must not be in a
            public document: the command then says NAME.
    """
    names = list(datasets)
    name = _quoted(names[0]) if len(names) == 1 else "NAME"
    where = f", for each NAME of {_few(names)}" if len(names) > 1 else ""
    correct = f"ledger correct --dataset {name} --set {path}={_quoted(example)} --reason TEXT"
    return f"{correct}{where}; for new data: {set_record(path, example)}"


def _quoted(text: str) -> str:
    plain = all(char.isalnum() or char in "-_.,:/@+…" for char in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"


def _few(names: list[str]) -> str:
    shown = ", ".join(_quoted(name) for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown


def set_release(release: str, option: str = "") -> str:
    """Return how to state a fact of the release by an option beside its file.

    The file is named, since a release that is made again names its datasets and models again.
    """
    command = f"ledger release create {release or 'NAME'} --facts {RELEASE_FILE}"
    return f"{command} {option}" if option else command


def edit_release(release: str, edit: str) -> str:
    """Return how to state a fact of the release that stands in its file: `add link: to a model`."""
    return f"{edit} in {RELEASE_FILE}, then {set_release(release)}"
