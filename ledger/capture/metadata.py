"""What the user says about the files, from three places, and who wins.

For each field path the later of these counts: the `ledger.yaml` farthest up (from the folder that
was given), nearer ones, the manifest, `--set`. Within one file `fields:` come first, then the rules
in order. What the bytes say is above all of them (`ledger.capture.statement`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from ledger.capture.directories import Found, Scope
from ledger.capture.sheets import Rule, Sheet, read_sheet
from ledger.capture.statement import Declared
from ledger.capture.values import Assignment, parse_set, put
from ledger.errors import InputError, LedgerError, MalformedError
from ledger.record.canonical import JSON
from ledger.record.kinds import SHARD
from ledger.record.schema import Fields

_OBSERVED = frozenset({"content", "measures"})
_UNUSED = (
    "patterns speak of names below the folder that was given; add the folder above all that the "
    "rules speak of, or leave out the rules of other folders"
)


class Metadata:
    """Assignments from `--set` and a manifest, and the `ledger.yaml` files that a survey found."""

    def __init__(
        self, *, assignments: Iterable[Assignment] = (), manifest: Sheet | None = None
    ) -> None:
        self._set = tuple(assignments)
        self._manifest = manifest
        self._sheets: dict[Scope, Sheet] = {}
        self._declared: dict[tuple[object, ...], Declared] = {}
        self._only: Declared | None = None
        self._used: set[int] = set()

    @classmethod
    def load(cls, *, settings: Iterable[str] = (), manifest: str | None = None) -> Self:
        """Read `--set` strings and the manifest file.

        Raises:
            InputError: The manifest cannot be read, or a setting has no `=`.
            MalformedError: A field does not exist or holds something else.
        """
        assigned = [one for text in settings for one in parse_set(text)]
        return cls(assignments=assigned, manifest=_load(manifest) if manifest else None)

    def resolve(self, files: Sequence[Found]) -> list[Declared]:
        """Return what is declared about each file; files with equal rules share one object.

        Raises:
            InputError: A rule matches no file, or a needed field is nowhere declared.
            MalformedError: Values that cannot stand together.
        """
        self._used.clear()
        try:
            declared = [self._declare(found) for found in files]
        except LedgerError:
            # A rule that matches nothing may be why a field is missing, so that is told first.
            for found in files:
                list(self._layers(found))
            self._check_used(files)
            raise
        if files:
            self._check_used(files)
        return declared

    def _declare(self, found: Found) -> Declared:
        if found.scope is None and self._manifest is None:
            if self._only is None:
                self._only = _merge([self._set], found.name)
            return self._only
        layers = list(self._layers(found))
        key = tuple(id(layer) for layer in layers)
        declared = self._declared.get(key)
        if declared is None:
            declared = self._declared[key] = _merge(layers, found.name)
        return declared

    def _layers(self, found: Found) -> Iterator[tuple[Assignment, ...]]:
        for scope in reversed(list(_scopes(found.scope))):
            if scope not in self._sheets:
                self._sheets[scope] = read_sheet(scope.path, scope.read())
            yield from self._of_sheet(self._sheets[scope], found.name[len(scope.prefix) :])
        if self._manifest is not None:
            yield from self._of_sheet(self._manifest, found.name)
        yield self._set

    def _of_sheet(self, sheet: Sheet, name: str) -> Iterator[tuple[Assignment, ...]]:
        yield sheet.everywhere
        for rule in sheet.rules:
            if rule.matches.fullmatch(name):
                self._used.add(id(rule))
                yield rule.assignments

    def _check_used(self, files: Sequence[Found]) -> None:
        sheets = [*self._sheets.items()]
        for scope, sheet in sheets:
            below = [found for found in files if scope in _scopes(found.scope)]
            names = [found.name[len(scope.prefix) :] for found in below]
            self._check_sheet(sheet, names)
        if self._manifest is not None:
            self._check_sheet(self._manifest, [found.name for found in files])

    def _check_sheet(self, sheet: Sheet, names: Sequence[str]) -> None:
        unused = [rule for rule in sheet.rules if id(rule) not in self._used]
        if not unused:
            return
        if len(unused) == len(sheet.rules) > 1 and not sheet.everywhere:
            raise InputError(
                f"{sheet.path} matches none of the {len(names)} files"
                f"{_nearest_names(unused[0], names)}",
                hint=_UNUSED,
            )
        rule = unused[0]
        # Even if others match: what is recorded stays, so a misspelt rule must not go unseen.
        raise InputError(
            f"{rule.where}: pattern {rule.pattern!r} matches none of the {len(names)} files"
            f"{_nearest_names(rule, names)}",
            hint=_UNUSED,
        )


def _load(path: str) -> Sheet:
    try:
        with open(path, "rb") as file:
            return read_sheet(path, file.read())
    except OSError as error:
        raise InputError(f"the manifest {path} cannot be read: {error.strerror}") from error


def _scopes(scope: Scope | None) -> Iterator[Scope]:
    """Yield the scopes of a file, nearest first."""
    while scope is not None:
        yield scope
        scope = scope.parent


def _nearest_names(rule: Rule, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    sample = names[:2000]
    close = get_close_matches(rule.pattern, sample, n=3, cutoff=0.3) or sample[:3]
    return f"; names are like {', '.join(map(repr, close))}" if close else ""


def _merge(layers: Iterable[tuple[Assignment, ...]], name: str) -> Declared:
    """Lay the layers over each other and check the whole; `name` is a file they speak of."""
    merged: dict[str, JSON] = {}
    for layer in layers:
        for path, value, where in layer:
            try:
                put(merged, path, value)
            except MalformedError as error:
                raise MalformedError(f"{where}: {'.'.join(path)}: {error}") from error
    content, measures, basis = (_object(merged, part) for part in ("content", "measures", "basis"))
    declared = Declared(merged, content, measures, basis)
    try:
        _check_complete(merged)
        for field, value in merged.items():
            SHARD.members[field].shape.check(value, field)
        _check_together(merged, measures)
        _check_basis(declared)
    except InputError as error:
        raise InputError(f"{error} (for {name!r})", hint=error.hint) from error
    except MalformedError as error:
        raise MalformedError(f"{error} (for {name!r})", hint=error.hint) from error
    return declared


def _object(fields: dict[str, JSON], name: str) -> dict[str, JSON]:
    value = fields.pop(name, {})
    assert isinstance(value, dict)
    return value


def _check_complete(fields: Fields) -> None:
    for field, member, example in (
        ("dataset", "name", "my-corpus"),
        ("source", "category", "public_dataset"),
    ):
        value = fields.get(field)
        if not isinstance(value, dict) or member not in value:
            raise InputError(
                f"{field}.{member} is missing",
                hint=f"--set {field}.{member}={example}, or put it under fields: in ledger.yaml",
            )


def _check_together(fields: Fields, measures: dict[str, JSON]) -> None:
    source = fields["source"]
    assert isinstance(source, dict)
    if source["category"] == "synthetic" and "generator" not in fields:
        raise InputError(
            "generator is missing: a synthetic shard names the model that made it",
            hint="--set generator.provider=… --set generator.model=… --set generator.role=… "
            "or --set generator=unknown",
        )
    if "tokens" in measures and "tokenizer" not in measures:
        raise InputError(
            "measures.tokenizer is missing: a number of tokens means nothing without it",
            hint="--set measures.tokenizer.name=…",
        )


def _check_basis(said: Declared) -> None:
    """Nobody may call observed what the code has not read, nor speak for what it has."""
    for path, word in said.basis.items():
        field = path.partition(".")[0]
        if field in _OBSERVED and path not in {f"measures.{name}" for name in said.measures}:
            raise InputError(f"basis.{path}: {field} is read from the bytes, its basis is observed")
        if field not in said.fields and field not in _OBSERVED:
            raise InputError(f"basis.{path}: {field} is not declared")
        if word == "observed":
            raise InputError(
                f"basis.{path}: observed is only what the code reads itself",
                hint=f"--set basis.{path}=declared, inferred or imported",
            )
