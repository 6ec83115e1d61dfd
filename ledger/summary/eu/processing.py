"""Section 3: reservations of rights, illegal content, and what a ledger can add."""

from collections import Counter
from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    missing,
    on_profile,
    on_records,
    own_words,
    with_comment,
)
from ledger.summary.document import Item, Items, Labelled, Row, Text, Value, YesNo
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import byte_size, counted, listed, long_date, number

STEPS = {
    "cleaning": "Cleaning",
    "deduplication": "Deduplication",
    "decontamination": "Decontamination",
    "personal_data": "Personal data",
}


def signatory(filing: Filing) -> Answer:
    """3.1.a: only the provider knows."""
    path = "rights_reservations.code_of_practice"
    said = filing.profile.answer(path)
    if said is None:
        what = "nothing says whether the provider has signed the Code of Practice"
        return missing("3.1.a", what, remedies.set_profile(path))
    return Answer((YesNo(said),), (on_profile(path),))


def reservations(filing: Filing) -> Answer:
    """3.1.b: the provider's measures, and the opt-out signals on record."""
    path = "rights_reservations.measures"
    own, rows = filing.profile.text(path), _opt_outs(filing.facts)
    values, supports = own_words(filing, path)
    if rows:
        values.append(Labelled(rows))
        supports.append(on_records(filing.facts, "rights.opt_out"))
    if own:
        return Answer(tuple(values), tuple(supports))
    what = "nothing describes the measures taken to respect reservations of rights"
    opened = missing("3.1.b", what, remedies.set_profile(path))
    return Answer((*opened.values, *values), tuple(supports), opened.gaps)


def _opt_outs(facts: Facts) -> tuple[Row, ...]:
    """Return how many records observed which opt-out signal, and what followed."""
    counts: Counter[tuple[str, str]] = Counter()
    for group in facts.groups:
        for seen in group.at("rights.opt_out") or ():
            counts[str(seen["mechanism"]), str(seen["action"]).replace("_", " ")] += group.records
    mechanisms = sorted({mechanism for mechanism, _ in counts})
    return tuple(
        Row(
            f"Signals on record: {mechanism}",
            listed(
                f"{action} in {counted(count, 'record')}"
                for (name, action), count in sorted(counts.items())
                if name == mechanism
            ),
        )
        for mechanism in mechanisms
    )


def copyright_policy(filing: Filing) -> Answer:
    """3.1.c: a link to the copyright policy is encouraged."""
    path = "rights_reservations.copyright_policy_link"
    link = filing.profile.text(path)
    if not link:
        return with_comment(filing, "3.1.c", (), ())
    values = (Items((Item("Copyright policy", link),)),)
    return with_comment(filing, "3.1.c", values, (on_profile(path),))


def illegal_content(filing: Filing) -> Answer:
    """3.2.a: measures, in the provider's words and as the records state them."""
    facts, path = filing.facts, "illegal_content.measures"
    own, said = filing.profile.text(path), facts.statements("processing.illegal_content")
    if not own and not said:
        what = "nothing describes the measures against illegal content"
        return missing("3.2.a", what, remedies.set_profile(path))
    values, supports = own_words(filing, path)
    if said:
        values.append(Labelled(_steps(facts, said)))
        supports.append(on_records(facts, "processing.illegal_content"))
    return Answer(tuple(values), tuple(supports))


def _steps(facts: Facts, said: Mapping[str, int]) -> tuple[Row, ...]:
    whole = number(facts.records)
    return tuple(Row(f"In {number(n)} of {whole} records", text) for text, n in said.items())


def further(filing: Filing) -> Answer:
    """3.3.a: processing steps on record, how the facts are known, and what no ledger can show."""
    facts, identity = filing.facts, filing.identity
    rows = []
    for step, label in STEPS.items():
        said = facts.statements(f"processing.{step}")
        rows += [Row(f"{label}, {counted(count, 'record')}", text) for text, count in said.items()]
    origin = (
        f"The answers were computed from {counted(facts.records, 'record')} in the log "
        f"{identity.origin}, as it stood at size {number(identity.size)}."
    )
    limit = "Data that was used and never recorded cannot be detected by this or any other log."
    supports = [on_records(facts, "processing")] if rows else []
    rows += _corrected(facts)
    values: list[Value] = [Labelled(tuple(rows))] if rows else []
    supports.append(on_records(facts, "content"))
    return with_comment(filing, "3.3.a", (*values, Text((f"{origin} {limit}",))), supports)


CORRECTED = {
    "replace": "Records that say something else than when the training set was frozen",
    "withdraw": "Records withdrawn since the training set was frozen, and still counted",
    "erase": "Records erased since the training set was frozen, and counted in no size",
}


def _corrected(facts: Facts) -> list[Row]:
    """Return what was corrected after the set was frozen: how many records, how much, and when."""
    rows = []
    for action, label in CORRECTED.items():
        parts = [part for part in facts.corrected if part.action == action]
        said = [
            counted(part.records, "record")
            + ("" if part.bytes is None else f", {byte_size(part.bytes)},")
            + f" on {long_date(part.day)}"
            for part in parts
        ]
        if said:
            rows.append(Row(label, listed(said)))
    return rows


ANSWERS: Mapping[str, Answerer] = {
    "3.1.a": signatory,
    "3.1.b": reservations,
    "3.1.c": copyright_policy,
    "3.2.a": illegal_content,
    "3.3.a": further,
}
