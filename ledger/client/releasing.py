"""Freezing a training set: which records a release was trained on, before it is summarised."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeAlias

from ledger.client.sealing import timestamp
from ledger.client.yaml_files import read_yaml
from ledger.errors import InputError, MalformedError, NotFoundError
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.record.schema import Fields, nearest
from ledger.store.rows import RecordRange
from ledger.store.store import Store
from ledger.summary.release_file import ReleaseFile, check_models, check_release_file
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumLeaf, SumNode, sum_root

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.store.rows import StoredRecord

TREE = "training"
"""The name of the ordered tree over a training set (docs/formats/audit.md)."""


Named: TypeAlias = str | tuple[str, str | None] | Mapping[str, str]
"""A name, a name with a link, or members by name as in `release.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """A training set that is chosen and added up, and not kept yet."""

    ranges: Sequence[RecordRange]
    secret: bytes
    root: SumNode


def log_release(
    ledger: "Ledger", name: str, *, facts: str | Path | None, given: Mapping[str, object]
) -> RecordId:
    """Freeze a training set and log the release that it belongs to (`Ledger.release`).

    Args:
        ledger: Where the data is recorded.
        name: The release's name.
        facts: A `release.yaml`.
        given: What wins over that file, under its keys.
    """
    store = ledger.store
    stated = _stated(name, facts, given)
    earlier = newest_release(store, name)
    chosen = select(store, stated.datasets, earlier)
    fields = release_fields(
        name, stated, root=chosen.root, supersedes=earlier.id if earlier else None
    )
    # Parsed first: a wrong date must not leave a frozen set that no release speaks of.
    record = Record.parse("release", {**fields, "claimed_at": timestamp()})
    store.training.freeze(chosen.root.hash, chosen.ranges, chosen.secret)
    (record_id,) = ledger.record([record])
    ledger.publish()
    return record_id


def _stated(name: str, facts: str | Path | None, given: Mapping[str, object]) -> ReleaseFile:
    """Return what file and options say together, each checked by the same rules.

    Raises:
        InputError: The file cannot be used as it is.
        MalformedError: What was given cannot.
    """
    written = {} if facts is None else _read(Path(facts))
    stated = check_release_file({**written, **given})
    check_models(stated.models, stated.based_on, stated.modified, name)
    return stated


def _read(path: Path) -> Mapping[str, object]:
    try:
        mapping = read_yaml(path)
        check_release_file(mapping)
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {path}", hint=f"ledger release template > {path}"
        ) from error
    except MalformedError as error:
        raise InputError(f"{path}: {error}", hint=error.hint or f"edit {path}") from error
    return mapping or {}


def select(store: Store, datasets: Sequence[str], earlier: "StoredRecord | None") -> TrainingSet:
    """Return the records of `datasets` as a training set.

    Args:
        store: The ledger's rows.
        datasets: Names, as in `dataset.name`.
        earlier: The release record that this one supersedes: a training set only grows.

    Raises:
        NotFoundError: A dataset has no records; with the nearest name.
        InputError: The set lacks records of the one it supersedes, or is empty.
    """
    if not datasets:
        raise InputError("a release is trained on at least one dataset", hint="--dataset NAME")
    before = () if earlier is None else datasets_of(store, earlier)
    for name in datasets:
        # A mistyped name is told as one, before what follows from it.
        if not (
            name in before or store.training.is_recorded(name) or _may_be_gone(store, name, earlier)
        ):
            raise no_such_dataset(store, name)
    _check_growth(before, datasets)
    ranges = _ranges(store, datasets, earlier)
    secret = secrets.token_bytes(32)
    leaves = (
        SumLeaf(key=record_id.key, ref=leaf) for record_id, leaf in store.training.leaves(ranges)
    )
    root = sum_root(TREE, secret, leaves)
    if root is None:
        raise InputError("the training set is empty", hint="ledger list")
    return TrainingSet(ranges=ranges, secret=secret, root=root)


def _ranges(
    store: Store, datasets: Sequence[str], earlier: "StoredRecord | None"
) -> list[RecordRange]:
    gone = _gone(store, datasets, earlier)
    # Of a dataset that was erased whole nothing is left to take, but that it was there.
    taken = [name for name in datasets if store.training.is_recorded(name)]
    try:
        return store.training.select(
            taken, before=store.head().size, withdrawn=gone["withdraw"], erased=gone["erase"]
        )
    except NotFoundError as error:
        known = {one.name for one in store.datasets()}
        unknown = next(name for name in datasets if name not in known)
        raise no_such_dataset(store, unknown) from error


def _gone(
    store: Store, datasets: Sequence[str], earlier: "StoredRecord | None"
) -> Mapping[str, set[RecordId]]:
    """Return the records of the earlier set that were withdrawn or erased since.

    They stay in the set: the model was trained on them, whatever became of the records.

    Raises:
        InputError: Others were moved, by a correction, to a dataset that is not among these.
    """
    gone: dict[str, set[RecordId]] = {"withdraw": set(), "erase": set()}
    if earlier is None:
        return gone
    for one in store.training.corrected_members(training_root(earlier)):
        if one.action != "replace":
            gone[one.action].add(one.newest)
        elif one.dataset not in datasets:
            raise InputError(
                f"a training set only grows, and record {one.record} of the earlier release is in "
                f"dataset {one.dataset!r} now, as record {one.newest}",
                hint=f"--dataset {one.dataset}",
            )
    return gone


def no_such_dataset(store: Store, name: str) -> NotFoundError:
    """Return the error that says so, with the nearest name that there is."""
    known = tuple(one.name for one in store.datasets())
    return NotFoundError(
        f"no records of dataset {name!r}{nearest(name, known)}", hint="ledger list"
    )


def newest_release(store: Store, name: str) -> "StoredRecord | None":
    """Return the newest record of a release; None if there is none."""
    found = store.open_records("release", name=name)
    return found[-1] if found else None


def find_release(store: Store, name: str) -> "StoredRecord":
    """Return the newest record of a release.

    Raises:
        NotFoundError: There is none; with the nearest name.
        InputError: It was withdrawn.
    """
    found = newest_release(store, name)
    if found is None:
        names = tuple(release_name(one) for one in store.open_records("release"))
        close = nearest(name, names)
        hint = "ledger list" if close else "ledger release create NAME --dataset …"
        raise NotFoundError(f"there is no release {name!r}{close}", hint=hint)
    withdrawn = store.corrections([found.id]).deciding(found.id)
    if withdrawn is not None:
        raise InputError(
            f"release {name!r}, record {found.id}, was {withdrawn}",
            hint=f"ledger release create {quote(name)} --dataset …",
        )
    return found


def release_name(stored: "StoredRecord") -> str:
    """Return the name of a release record."""
    stated = stored.record.fields["release"]
    assert isinstance(stated, dict)
    return str(stated["name"])


def training_root(release: "StoredRecord") -> Hash:
    """Return the root of the training set that a release record freezes."""
    training = release.record.fields["training"]
    assert isinstance(training, dict)
    return Hash(bytes.fromhex(str(training["root"])))


def release_fields(
    name: str, stated: ReleaseFile, *, root: SumNode, supersedes: RecordId | None = None
) -> Fields:
    """Return the fields of a release record, but for its `claimed_at`."""
    release: dict[str, JSON] = {"name": name}
    if stated.models:
        release["models"] = [dict(one) for one in stated.models]
    if stated.market_date is not None:
        release["market_date"] = stated.market_date
    if stated.based_on:
        release["dependencies"] = [dict(one) for one in stated.based_on]
    if stated.modified is not None:
        release["modified"] = stated.modified
    if stated.continues_training is not None:
        release["continues_training"] = stated.continues_training
    fields: Fields = {
        "release": release,
        "training": {
            "count": root.count,
            "lo": root.lo.hex(),
            "hi": root.hi.hex(),
            "root": root.hash.hex(),
        },
    }
    basis: dict[str, JSON] = dict.fromkeys(fields, "declared")
    if stated.statements:
        fields["statements"], basis["statements"] = dict(stated.statements), "declared"
    if supersedes is not None:
        fields["supersedes"], basis["supersedes"] = str(supersedes), "observed"
    fields["basis"] = {**basis, "training": "observed"}
    return fields


def linked(named: Named, link_name: str = "link", name: str = "name") -> Mapping[str, object]:
    """Return a model in the form of `release.yaml`: from its name, or its name and a link."""
    if isinstance(named, Mapping):
        return named
    value, link = (named, None) if isinstance(named, str) else named
    return {name: value} if link is None else {name: value, link_name: link}


def _check_growth(before: Sequence[str], datasets: Sequence[str]) -> None:
    """A model cannot be untrained: whatever content was in the set stays in it (threat T10).

    A dataset is taken whole, so it is enough that none of the earlier ones is left out.
    """
    missing = [name for name in before if name not in datasets]
    if missing:
        raise InputError(
            f"a training set only grows, and dataset {missing[0]!r} of the earlier release is "
            "not in the new set",
            hint="name the earlier datasets too, or give the release another name",
        )


def _may_be_gone(store: Store, name: str, earlier: "StoredRecord | None") -> bool:
    """Say whether records of a dataset may have been in the earlier set and erased whole.

    Nothing is left that could tell (docs/decisions/0034). A name that is near another is mistyped.
    """
    if earlier is None or nearest(name, tuple(one.name for one in store.datasets())):
        return False
    members = store.training.corrected_members(training_root(earlier))
    return any(one.action == "erase" for one in members)


def datasets_of(store: Store, release: "StoredRecord") -> list[str]:
    """Return the names of the datasets that a release was trained on, as far as they are known.

    Release records are published whole and do not name them: the frozen set tells. It knows none
    that was erased whole. Records from before name those that were asked for.

    Raises:
        NotFoundError: The record names none, and its training set is not kept here.
    """
    selection = release.record.fields.get("selection")
    if isinstance(selection, dict):
        names = selection["datasets"]
        assert isinstance(names, list)
        return [str(name) for name in names]
    return store.training.datasets(training_root(release))
