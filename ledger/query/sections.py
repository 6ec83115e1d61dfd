"""In which trees of a statement a record stands, and with which values (docs/formats/audit.md).

Who makes a statement and who audits it call the same two functions: `place` says from what many
records share in which trees they stand, `leaf_values` what one of them adds there.

    <category>.<modalities>              records of one kind of source
    <category>.<modalities>.generated    of them, those whose content a model made
    merged.<modalities>                  records that several kinds of source were merged into
    erased, replaced                     records without values of their own
    <category>.<modalities>.part         what a kind of source has in merged records
    generator.<id>.<modalities>[.other]  records that name a model

Each record of a training set is in exactly one tree of the first four lines. The last two lines
say the same again from another side and are not counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import MalformedError
from ledger.query.names import generator_code
from ledger.record.vocabulary import CATEGORIES, MODALITIES
from ledger.tree.sums import MAX_VALUE

COUNTED: Final = (
    "bytes",
    "documents",
    "tokens",
    "images",
    "audio_milliseconds",
    "video_milliseconds",
)
"""The measures of a record, in the order of a section tree's values."""

STATED: Final = tuple(f"stated.{name}" for name in COUNTED)
"""1 for a record that states the measure, else 0: so unknown stays apart from none."""

DOMAIN_BYTES: Final = "domain_bytes"

MEASURES: Final = (*COUNTED, *STATED, DOMAIN_BYTES)
"""What a section tree adds up; trees of names have their own (`.names`: none, `.rank`: bytes)."""

NOTHING: Final = (0,) * len(MEASURES)
"""The values of a record that has none: erased, or counted elsewhere."""

MERGED: Final = "merged"
ERASED: Final = "erased"
REPLACED: Final = "replaced"
GENERATOR: Final = "generator"
GENERATED: Final = "generated"
PART: Final = "part"
OTHER: Final = "other"
NAMES: Final = "names"
RANK: Final = "rank"
CRAWLED: Final = "crawled"
CRAWLED_NAMES: Final = f"{CRAWLED}.{NAMES}"
CRAWLED_RANK: Final = f"{CRAWLED}.{RANK}"
UNKNOWN: Final = "unknown"

WRITING: Final = frozenset({"generator", "rewriter", "translator"})
"""Roles in which a model makes content; in the others it labels, judges or filters it."""

FEEDBACK: Final = frozenset({"labeller", "judge"})
FEEDBACK_STAGES: Final = frozenset({"preference", "reinforcement"})

Fields = Mapping[str, Any]


def makes_data(role: str, stages: Sequence[str]) -> bool:
    """Answer whether a model in this role makes the data of these stages, or only enriches it.

    Labels and judgements are data only where they are the training signal.
    """
    return role in WRITING or (role in FEEDBACK and bool(FEEDBACK_STAGES & set(stages)))


def is_generated(fields: Fields) -> bool:
    """Answer whether a model made the content of a record of another kind than synthetic.

    Public datasets stay what they are, and merged records say it in their breakdown.
    """
    source = fields.get("source", {})
    if source.get("category") in ("synthetic", "public_dataset") or source.get("breakdown"):
        return False
    stages = fields.get("stages", ())
    return any(makes_data(str(one.get("role")), stages) for one in generators_of(fields))


def generators_of(fields: Fields) -> tuple[Fields, ...]:
    """Return the generators that a record names; none where it names none or says `unknown`."""
    named = fields.get("generator", ())
    return () if isinstance(named, str) else tuple(named)


@dataclass(frozen=True, slots=True)
class Portion:
    """What one kind of source has in a merged record, by its breakdown."""

    tree: str
    values: tuple[int, ...]
    """A value per measure; `domain_bytes` is 0 here."""
    has_domains: bool
    """The record's tally is of this kind of source: its bytes count in this portion."""

    def of_record(self, own: Sequence[int]) -> tuple[int, ...]:
        """Return the portion's values in a record whose own values are these."""
        return (*self.values[:-1], own[-1] if self.has_domains else 0)


