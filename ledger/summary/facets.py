"""What a question may ask of the records by one word: a small closed set of answers.

A facet is an answerer with a name, for questionnaires in a file (`questionnaire.py`). Amounts
follow `show.sizes` of the profile: a range, a share, or a figure.
"""

from collections.abc import Iterator, Mapping

from ledger.record.kinds import UNKNOWN
from ledger.summary import remedies
from ledger.summary.answer import Answer, Answerer, asked, on_records
from ledger.summary.document import Gap, Item, Items, Labelled, Row, Text, YesNo
from ledger.summary.eu.describe import few, size
from ledger.summary.eu.overall import training_size
from ledger.summary.eu.sizes import SCALES
from ledger.summary.eu.synthetic import ROLE_WORDS, makes_data, naming, used
from ledger.summary.facts import SIZE_MEASURE, Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS, by_kind, collected
from ledger.summary.languages import names
from ledger.summary.parties import Generator, generators
from ledger.summary.shares import share
from ledger.summary.steps import STEPS
from ledger.summary.wording import NOT_KNOWN, counted, listed, modality_word, period

GENERATOR = remedies.correct_record("generator", "…", ())


def modality(filing: Filing) -> Answer:
    """The modalities on record."""
    facts = filing.facts
    if not facts.modalities:
        return asked("no record states a modality", remedies.correct_record("modality", "text", ()))
    text = listed(map(modality_word, facts.modalities))
    return Answer((Text((text,)),), (on_records(facts, "modality"),))


def languages(filing: Filing) -> Answer:
    """The languages on record, by name."""
    facts = filing.facts
    if not facts.languages:
        return asked(
            "no record states a language", remedies.correct_record("languages", "en,fr", ())
        )
    return Answer((Text((few(names(facts.languages), 60),)),), (on_records(facts, "languages"),))


def sources(filing: Filing) -> Answer:
    """Kinds of source, with the number of datasets and records of each; none is named."""
    facts = filing.facts
    rows = [
        Row(
            KINDS[kind], f"{counted(len(one.by_name), 'dataset')}, {counted(one.records, 'record')}"
        )
        for kind, one in by_kind(facts).items()
    ]
    return _table(rows, facts, "source.category", "the training set holds no records")


def licences(filing: Filing) -> Answer:
    """Licences as records declare them, and how many records declare none."""
    facts = filing.facts
    rows = [
        Row(licence, f"in {counted(count, 'record')}")
        for licence, count in facts.statements("rights.licence").items()
    ]
    if rows and (silent := facts.records - facts.stating("rights.licence")):
        rows.append(Row("None stated", f"in {counted(silent, 'record')}"))
    return _table(rows, facts, "rights.licence", "no record states a licence")


def periods(filing: Filing) -> Answer:
    """From which month to which data of each kind was collected or made."""
    facts = filing.facts
    parts = {kind: collected(one) for kind, one in by_kind(facts).items()}
    rows = [Row(KINDS[kind], period(*one)) for kind, one in parts.items()]
    stated = rows if any(any(one) for one in parts.values()) else []
    return _table(stated, facts, "source.period", "no record states when its data was collected")


def processing(filing: Filing) -> Answer:
    """Steps of cleaning and filtering on record."""
    facts = filing.facts
    rows = [
        Row(f"{label}, {counted(count, 'record')}", text)
        for step, label in STEPS.items()
        for text, count in facts.statements(f"processing.{step}").items()
    ]
    return _table(rows, facts, "processing", "no record states a step of processing")


def _table(rows: list[Row], facts: Facts, path: str, what: str) -> Answer:
    if not rows:
        example = "TEXT" if "." in path else "…"
        return asked(what, remedies.correct_record(path, example, ()))
    return Answer((Labelled(tuple(rows)),), (on_records(facts, path),))


def machine_made(filing: Filing) -> Answer:
    """Whether a model made data, public datasets included; Yes, or not known.

    Nobody can confirm a No here: what others published, others made.
    """
    made = Facts(tuple(group for group in filing.facts.groups if _is_made(group)))
    if not made.records:
        return asked("no record says that a model made data", GENERATOR)
    kinds = {kind: _certain(kind, one) for kind, one in by_kind(made).items()}
    rows = tuple(
        Row(KINDS[kind], f"in {counted(one.records, 'record')}")
        for kind, one in kinds.items()
        if one.records
    )
    return Answer((YesNo(True), Labelled(rows)), (on_records(made, "generator"),))


def _certain(kind: str, part: Facts) -> Facts:
    """Return the part that a model made for certain: of merged records only what is synthetic."""
    return Facts(tuple(one for one in part.groups if one.whole is None or kind == "synthetic"))


def _is_made(group: Group) -> bool:
    if group.fields.get("generator") == UNKNOWN:
        return True
    return any(makes_data(str(one.get("role")), group) for one in group.generators)


def generator_names(filing: Filing) -> Answer:
    """Every model that a record names as having made or judged data, and what it did."""
    every = generators(filing.facts)
    gaps = _unknown(filing.facts)
    if not every:
        opened = asked("no record names a model that made data", GENERATOR)
        return Answer(opened.values, (), gaps or opened.gaps)
    items = Items(tuple(Item(one.model, details=tuple(_details(one))) for one in every))
    return Answer((items,), (on_records(naming(every), "generator"),), gaps)


