"""Counting shards again: step 6 of an audit, the one that looks at the data itself.

The auditor has the sampled shards' bytes and what their records say. Each file is read once, by the
code that records use (`ledger.capture`), and what comes out is compared with what was stated. A
number that is not as stated is misreported. What cannot be counted here, for want of a tokenizer or
of a column's name, is said and stays open: silence would look like agreement.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.capture.directories import Found, Survey
from ledger.capture.document_tree import DocumentTree
from ledger.capture.files import Facts, Options, Running, Unreadable, read_file
from ledger.capture.results import Failed
from ledger.capture.rows import DomainColumn
from ledger.capture.tokens import Tokens
from ledger.client.finding import file_digest
from ledger.content.domains import NO_DOMAIN, Share, Tally
from ledger.record.canonical import JSON
from ledger.record.schema import Fields

SAME: Final = "same"
MISREPORTED: Final = "misreported"
UNCLEAR: Final = "unclear"
_SHOWN = 3
_ROWS = ("domains", "languages", "source.period")
_Comparison = tuple[str, object, object]
"""What, as stated, as counted; the last is None for what nothing here could count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a sampled record says of its shard, as its verified opening shows it."""

    record: str
    """The id of the record whose values count: the newest, if it was corrected."""
    fields: Fields
    tally: Tally | None = None
    """The tally that the field `domains` names by digest, if it was handed over."""


class Difference(NamedTuple):
    """Something that the file does not have as the record states it."""

    what: str
    stated: str
    found: str


class Open(NamedTuple):
    """Something stated that was not counted again, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What counting one file again came to."""

    record: str
    path: str
    same: tuple[str, ...]
    """What was counted again and is as stated."""
    differences: tuple[Difference, ...] = ()
    open: tuple[Open, ...] = ()

    @property
    def outcome(self) -> str:
        """`misreported` if anything differs, `unclear` if something stayed open, else `same`."""
        if self.differences:
            return MISREPORTED
        return UNCLEAR if self.open else SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How to count, as far as records do not say it themselves."""

    tokens: Tokens | None = None
    domains: DomainColumn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounting:
    """What became of all files."""

    recounts: tuple[Recount, ...]
    missing: tuple[str, ...]
    """Records of which no file came."""
    strangers: tuple[str, ...]
    """Files that are of none of the records, by name or by content."""
    failed: tuple[Failed, ...]
    """Files that could not be read."""


def recount_all(stated: Sequence[Stated], survey: Survey, rules: Rules) -> Recounting:
    """Count again every file that belongs to one of the records."""
    pairs, strangers = match(stated, survey.files)
    recounts: list[Recount] = []
    failed = [item for item in survey.items if isinstance(item, Failed)]
    for one, found in pairs:
        try:
            recounts.append(recount(one, found, rules))
        except Unreadable as error:
            failed.append(Failed(found.path, str(error), error.hint))
    given = {one.record for one, _ in pairs}
    return Recounting(
        recounts=tuple(recounts),
        missing=tuple(one.record for one in stated if one.record not in given),
        strangers=tuple(found.path for found in strangers),
        failed=tuple(failed),
    )


def match(
    stated: Sequence[Stated], files: Iterable[Found]
) -> tuple[list[tuple[Stated, Found]], list[Found]]:
    """Pair records with files: by content, and where none has it, by name.

    By content first, since names are the auditor's to choose; by name then, since a file that was
    changed has another content, and that is what is looked for.
    """
    by_digest: dict[str, list[Stated]] = {}
    for one in stated:
        by_digest.setdefault(digest_of(one), []).append(one)
    pairs: list[tuple[Stated, Found]] = []
    others: list[Found] = []
    given: set[str] = set()
    for found in files:
        known = by_digest.get(str(file_digest(found.path)))
        if known is None:
            others.append(found)
        for one in known or ():  # several records may speak of one content
            if one.record not in given:
                pairs.append((one, found))
                given.add(one.record)
    left = [one for one in stated if one.record not in given]
    strangers: list[Found] = []
    for found in others:
        named = [one for one in left if _is_named(found, name_of(one))]
        if len(named) == 1:
            pairs.append((named[0], found))
            left.remove(named[0])
        else:
            strangers.append(found)
    return pairs, strangers


def _is_named(found: Found, name: str) -> bool:
    return found.name == name or f"/{found.path}".endswith(f"/{name}")


def digest_of(stated: Stated) -> str:
    """Return the content digest that a record states."""
    return str(_part(stated.fields, "content").get("digest"))


def name_of(stated: Stated) -> str:
    """Return the name that a record gives its file."""
    return str(_part(stated.fields, "content").get("name"))


def _part(fields: Mapping[str, JSON], name: str) -> Mapping[str, JSON]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def recount(stated: Stated, found: Found, rules: Rules) -> Recount:
    """Read a file and compare it with what its record says.

    Raises:
        Unreadable: It cannot be read.
    """
    options, unable = _options(stated, rules)
    facts, more = _read(found, options)
    unable = {**unable, **more}
    same: list[str] = []
    differences: list[Difference] = []
    left_open: list[Open] = []
    for what, said, counted in _comparisons(stated, facts):
        if counted is None:
            reason = unable.get(what) or _why_not(what, stated, facts)
            left_open.append(Open(what, reason))
        elif said == counted:
            same.append(what)
        else:
            differences.append(Difference(what, str(said), str(counted)))
    if stated.tally is not None and facts.tally is not None:
        differences += _domain_differences(stated.tally, facts.tally)
    return Recount(
        record=stated.record,
        path=found.path,
        same=tuple(same),
        differences=tuple(differences),
        open=tuple(left_open),
    )


