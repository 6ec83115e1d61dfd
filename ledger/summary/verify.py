"""Verifying a summary: the steps of `ledger.proof.document`, and two more.

    6 Figures      the form inside is the one that was logged, and its numbers follow from the
                   figures of the record
    7 Statement    the figures follow from totals that were committed with them
                   (`statement_check.py`)

Step 5 notices every change of the file. Where it fails, what is inside says what was changed: if
the form inside is the logged one, a reader of the file is shown something else than the form says;
if not, its numbers are derived again from the figures. Records that were made before records had
forms and figures have no step 6, and without a statement no step 7.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.proof.differences import Difference, DifferentError
from ledger.proof.document import ChangedError, VerifiedDocument, verify_document
from ledger.proof.document_slot import form_in, form_name, split_evidence
from ledger.proof.verify import StepFailedError, Verified, VerifiedRecord, Walk
from ledger.summary.document import Document
from ledger.summary.statement_check import STEP as STATEMENT
from ledger.summary.statement_check import CheckedStatement, check_statement, has_statement

if TYPE_CHECKING:
    from ledger.summary.ranking import CheckedRanking

STEP: Final = "Figures"
_REPEATED: Final = ("summary", "form", "figures", "audit", "release_record")
"""What a later rendition says exactly as the record of its version does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSummary:
    """A document that is what the log says, and whose numbers follow from its record's figures.

    `form` is the filled form inside; None if the record names none. `figures` counts the figures
    that it was held against; None if the record shows none.
    """

    document: VerifiedDocument
    form: Document | None = None
    figures: int | None = None
    statement: CheckedStatement | None = None
    """What the totals behind the figures were checked for; None if there are none."""
    ranking: "CheckedRanking | None" = None
    """What the list of domains was proven to be; None if there is none, or no proof inside."""
    rendition_of: str | None = None
    """The record of the version that this file shows in a further format."""

    @property
    def verified(self) -> Verified:
        """What the evidence inside proves, and all steps."""
        return self.document.verified


def verify_summary(data: bytes, trust: Trust) -> VerifiedSummary:
    """Return what is proved of a document, its form and its figures.

    Raises:
        MalformedError: It is no document of a ledger, or too large for one.
        CannotTellError: It carries no evidence, or its evidence cannot be judged.
        StepFailedError: A step failed; its `differences` name what was changed where they can.
    """
    try:
        document = verify_document(data, trust)
    except StepFailedError as error:
        changed = error.__cause__
        if not isinstance(changed, ChangedError):
            raise
        reason, found = _change(data, changed)
        raise StepFailedError(error.number, error.name, reason, error.done, found) from changed
    return _with_statement(_with_figures(document, data))


def _with_statement(summary: VerifiedSummary) -> VerifiedSummary:
    """Do step 7, if the record shows that it has a statement."""
    document = summary.document
    naming = [one for one in _naming(document) if has_statement(one)]
    if not naming:
        return summary
    walk = Walk(list(document.verified.steps))
    with walk.step(STATEMENT) as outcome:
        found = [check_statement(one, document.verified.records, outcome) for one in naming]
        ranking = _ranking(summary, found[0], naming[0])
        if ranking is not None:
            outcome.computed += f"; {ranking.told()}"
    verified = replace(document.verified, steps=tuple(walk.done))
    document = replace(document, verified=verified)
    return replace(summary, document=document, statement=found[0], ranking=ranking)


def _ranking(
    summary: VerifiedSummary, statement: CheckedStatement, record: VerifiedRecord
) -> "CheckedRanking | None":
    """Check the list of domains in the form, if totals are published."""
    if summary.form is None or statement.table is None:
        return None
    from ledger.summary.ranking import check_ranking

    found = check_ranking(summary.form, statement.table.sections)
    figures = cast(Mapping[str, Any], record.fields.get("figures", {}))
    stated = figures.get("domains", {}).get("permille")
    if found is not None and stated not in (None, found.permille):
        raise VerificationError(
            f"the domains listed hold {found.permille} thousandths of the bytes, and the figures "
            f"say {stated}"
        )
    return found


def _with_figures(document: VerifiedDocument, data: bytes) -> VerifiedSummary:
    """Do step 6, if the record says anything that it could be done with."""
    naming = _naming(document)
    if not any({"form", "figures", "rendition_of"} & one.fields.keys() for one in naming):
        return VerifiedSummary(document=document)
    walk = Walk(list(document.verified.steps))
    with walk.step(STEP) as outcome:
        # Whoever logs the same bytes twice must say the same of them.
        (form, count, later), *_ = [_checked(replace(document, record=one), data) for one in naming]
        outcome.computed, outcome.means = _told(form, count, later)
    verified = replace(document.verified, steps=tuple(walk.done))
    return VerifiedSummary(
        document=replace(document, verified=verified), form=form, figures=count, rendition_of=later
    )


