"""What every regime's document is computed from: records, grouped and added up.

A group is all records that say the same: same dataset, source, generator, languages, rights and
basis, with their number and the sums of their measures. SQL makes the groups (one GROUP BY), so
the work here grows with the number of groups and no single record is ever seen.

`Facts` holds groups and answers questions about them. `Facts.category("crawled")` holds the part
of them from one kind of source, and answers the same questions. Nothing is inferred from absence:
each sum comes with the number of records that did not state it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypeVar, cast

from ledger.errors import MalformedError
from ledger.summary.languages import is_official

MODALITIES = ("text", "image", "audio", "video", "other")

SIZE_MEASURE: Mapping[str, str] = {
    "text": "tokens",
    "image": "images",
    "audio": "audio_milliseconds",
    "video": "video_milliseconds",
    "other": "bytes",
}
"""The measure that tells how much of a modality there is."""

Fields = Mapping[str, Any]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over those records of a group that state the measure, and how many do."""

    sum: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records whose shared fields are equal.

    `fields` are those fields in record form (`dataset`, `modality`, `languages`, `source`,
    `generator`, `rights`, `processing`, `stages`, `basis`; `tokenizer` as in `measures`), `records`
    their number, `measures` the totals of bytes, documents, tokens, images, audio_milliseconds
    and video_milliseconds; a measure that no record states may be left out.
    """

    fields: Fields
    records: int
    measures: Mapping[str, Total] = field(default_factory=dict)
    recorded: "Fields | None" = field(default=None, compare=False, repr=False)
    """What is on record, where `fields` leaves out what cannot be."""
    whole: "Group | None" = field(default=None, compare=False, repr=False)
    """For a portion of merged records: the group that it is a part of."""

    def __post_init__(self) -> None:
        if self.records < 1:
            raise MalformedError(f"a group of {self.records} records")
        for name, total in self.measures.items():
            if not 0 <= total.known <= self.records or total.sum < 0:
                raise MalformedError(f"measures.{name}: {total} in {self.records} records")

    @property
    def identity(self) -> int:
        """Equal for portions of the same records, which must not be counted twice."""
        return id(self.whole or self)

    @property
    def source(self) -> Fields:
        """The `source` field."""
        return cast(Fields, self.fields.get("source", _NOTHING))

    @property
    def modality(self) -> tuple[str, ...]:
        """The modalities of these records."""
        return tuple(self.fields.get("modality", ()))

    @property
    def source_name(self) -> str:
        """What the outside world calls the source: `source.name`, else `dataset.name`."""
        dataset = self.fields.get("dataset", _NOTHING)
        return str(self.source.get("name") or dataset.get("name") or "")

    @property
    def generators(self) -> tuple[Fields, ...]:
        """The generators named; empty when there is none or it is `unknown`."""
        named = self.fields.get("generator", ())
        return () if isinstance(named, str) else tuple(named)

    def total(self, measure: str) -> Total:
        """Return the total of a measure; unknown in all records when none states it."""
        return self.measures.get(measure, Total(0, 0))

    def at(self, path: str) -> Any:
        """Return the value at a dotted path, or None."""
        value: Any = self.fields
        for name in path.split("."):
            if not isinstance(value, dict | Mapping):
                return None
            value = value.get(name)
            if value is None:
                return None
        return value

    def states(self, path: str) -> bool:
        """Answer whether these records state anything at a path; No is something."""
        return self.at(path) not in (None, "", [], ())

    def basis_of(self, path: str) -> str:
        """Return how these records know a path; the nearest entry above it decides."""
        entries = self.fields.get("basis", _NOTHING)
        while path and path not in entries:
            path = path.rpartition(".")[0]
        return str(entries.get(path, "declared"))


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: the sum over records that state it, and how many do not."""

    sum: int
    missing: int
    records: int


@dataclass(frozen=True, slots=True)
class DomainTally:
    """Domain names by size of content scraped and used, the largest first.

    `ranked` may stop early when `total` is larger, as long as it reaches down to the names that a
    document must list. `digest` names the full tally.
    """

    ranked: tuple[str, ...]
    total: int
    digest: str = ""
    suffix_list: str = ""
    """Which public-suffix list cut the host names, and its digest."""
    missing: int = 0
    """How many crawled records have no tally."""
    sizes: tuple[int, ...] = ()
    """Bytes of content from each of `ranked`; empty where nobody asked for them."""
    bytes: int = 0
    """Bytes of all, what came from no domain included; 0 where nobody asked for them."""

    @property
    def is_whole(self) -> bool:
        """Whether every domain is among `ranked`."""
        return len(self.ranked) == self.total

    def first(self, shown: int) -> tuple[str, ...]:
        """Return the first names as a document has them: equal ones in alphabetical order.

        Which of equal ones are the first is for the ranking to say: there they are in the order of
        their pseudonyms, once a summary commits to it.
        """
        names, sizes = self.ranked[:shown], self.sizes[:shown]
        if len(sizes) < len(names):
            return names
        order = sorted(zip(sizes, names, strict=True), key=lambda one: (-one[0], one[1]))
        return tuple(name for _, name in order)

    def covered(self, shown: int) -> int | None:
        """Return the thousandths of all bytes that the first names hold; None if not known."""
        if not self.bytes or len(self.sizes) < shown:
            return None
        return 1000 * sum(self.sizes[:shown]) // self.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPart:
    """Records that were corrected after the training set was frozen, in one way on one day.

    `action` is `replace` (the facts are those of the newest replacements), `withdraw` (the facts
    are what was recorded, since a model cannot be untrained) or `erase` (nothing is known of them
    but that they were recorded, and they are in no sum). `bytes` is None for the last.
    """

    action: str
    day: str
    records: int
    bytes: int | None