def _why_not(what: str, stated: Stated, facts: Facts) -> str:
    if what == "domains" and facts.tally is not None:
        if stated.tally is None:
            return "its tally was not handed over, and differs from the one counted here"
        return "hosts were cut by another list of public suffixes than the one here"
    if what == "modality":
        return f"by its form the file holds {', '.join(facts.modality)}: look at it"
    return "; ".join(facts.notes) or "nothing here counts it"


def _options(stated: Stated, rules: Rules) -> tuple[Options, dict[str, str]]:
    """Return what to count besides the usual, and why some of what is stated cannot be."""
    content, measures = _part(stated.fields, "content"), _part(stated.fields, "measures")
    unable: dict[str, str] = {}
    tokens = rules.tokens if "tokens" in measures else None
    if "tokens" in measures:
        reason = _why_no_tokens(_part(measures, "tokenizer"), tokens)
        if reason:
            unable["measures.tokens"], tokens = reason, None
    domains = rules.domains
    if domains is None:
        reason = "the column was not named: --domain-column, --language-column, --date-column"
        unable |= dict.fromkeys(_ROWS, reason)
    documents = None
    if "documents" in stated.fields:
        column = _part(stated.fields, "documents").get("column")
        documents = DocumentTree(str(column or ""), asked=True)
    options = Options(
        sha256="sha256" in content, tokens=tokens, domains=domains, documents=documents
    )
    return options, unable


def _why_no_tokens(tokenizer: Mapping[str, JSON], tokens: Tokens | None) -> str:
    if tokens is None:
        return f"counted by {tokenizer.get('name')}: --tokenizer FILE, or --tokens-column NAME"
    given = tokens.tokenizer
    if given is not None and "digest" in tokenizer and given["digest"] != tokenizer["digest"]:
        return f"counted by {tokenizer['digest']}, and the tokenizer here is {given['digest']}"
    return ""


def _read(found: Found, options: Options) -> tuple[Facts, dict[str, str]]:
    """Read a file with the options; without its rows if it does not have the columns."""
    try:
        return read_file(found, options, Running()), {}
    except Unreadable as error:
        if options.tokens is None and options.domains is None:
            raise
        plain = Options(sha256=options.sha256, documents=options.documents)
        return read_file(found, plain, Running()), dict.fromkeys(
            ("measures.tokens", *_ROWS), str(error)
        )


def _comparisons(stated: Stated, facts: Facts) -> Iterator[_Comparison]:
    content, measures = _part(stated.fields, "content"), _part(stated.fields, "measures")
    yield "content.digest", content.get("digest"), f"blake3:{facts.digest}"
    yield "content.size", content.get("size"), facts.size
    if "sha256" in content:
        yield "content.sha256", content["sha256"], facts.sha256
    for name, value in measures.items():
        if name != "tokenizer":
            yield f"measures.{name}", value, facts.measures.get(name)
    basis = _part(stated.fields, "basis")
    if "modality" in stated.fields:
        said, found = stated.fields["modality"], list(facts.modality)
        # Inferred by this very code; a declared one is for people to judge.
        is_clear = said == found or basis.get("modality") == "inferred"
        yield "modality", said, found if is_clear else None
    if "documents" in stated.fields:
        tree = facts.documents
        yield "documents", stated.fields["documents"], tree and tree.to_json()
    yield from _said_by_rows(stated, facts, basis)


def _said_by_rows(stated: Stated, facts: Facts, basis: Mapping[str, JSON]) -> Iterator[_Comparison]:
    if "domains" in stated.fields:
        said = _part(stated.fields, "domains").get("digest")
        found = None if facts.tally is None else facts.tally.digest
        # A list of other suffixes cuts other domains out of the same hosts: that proves nothing.
        is_clear = found == said or _is_same_list(stated.tally, facts.tally)
        yield "domains", said, found if is_clear else None
    if basis.get("languages") == "observed":
        yield "languages", stated.fields.get("languages"), list(facts.languages) or None
    if basis.get("source.period") == "observed":
        period = facts.period and dict(zip(("start", "end"), facts.period, strict=True))
        yield "source.period", _part(stated.fields, "source").get("period"), period


def _is_same_list(stated: Tally | None, found: Tally | None) -> bool:
    return stated is not None and found is not None and stated.suffix_lists == found.suffix_lists


def _domain_differences(stated: Tally, found: Tally) -> list[Difference]:
    """Name the first domains in which two tallies by one suffix list differ."""
    if not _is_same_list(stated, found):
        return []
    said = {share.domain: share for share in stated.shares}
    counted = {share.domain: share for share in found.shares}
    names = [name for name in sorted({*said, *counted}) if said.get(name) != counted.get(name)]
    return [
        Difference(
            "what has no domain" if name == NO_DOMAIN else f"domain {name}",
            _share(said.get(name)),
            _share(counted.get(name)),
        )
        for name in names[:_SHOWN]
    ]


def _share(share: Share | None) -> str:
    return "nothing" if share is None else f"{share.bytes} bytes in {share.documents} documents"