def _naming(document: VerifiedDocument) -> list[VerifiedRecord]:
    """Return every summary record shown that names the document's digest, in their order."""
    return [
        one
        for one in document.verified.records
        if one.kind == "summary" and document.digest in _rendered(one)
    ]


def _checked(
    document: VerifiedDocument, data: bytes
) -> tuple[Document | None, int | None, str | None]:
    """Return form, number of figures and the record of the version, of one record's document."""
    stated = document.record.fields
    form, count = None, None
    later = _check_rendition(document)
    if "form" in stated or "figures" in stated:
        form = _logged_form(data, stated)
        count = _check_form(form, document)
    return form, count, later


def _told(form: Document | None, count: int | None, later: str | None) -> tuple[str, str]:
    """Return what was computed in step 6, and what that means."""
    computed, means = [], []
    if later:
        computed.append(f"a later rendition of record {later}")
        means.append(f"it belongs to the version that record {later} logged")
    if form is not None:
        computed.append("the form inside has the logged digest")
        means.append("the form inside is the one that was logged")
    if count is not None:
        computed.append(f"{_counted(count, 'figure')} derived again")
        means.append("its numbers follow from the totals that the provider committed to")
    return "; ".join(computed), ", and ".join(means)


def _check_rendition(document: VerifiedDocument) -> str | None:
    """Return the record whose form this one renders; check what can be seen of it."""
    record = document.record
    named = record.fields.get("rendition_of")
    if named is None:
        return None
    for one in document.verified.records:
        if str(one.id) == named and (what := _no_version(one, record)):
            raise VerificationError(
                f"record {record.id} calls itself a rendition of record {named}, which {what}"
            )
    return str(named)


def _no_version(one: VerifiedRecord, later: VerifiedRecord) -> str:
    """Return why a record is not the version that a later one renders; empty if it may be."""
    if one.kind != "summary":
        return "is no summary"
    if one.id >= later.id:
        return "is not an earlier one"
    if "rendition_of" in one.fields:
        return "is a rendition itself"
    is_whole = one.record is not None and later.record is not None
    other = [
        name
        for name in _REPEATED
        if (is_whole or (name in one.fields and name in later.fields))
        and one.fields.get(name) != later.fields.get(name)
    ]
    return f"says otherwise in {', '.join(other)}" if other else ""


def _logged_form(data: bytes, stated: Mapping[str, Any]) -> Document:
    """Return the form inside a file; check that it is the one that the record names."""
    inside = form_in(data)
    if inside is None:
        raise VerificationError("the file carries no form, and its record names one")
    digest = _digest(inside)
    if stated.get("form", digest) != digest:
        raise VerificationError(
            f"the form inside has the digest {digest}, and the record names {stated['form']}: "
            "the file shows one form and the record speaks of another"
        )
    return _read(inside)


def _read(inside: bytes) -> Document:
    from ledger.summary.document_json import from_bytes

    try:
        return from_bytes(inside)
    except MalformedError as error:
        raise VerificationError(f"the form inside the file cannot be read: {error}") from error


def _digest(form: bytes) -> str:
    return f"sha256:{sha256(form).hexdigest()}"


def _check_form(form: Document, document: VerifiedDocument) -> int | None:
    """Check what the record says of the form; return the number of figures, None without any."""
    stated: Mapping[str, Any] = document.record.fields
    found = (*_otherwise(form, stated), *_of_another(form, document))
    if found:
        raise DifferentError("the form inside is not of the version that its record names", found)
    if "figures" not in stated:
        return None
    if found := _underived(form, stated):
        raise DifferentError(
            f"{_counted(len(found), 'answer')} of the form {_does(len(found))} not follow from "
            "the figures of its record",
            found,
        )
    from ledger.summary.figure_checks import count_figures

    return count_figures(stated["figures"])