@dataclass(frozen=True, slots=True)
class Placement:
    """The trees of records that share these fields."""

    section: str
    """The one that counts."""
    portions: tuple[Portion, ...] = ()
    generators: tuple[str, ...] = ()
    """Trees of the models that the records name."""
    made: Portion | None = None
    """What models made of a merged record: the values of the generators' leaves. None: all."""

    def leaves(self, values: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield the name of every tree that a record with these values is in, and its values."""
        yield self.section, values
        for one in self.portions:
            yield one.tree, one.of_record(values)
        made = values if self.made is None else self.made.of_record(values)
        for name in self.generators:
            yield name, made


def place(fields: Fields, name_key: bytes) -> Placement:
    """Return where records stand that share these fields.

    Args:
        fields: `modality`, `source`, `generator` and `stages` of a shard record decide; others may
            be there.
        name_key: The key of the statement's names.

    Raises:
        MalformedError: They are of no shard record.
    """
    category, modalities = _category(fields), modality_label(fields.get("modality", ()))
    breakdown = fields["source"].get("breakdown")
    portions = tuple(_portions(breakdown, category, modalities)) if breakdown else ()
    made = next((one for one in portions if one.tree.startswith("synthetic.")), None)
    if breakdown:
        section = f"{MERGED}.{modalities}"
    elif is_generated(fields):
        section = f"{_label(category)}.{modalities}.{GENERATED}"
    else:
        section = f"{_label(category)}.{modalities}"
    in_scope = made is not None or (
        not breakdown and (category == "synthetic" or is_generated(fields))
    )
    names = sorted(_generator_trees(fields, modalities, in_scope, name_key))
    return Placement(section, portions, tuple(names), made)


def _category(fields: Fields) -> str:
    source = fields.get("source")
    category = source.get("category") if isinstance(source, Mapping) else None
    if category not in CATEGORIES:
        raise MalformedError(f"source.category: {category!r} is no kind of source")
    return str(category)


def modality_label(modalities: Sequence[str]) -> str:
    """Return modalities as names of trees have them: sorted, joined by `-`."""
    if not modalities or not set(modalities) <= set(MODALITIES):
        raise MalformedError(f"modality: {list(modalities)!r} are no modalities")
    return "-".join(sorted(set(modalities)))


def _label(category: str) -> str:
    return category.replace("_", "-")


def _portions(breakdown: Sequence[Fields], own_category: str, modalities: str) -> Iterator[Portion]:
    """Yield the portion of each kind of source; what names one kind several times is added up.

    A measure is stated if every entry of the kind states it, and what is stated is summed.
    """
    for category in dict.fromkeys(str(entry["category"]) for entry in breakdown):
        if category not in CATEGORIES:
            raise MalformedError(f"source.breakdown: {category!r} is no kind of source")
        entries = [entry for entry in breakdown if entry["category"] == category]
        sums = [sum(entry.get(name, 0) for entry in entries) for name in COUNTED]
        stated = [int(all(name in entry for entry in entries)) for name in COUNTED]
        name = f"{_label(category)}.{modalities}.{PART}"
        yield Portion(name, (*sums, *stated, 0), has_domains=category == own_category)


def _generator_trees(
    fields: Fields, modalities: str, in_scope: bool, name_key: bytes
) -> Iterator[str]:
    end = "" if in_scope else f".{OTHER}"
    if fields.get("generator") == UNKNOWN:
        yield f"{GENERATOR}.{UNKNOWN}.{modalities}{end}"
    named = {(str(one["provider"]), str(one["model"])) for one in generators_of(fields)}
    for provider, model in named:
        yield f"{GENERATOR}.{generator_code(name_key, provider, model)}.{modalities}{end}"


def leaf_values(measures: Sequence[int | None], domain_bytes: int | None) -> tuple[int, ...]:
    """Return a record's values, one per measure of `MEASURES`.

    Args:
        measures: In the order of `COUNTED`; None where the record does not state it.
        domain_bytes: The sum of the tally of domains that is kept of the record; None: no tally.
    """
    known = [one or 0 for one in measures]
    stated = [0 if one is None else 1 for one in measures]
    values = (*known, *stated, domain_bytes or 0)
    # A million records come through here: no generators.
    if len(values) != len(MEASURES) or min(values) < 0 or max(values) > MAX_VALUE:
        raise MalformedError(f"{len(values)} values, expected {len(MEASURES)} from 0 to 2^64 - 1")
    return values


@dataclass(frozen=True, slots=True)
class SectionName:
    """What the name of a tree says. `kind` is a category, or one of the words above."""

    kind: str
    modalities: tuple[str, ...] = ()
    qualifier: str = ""
    """`generated`, `part`, `names`, `rank`, `other`, or empty."""
    generator: str = ""
    """The 16 digits, or `unknown`, of a generator's tree."""

    @property
    def is_counted(self) -> bool:
        """Whether a record of the tree counts for coverage."""
        return self.kind != GENERATOR and self.qualifier in ("", GENERATED)

    @property
    def is_of_names(self) -> bool:
        """Whether the tree's keys are domains, not records."""
        return self.qualifier in (NAMES, RANK)


def read_section_name(name: str) -> SectionName:
    """Return what the name of a tree says.

    Raises:
        MalformedError: No statement has a tree of this name.
    """
    match name.split("."):
        case ["erased" | "replaced" as kind]:
            return SectionName(kind)
        case ["crawled", "names" | "rank" as what]:
            return SectionName(CRAWLED, qualifier=what)
        case ["merged", modalities]:
            return SectionName(MERGED, _modalities(modalities, name))
        case ["generator", generator, modalities, *end] if end in ([], [OTHER]):
            if generator == UNKNOWN or _is_hex(generator):
                return SectionName(
                    GENERATOR, _modalities(modalities, name), end[0] if end else "", generator
                )
        case [label, modalities, *end] if end in ([], [GENERATED], [PART]):
            category = label.replace("-", "_")
            if category in CATEGORIES and _label(category) == label:
                return SectionName(category, _modalities(modalities, name), end[0] if end else "")
    raise MalformedError(f"{name[:80]!r} is no section of a statement")


def _modalities(label: str, name: str) -> tuple[str, ...]:
    found = tuple(label.split("-"))
    if not set(found) <= set(MODALITIES) or label != modality_label(found):
        raise MalformedError(f"{name[:80]!r} is no section of a statement")
    return found


def _is_hex(text: str) -> bool:
    return len(text) == 16 and all(one in "0123456789abcdef" for one in text)


def is_counted(name: str) -> bool:
    """Answer whether the records of a tree count for coverage: each of a set is in one such."""
    return read_section_name(name).is_counted
