"""Section 3: reservations of rights, illegal content, and what a ledger can add."""

from collections import Counter
from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    commented,
    missing,
    on_profile,
    on_records,
    on_release,
    on_rule,
    own_piece,
    own_rows,
    pieced,
    said_list,
)
from ledger.summary.document import Item, Items, Labelled, Row, Text, YesNo
from ledger.summary.eu.describe import MANY, MANY_TEXTS, few
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import byte_size, counted, listed, long_date, number, sentence

STEPS = {
    "personal_data": "Personal data",
    "deduplication": "Deduplication",
    "cleaning": "Cleaning",
    "decontamination": "Decontamination",
}
"""Steps of processing that 3.3.a tells; illegal content has a field of its own, 3.2.a."""


def signatory(filing: Filing) -> Answer:
    """3.1.a: only the provider knows."""
    path = "rights_reservations.code_of_practice"
    said = filing.profile.answer(path)
    if said is None:
        what = "nothing says whether the provider has signed the Code of Practice"
        return missing("3.1.a", what, remedies.set_profile(path))
    return Answer((YesNo(said),), (on_profile(path),))


MEASURES: Mapping[str, str] = {
    "rights_reservations.robots_txt": "robots.txt",
    "rights_reservations.dataset_opt_outs": "Datasets of others with opt-outs",
    "rights_reservations.kept_up_to_date": "Keeping reservations up to date",
    "rights_reservations.protocols": "Protocols honoured",
}
"""What readers look for in 3.1.b: the key that states it, and its label."""


def reservations(filing: Filing) -> Answer:
    """3.1.b: the provider's measures, row by row, and the opt-out signals on record."""
    path = "rights_reservations.measures"
    pieces = [*own_piece(filing, path), *own_rows(filing, MEASURES)]
    is_told, gaps = (
        bool(pieces),
        [
            advice("3.1.b", f"nothing is said under “{label}”", remedies.set_profile(key))
            for key, label in MEASURES.items()
            if not said_list(filing, key)
        ],
    )
    if rows := _opt_outs(filing.facts):
        pieces.append(Piece(Labelled(rows), (on_records(filing.facts, "rights.opt_out"),)))
    if is_told:
        return pieced(pieces, gaps)
    what = "nothing describes the measures taken to respect reservations of rights"
    opened = missing("3.1.b", what, remedies.set_profile(path))
    return pieced([Piece(opened.values[0], ()), *pieces], opened.gaps)


FOLLOWED: Mapping[str, str] = {
    "excluded": "what it reserves was left out",
    "included_no_reservation": "no reservation was found",
    "included_under_licence": "content was used under a licence",
    "included_exception_claimed": "content was used under an exception",
    "removed_later": "content was removed later",
}
"""What followed from looking for an opt-out, in words."""


def _opt_outs(facts: Facts) -> tuple[Row, ...]:
    """Return for how many records which opt-out signal was looked at, and what followed."""
    counts: dict[str, Counter[str]] = {}
    for group in facts.groups:
        for name, action in {_seen(one) for one in group.at("rights.opt_out") or ()}:
            counts.setdefault(name, Counter())[action] += group.records
    return tuple(
        Row(
            f"Signals on record: {name}",
            sentence(
                listed(
                    f"{FOLLOWED.get(action, action)} ({counted(count, 'record')})"
                    for action, count in sorted(counts[name].items())
                )
            ),
        )
        for name in sorted(counts)
    )


def _seen(one: Mapping[str, str]) -> tuple[str, str]:
    return str(one["mechanism"]), str(one["action"])


def copyright_policy(filing: Filing) -> Answer:
    """3.1.c: a summary of the copyright policy and a link to it, both encouraged."""
    link_path = "rights_reservations.copyright_policy_link"
    link, summary_path = (
        filing.profile.text(link_path),
        "rights_reservations.copyright_policy_summary",
    )
    pieces = own_piece(filing, summary_path)
    if link:
        policy = Items((Item("Copyright policy", link),))
        pieces.append(Piece(policy, (on_profile(link_path),)))
    gaps = []
    if not filing.said(summary_path) and not filing.said("comments.3.1.c"):
        what = "the copyright policy is not summarised"
        gaps.append(advice("3.1.c", what, remedies.set_profile(summary_path)))
    return commented(filing, "3.1.c", pieces, gaps)