def _otherwise(form: Document, stated: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield in what the form is another version of another form than the record says."""
    said = stated.get("summary", {})
    for name in (
        "release",
        "version",
        "template",
        "template_number",
        "language",
        "last_update",
        "size",
    ):
        if name in said and getattr(form, name) != said[name]:
            yield Difference(name, str(getattr(form, name)), str(said[name]))
    if form.provider and said.get("provider", form.provider) != form.provider:
        yield Difference("provider", form.provider, str(said["provider"]))


def _of_another(form: Document, document: VerifiedDocument) -> Iterator[Difference]:
    """Yield in what the form speaks of another log or release than the evidence shows."""
    origin = document.verified.checkpoint.checkpoint.origin
    if form.origin != origin:
        yield Difference("origin", form.origin, origin)
    stated = document.record.fields
    named = str(stated.get("release_record", form.release_record))
    if form.release_record and form.release_record != named:
        yield Difference("release_record", form.release_record, named)
    for one in document.verified.records:
        if str(one.id) == named and one.kind == "release":
            release = cast(Mapping[str, Any], one.fields.get("release", {}))
            training = cast(Mapping[str, Any], one.fields.get("training", {}))
            if release.get("name", form.release) != form.release:
                yield Difference("release", form.release, str(release["name"]))
            if training.get("count", form.records) != form.records:
                yield Difference("records", str(form.records), str(training["count"]))


def _underived(form: Document, stated: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return which answers of a form do not follow from a record's figures."""
    from ledger.summary.figure_checks import check_figures

    figures = stated.get("figures")
    return check_figures(form, figures) if isinstance(figures, dict) else ()


def _change(data: bytes, changed: ChangedError) -> tuple[str, tuple[Difference, ...]]:
    """Return what was changed in a document whose digest no record names, as far as it shows."""
    try:
        inside = form_in(data)
    except MalformedError as error:
        return f"the file was changed after it was logged: {error}", ()
    named = {one.fields.get("form"): one for one in changed.summaries}
    if inside is None:
        gone = named.keys() != {None}
        return f"{changed}{'; the form that was inside is gone' if gone else ''}", ()
    if (record := named.get(_digest(inside))) is not None:
        return _beside(data, inside, record)
    return _inside(inside, changed)


def _beside(
    data: bytes, inside: bytes, record: VerifiedRecord
) -> tuple[str, tuple[Difference, ...]]:
    """Return where a file shows something else than the logged form inside it says."""
    kind = form_name(data)
    try:
        found = _shown_otherwise(kind, split_evidence(data).document, _read(inside), record)
    except (LedgerError, LookupError, ValueError):
        # Whoever logged it may have logged what is no form of ours, or one that cannot be rendered.
        found = ()
    if found:
        places = _counted(len({one.field for one in found}), "place")
        return (
            f"what the file shows was changed in {places} after it was logged; the form inside is "
            "as logged",
            found,
        )
    what = {"PDF": "pages or other parts", "JSON-LD": "linked data"}.get(kind, "other parts")
    return f"{what} of the file were changed after it was logged; the form inside is as logged", ()


def _shown_otherwise(
    kind: str, document: bytes, form: Document, record: VerifiedRecord
) -> tuple[Difference, ...]:
    """Return where a file shows something else than its form says; a PDF is not looked into."""
    if kind == "HTML":
        from ledger.summary import html
        from ledger.summary.visible import html_differences, page_differences

        logged = html.render(form)
        if _digest(logged) in _rendered(record):
            return html_differences(document, logged)
        return page_differences(document, form)
    if kind == "DOCX":
        from ledger.summary.visible import docx_differences

        return docx_differences(document, form)
    return _linked(document, form) if kind == "JSON-LD" else ()


def _linked(document: bytes, form: Document) -> tuple[Difference, ...]:
    """Return which members beside the form are not what the form gives."""
    from ledger.record.canonical import decode_object, encode
    from ledger.summary import jsonld

    shown, logged = (
        decode_object(one[:-1], "a JSON-LD document") for one in (document, jsonld.render(form))
    )
    return tuple(
        Difference(name, *(_short(encode(each[name])) if name in each else "" for each in pair))
        for pair in [(shown, logged)]
        for name in sorted(shown.keys() | logged.keys())
        if shown.get(name) != logged.get(name)
    )


def _short(data: bytes) -> str:
    text = data.decode()
    return text if len(text) <= 200 else f"{text[:200]} …"


def _inside(inside: bytes, changed: ChangedError) -> tuple[str, tuple[Difference, ...]]:
    """Return what of a form that nobody logged does not follow from what was logged."""
    try:
        form = _read(inside)
    except VerificationError as error:
        return f"the file was changed after it was logged: {error}", ()
    stated = cast(Mapping[str, Any], changed.summaries[0].fields)
    if found := tuple(_otherwise(form, stated)):
        return "the evidence inside is that of another version of the document", found
    if found := _underived(form, stated):
        answers = _counted(len(found), "answer")
        return (
            f"the form inside was changed after it was logged: {answers} {_does(len(found))} not "
            "follow from the figures that were logged",
            found,
        )
    if "figures" not in stated:
        return str(changed), ()
    return (
        "the text of the form was changed after it was logged: which words cannot be told, since "
        "the log holds a digest of them; the figures are as logged",
        (),
    )


def _rendered(record: VerifiedRecord) -> set[str]:
    renditions = record.fields.get("renditions")
    files = renditions if isinstance(renditions, list) else []
    return {str(one["digest"]) for one in files if isinstance(one, dict) and "digest" in one}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _does(number: int) -> str:
    return "does" if number == 1 else "do"