def _details(one: Generator) -> Iterator[Row]:
    yield Row("Provider", one.provider)
    yield Row("What it did", listed(ROLE_WORDS.get(role, role) for role in one.roles))
    if one.resellers:
        yield Row("Reached through", listed(one.resellers))
    stages = one.facts.statements("stages")
    if stages:
        yield Row("Training stages", listed(stage.replace("_", " ") for stage in stages))
    yield Row("Named in", counted(one.facts.records, "record"))


def _unknown(facts: Facts) -> tuple[Gap, ...]:
    if not facts.unknown_generators:
        return ()
    what = f"{counted(facts.unknown_generators, 'record')} were made by a model that is not known"
    return (Gap("", "missing", what, GENERATOR),)


def generator_amounts(filing: Filing) -> Answer:
    """How much data each model had a part in, as far as the provider shows amounts."""
    every = generators(filing.facts)
    if not every:
        return asked("no record names a model that made data", GENERATOR)
    rows = tuple(Row(f"{one.model} ({one.provider})", _amount(filing, one.facts)) for one in every)
    note = Text(("Data of records that name the model; a record that names several is in each.",))
    return Answer((Labelled(rows), note), (on_records(naming(every), "measures"),))


def _amount(filing: Filing, facts: Facts) -> str:
    texts = []
    if filing.shows_figures:
        texts += [size(facts.modality(name), name) for name in facts.modalities]
    else:
        texts += [_range(facts.modality(name), name) for name in facts.modalities]
    if filing.shows_shares:
        part = share(facts, filing.facts)
        texts.append(f"{part} of all bytes" if part else f"share {NOT_KNOWN}")
    return "; ".join(texts) or NOT_KNOWN


def _range(facts: Facts, modality: str) -> str:
    """Return the official range that an amount falls into; without one, that it is not known."""
    if modality == "other":
        return "other data"
    total = facts.size(SIZE_MEASURE[modality])
    ticked = [c.label for c in SCALES[modality].choices(total.sum, total.missing) if c.ticked]
    return ticked[0] if ticked else f"{modality}: not counted in every record"


def generator_periods(filing: Filing) -> Answer:
    """From which day to which each model was used, as records say."""
    every = generators(filing.facts)
    if not every:
        return asked("no record names a model that made data", GENERATOR)
    dated = [(one, _dates(one)) for one in every]
    rows = [Row(f"{one.model} ({one.provider})", _days(*days)) for one, days in dated]
    silent = [one.model for one, days in dated if not any(days)]
    gaps = tuple(
        Gap("", "missing", f"no record says when {name} was used", PERIOD) for name in silent
    )
    return Answer((Labelled(tuple(rows)),), (on_records(naming(every), "generator"),), gaps)


PERIOD = remedies.correct_record("generator.period.end", "YYYY-MM-DD", ())


def _said(one: Generator) -> Iterator[Mapping[str, object]]:
    """Yield what records say of one model."""
    for group in one.facts.groups:
        for said in group.generators:
            if (said["provider"], said["model"]) == (one.provider, one.model):
                yield said


def _dates(one: Generator) -> tuple[str, str]:
    said = [period for named in _said(one) if isinstance(period := named.get("period"), Mapping)]
    starts, ends = ([str(p.get(end, "")) for p in said] for end in ("start", "end"))
    return min(filter(None, starts), default=""), max(ends, default="")


def _days(start: str, end: str) -> str:
    return f"{start or NOT_KNOWN} to {end or NOT_KNOWN}" if start or end else NOT_KNOWN


def generator_terms(filing: Filing) -> Answer:
    """Under which terms each model was used, as far as records name a text of them."""
    every = generators(filing.facts)
    if not every:
        return asked("no record names a model that made data", GENERATOR)
    rows, gaps = [], []
    for one in every:
        said = list(_said(one))
        named = sorted({str(digest) for each in said for digest in _digests(each)})
        rows.append(Row(f"{one.model} ({one.provider})", few(named) or f"terms {NOT_KNOWN}"))
        silent = sum(1 for each in said if not _digests(each))
        if silent:
            of = "no record names" if silent == len(said) else "some records do not name"
            what = f"{of} the terms under which {one.model} was used"
            remedy = remedies.correct_record("generator.terms", "sha256:…", ())
            gaps.append(Gap("", "missing", what, remedy))
    supports = (on_records(naming(every), "generator"),)
    return Answer((Labelled(tuple(rows)),), supports, tuple(gaps))


def _digests(said: Mapping[str, object]) -> list[object]:
    terms = said.get("terms")
    return list(terms) if isinstance(terms, list | tuple) else []


FACETS: Mapping[str, Answerer] = {
    "modality": modality,
    "languages": languages,
    "sizes": training_size,
    "sources": sources,
    "licences": licences,
    "periods": periods,
    "processing": processing,
    "synthetic": used,
    "machine_made": machine_made,
    "generators": generator_names,
    "generator_amounts": generator_amounts,
    "generator_periods": generator_periods,
    "generator_terms": generator_terms,
}