def illegal_content(filing: Filing) -> Answer:
    """3.2.a: measures against illegal content, and no others: not what was selected for quality."""
    facts, path = filing.facts, "illegal_content.measures"
    said = facts.statements("processing.illegal_content")
    pieces = [
        *own_piece(filing, path),
        *own_rows(filing, {"illegal_content.methods": "Methods"}),
    ]
    if said:
        support = (on_records(facts, "processing.illegal_content"),)
        pieces.append(Piece(Labelled(_steps(facts, said)), support))
    if not pieces:
        what = "nothing describes the measures against illegal content"
        return missing("3.2.a", what, remedies.set_profile(path))
    gaps = []
    if not filing.said(path):
        what = "measures are described for single datasets only, not for all of the data"
        gaps.append(advice("3.2.a", what, remedies.set_profile(path)))
    return pieced(pieces, gaps)


def _steps(facts: Facts, said: Mapping[str, int], label: str = "Applied") -> tuple[Row, ...]:
    """Return what was done, said of most records first; past a dozen ways the rest is counted."""
    whole = number(facts.records)
    order = sorted(said, key=lambda text: (-said[text], text))
    rows = [
        Row(f"{label} to {number(said[text])} of {whole} records", sentence(" ".join(text.split())))
        for text in order[:MANY_TEXTS]
    ]
    if rest := order[MANY_TEXTS:]:
        rows.append(Row(label, f"On record besides: {counted(len(rest), 'further way')}."))
    return tuple(rows)


def further(filing: Filing) -> Answer:
    """3.3.a: processing steps on record, how the facts are known, and what no ledger can show."""
    facts = filing.facts
    pieces = []
    for step, label in STEPS.items():
        if said := facts.statements(f"processing.{step}"):
            steps = Labelled(_steps(facts, said, f"{label}, applied"))
            pieces.append(Piece(steps, (on_records(facts, f"processing.{step}"),)))
    if rows := _corrected(filing):
        pieces.append(Piece(Labelled(tuple(rows)), (on_records(facts, "content"),)))
    pieces += _licensors(filing)
    pieces += _provenance(filing)
    return commented(filing, "3.3.a", pieces)


LIMIT = "Data that was used and never recorded cannot be detected by this or any other log."


def _provenance(filing: Filing) -> list[Piece]:
    """Return from which records the answers come, and what no log can show."""
    facts, identity = filing.facts, filing.identity
    origin = (
        f"The answers were computed from {counted(facts.records, 'record')} in the log "
        f"{identity.origin}, as it stood at size {number(identity.size)}."
    )
    pieces = [Piece(Text((origin,)), (on_records(facts, "content"),))]
    training = filing.release.get("training") or {}
    if root := training.get("root"):
        told = f"The training set was frozen before this summary was made; its root is {root}."
        pieces.append(Piece(Text((told,)), (on_release("training.root"),)))
    return [*pieces, Piece(Text((LIMIT,)), (on_rule("the limit of any log"),))]


def _licensors(filing: Filing) -> list[Piece]:
    """Return the names of licensors, which only a provider that chose so shows."""
    if filing.profile.answer("show.licensors") is not True:
        return []
    facts = filing.facts.category("private_licensed")
    named = {str(group.source.get("provider") or "") or group.source_name for group in facts.groups}
    if not any(named):
        return []
    row = Row("Licensors of datasets in 2.2.1", f"{few(sorted(filter(None, named)), MANY)}.")
    return [Piece(Labelled((row,)), (on_records(facts, "source.provider"),))]


CORRECTED = {
    "replace": "Records that say something else than when the training set was frozen",
    "withdraw": "Records withdrawn since the training set was frozen, and still counted",
    "erase": "Records erased since the training set was frozen, and counted in no size",
}


def _corrected(filing: Filing) -> list[Row]:
    """Return what was corrected after the set was frozen: how many records and when.

    How much that was is an amount, and shown only by who shows figures.
    """
    rows = []
    for action, label in CORRECTED.items():
        parts = [part for part in filing.facts.corrected if part.action == action]
        said = [
            counted(part.records, "record")
            + (
                f", {byte_size(part.bytes)},"
                if part.bytes is not None and filing.shows_figures
                else ""
            )
            + f" on {long_date(part.day)}"
            for part in parts
        ]
        if said:
            rows.append(Row(label, few(said, MANY)))
    return rows


ANSWERS: Mapping[str, Answerer] = {
    "3.1.a": signatory,
    "3.1.b": reservations,
    "3.1.c": copyright_policy,
    "3.2.a": illegal_content,
    "3.3.a": further,
}