@dataclass(frozen=True)
class Facts:
    """Groups, and what they say together."""

    groups: tuple[Group, ...]
    domains: DomainTally | None = None
    corrected: tuple[CorrectedPart, ...] = ()
    """What was corrected after the set was frozen; of the whole, not of a part of the facts."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """For a source by name, one digest over all its files: SHA-256 of their BLAKE3 digests in
    lower-case hex, sorted, each ended by LF (`b3sum --no-names FILE… | sort | sha256sum`); of the
    whole."""

    @cached_property
    def records(self) -> int:
        """How many records there are."""
        return _count(self.groups)

    @cached_property
    def erased(self) -> int:
        """How many records of the set are in no group, because their values were destroyed."""
        return sum(part.records for part in self.corrected if part.action == "erase")

    @cached_property
    def described(self) -> tuple[Fields, ...]:
        """The shared fields of the records that are counted here, once for each of their groups."""
        wholes = {group.identity: group.whole or group for group in self.groups}
        return tuple(group.recorded or group.fields for group in wholes.values())

    def category(self, *names: str) -> "Facts":
        """Return the part whose source is in one of these categories.

        A record with a `source.breakdown` is split by it and counts in each of its categories.
        """
        if names not in self._parts:
            parts = tuple(part for group in self.groups for part in _split(group, names))
            self._parts[names] = Facts(parts)
        return self._parts[names]

    def set_category(self, name: str, part: "Facts") -> None:
        """Say what the part of one category is, for facts that hold no breakdowns to split by."""
        self._parts[(name,)] = part

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], "Facts"]:
        """Parts by category that were asked for before: a form asks for each a dozen times."""
        return {}

    def where(self, path: str, value: object) -> "Facts":
        """Return the part whose records state this value at this path."""
        return Facts(tuple(group for group in self.groups if group.at(path) == value))

    def modality(self, name: str) -> "Facts":
        """Return the part that holds this modality, alone or with others."""
        key = ("", name)
        if key not in self._parts:
            self._parts[key] = Facts(tuple(g for g in self.groups if name in g.modality))
        return self._parts[key]

    @cached_property
    def modalities(self) -> tuple[str, ...]:
        """The modalities present, in the order of the vocabulary."""
        present = {name for group in self.groups for name in group.modality}
        return tuple(name for name in MODALITIES if name in present)

    def size(self, measure: str) -> Size:
        """Return the sum of a measure, and how many records lack it."""
        known, missing = 0, 0
        missing_of_merged: dict[int, int] = {}
        for group in self.groups:
            total = group.total(measure)
            known += total.sum
            unknown = group.records - total.known
            if group.whole is None:
                missing += unknown
            else:
                merged = group.identity
                missing_of_merged[merged] = max(unknown, missing_of_merged.get(merged, 0))
        return Size(known, missing + sum(missing_of_merged.values()), self.records)

    def statements(self, path: str) -> Mapping[str, int]:
        """Return each text that stands at a path, with its number of records, sorted.

        A list at the path counts as each of its texts.
        """
        counts: dict[str, int] = {}
        portions: dict[str, list[Group]] = {}
        for group in self.groups:
            value = group.at(path)
            if value is None:
                continue
            texts = set(value) if isinstance(value, list | tuple) else (value,)
            for text in texts:
                if not isinstance(text, str) or not text.strip():
                    continue
                if group.whole is None:
                    counts[text] = counts.get(text, 0) + group.records
                else:
                    portions.setdefault(text, []).append(group)
        for text, merged in portions.items():
            counts[text] = counts.get(text, 0) + _count(merged)
        return {text: counts[text] for text in sorted(counts)}

    def stating(self, path: str) -> int:
        """Return how many records state anything at a path."""
        return _count(group for group in self.groups if group.states(path))

    def basis(self, path: str) -> Mapping[str, int]:
        """Return how the records know a path: the number of records for each basis."""
        known: dict[str, list[Group]] = {}
        for group in self.groups:
            known.setdefault(group.basis_of(path), []).append(group)
        return {basis: _count(known[basis]) for basis in sorted(known)}

    @cached_property
    def by_name(self) -> Mapping[str, "Facts"]:
        """The sources by name, each with its part of the facts."""
        return self._by(lambda group: group.source_name)

    @cached_property
    def by_service(self) -> Mapping[str, "Facts"]:
        """The services that user data came from, each with its part; the unnamed left out."""
        named = self._by(lambda group: str(group.source.get("service", "")))
        return {name: part for name, part in named.items() if name}

    def _by(self, key: Callable[[Group], str]) -> Mapping[str, "Facts"]:
        parts: dict[str, list[Group]] = {}
        for group in self.groups:
            parts.setdefault(key(group), []).append(group)
        return {name: Facts(tuple(parts[name])) for name in sorted(parts)}

    @cached_property
    def languages(self) -> Mapping[str, int]:
        """Language tags with their numbers of records."""
        return self.statements("languages")

    @cached_property
    def official_languages(self) -> tuple[str, ...]:
        """Tags of languages that are official in the EU."""
        return tuple(tag for tag in self.languages if is_official(tag))

    @cached_property
    def period(self) -> tuple[str, str]:
        """The earliest start and the latest end of collection stated; empty where nobody did."""
        starts, ends = self.statements("source.period.start"), self.statements("source.period.end")
        return min(starts, default=""), max(ends, default="")

    @cached_property
    def latest_month(self) -> str:
        """The latest month in which data was collected or generated, as far as stated."""
        ends = list(self.statements("source.period.end"))
        ends += [end[:7] for group in self.groups for end in _generation_ends(group)]
        return max(ends, default="")

    @cached_property
    def dated_records(self) -> int:
        """Records that say when their collection or generation ended."""
        return _count(group for group in self.groups if _is_dated(group))

    @cached_property
    def unknown_generators(self) -> int:
        """Records whose generator is stated as `unknown`."""
        return self.where("generator", "unknown").records


def gather(
    groups: Iterable[Group],
    domains: DomainTally | None = None,
    corrected: Iterable[CorrectedPart] = (),
    digests: Mapping[str, str] | None = None,
) -> Facts:
    """Return the facts that these groups state, in an order that does not depend on theirs."""
    parts = sorted(corrected, key=lambda part: (part.action, part.day))
    return Facts(tuple(_in_order(groups)), domains, tuple(parts), dict(digests or {}))


T = TypeVar("T")


def derived(make: Callable[[Facts], T]) -> Callable[[Facts], T]:
    """Return a function that keeps what it makes of facts, which never change, with the facts.

    A form asks a dozen fields about the same part, such as the synthetic data.
    """
    name = f"_derived {make.__module__}.{make.__qualname__}"

    @wraps(make)
    def once(facts: Facts) -> T:
        if name not in facts.__dict__:
            facts.__dict__[name] = make(facts)
        return cast(T, facts.__dict__[name])

    return once


def _count(groups: Iterable[Group]) -> int:
    """Return how many records the groups hold; portions of one group count once."""
    return sum({id(group.whole or group): group.records for group in groups}.values())


def _in_order(groups: Iterable[Group]) -> Iterator[Group]:
    """Yield groups by name and version; only what is equal there is compared further."""

    def named(group: Group) -> tuple[str, str]:
        return group.source_name, str(group.at("dataset.version") or "")

    for _, same in groupby(sorted(groups, key=named), key=named):
        alike = list(same)
        if len(alike) > 1:
            alike.sort(key=lambda group: repr(sorted(group.fields.items())))
        yield from alike


def _is_dated(group: Group) -> bool:
    return bool(group.at("source.period.end") or _generation_ends(group))


def _generation_ends(group: Group) -> list[str]:
    ends = [generator.get("period", {}).get("end", "") for generator in group.generators]
    return [str(end) for end in ends if end]


def _split(group: Group, categories: tuple[str, ...]) -> Iterator[Group]:
    """Yield the portions of a group from these categories; the whole when it has no breakdown."""
    breakdown = group.source.get("breakdown")
    if not breakdown:
        if group.source.get("category") in categories:
            yield group
        return
    for entry in breakdown:
        if entry["category"] in categories:
            yield _portion(group, entry)


_OF_THE_NAMED = ("name", "link", "description", "selection", "provider")
"""What a record says of the source that it names, and of no other in its breakdown."""


def _portion(group: Group, entry: Fields) -> Group:
    """Return the part of merged records that one entry of their breakdown describes.

    The breakdown stands in the shared fields, so it holds for each record of the group alike. What
    the record says about its source as a whole stays true of the part only in its own category, and
    what it says of a name, a link and a version only of the part with that name.
    """
    own = entry["category"] == group.source.get("category")
    named = own and entry.get("name", group.source_name) == group.source_name
    left_out = ("breakdown", *(() if named else _OF_THE_NAMED))
    source = {k: v for k, v in group.source.items() if own and k not in left_out}
    source |= {k: v for k, v in entry.items() if k in ("category", "name")}
    measures = {
        name: Total(entry[name] * group.records, group.records)
        for name in ("bytes", "documents", "tokens")
        if name in entry
    }
    fields = {**group.fields, "source": source}
    if not named:
        fields["dataset"] = {k: v for k, v in fields.get("dataset", {}).items() if k == "name"}
    return replace(group, fields=fields, measures=measures, whole=group)
