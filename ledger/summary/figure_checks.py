"""Whether the answers of a form follow from the figures that its record carries.

The arithmetic and the words are those that fill the form (`ledger.summary.eu`), fed with the
figures in the place of records. What differs is named by its field. What no figure is about, such
as a provider's prose, is covered by the document's digest alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

from ledger.proof.differences import Difference, narrowed
from ledger.record.canonical import JSON
from ledger.summary.charts import chart, shares
from ledger.summary.document import (
    Chart,
    Choice,
    Choices,
    Document,
    Domains,
    Items,
    Labelled,
    Moment,
    Range,
    Ranges,
    Share,
    Text,
    Value,
    YesNo,
)
from ledger.summary.eu.crawled import covering
from ledger.summary.eu.describe import size
from ledger.summary.eu.overall import approximate
from ledger.summary.eu.sizes import ALTERNATIVE, SCALES
from ledger.summary.eu.synthetic import had_part
from ledger.summary.eu.template import MODALITIES, MODALITIES_1_3
from ledger.summary.facts import MODALITIES as WORDS
from ledger.summary.facts import SIZE_MEASURE, Facts, Group, Total
from ledger.summary.figures import GENERATORS, SOURCES, domains_json
from ledger.summary.wording import counted, listed, month, number, percent

YES: Final[Mapping[str, str]] = {
    "2.1.a": "public_dataset",
    "2.2.1.a": "private_licensed",
    "2.2.2.a": "private_third_party",
    "2.3.a": "crawled",
    "2.4.a": "user_data_model",
    "2.4.b": "user_data_other_service",
    "2.5.a": "synthetic",
    "2.6.a": "other",
}
"""Which question asks for which kind of source."""

BOXES: Final[Mapping[str, tuple[str, ...]]] = {
    "2.1.b": ("public_dataset",),
    "2.2.1.b": ("private_licensed",),
    "2.2.2.b": ("private_third_party",),
    "2.3.g": ("crawled",),
    "2.4.d": ("user_data_model", "user_data_other_service"),
    "2.5.b": ("synthetic",),
}
"""Which boxes show the modalities of which kinds of source."""

AMOUNTS: Final[Mapping[str, str]] = {"public_dataset": "2.1.e", "private_third_party": "2.2.2.e"}
"""Where the form prints how much there is of a kind of source."""

SHARES: Final[Mapping[str, str]] = {SOURCES: "1.3.g", GENERATORS: "2.5.e"}
"""Where the form prints shares in words."""

NOTHING: Final = "no answer"

Figures = Mapping[str, Any]
Shape = TypeVar("Shape")


def check_figures(form: Document, figures: Figures) -> tuple[Difference, ...]:
    """Return what in a form does not follow from figures; nothing when all does.

    Args:
        form: The filled form of an EU summary.
        figures: The member `figures` of a summary record, which fits its schema.
    """
    answers = _Answers(form)
    checks: tuple[Callable[[_Answers, Figures], Iterator[Difference]], ...] = (
        _whole,
        _modalities,
        _sizes,
        _latest,
        _kinds,
        _domains,
        _generators,
        _amounts,
        _shares,
        _charts,
    )
    return tuple(one for check in checks for one in check(answers, figures))


def count_figures(figures: Figures) -> int:
    """Return how many numbers, months and digests figures hold."""

    def leaves(value: JSON) -> int:
        if isinstance(value, dict):
            return sum(map(leaves, value.values()))
        if isinstance(value, list):
            return sum(map(leaves, value))
        return not isinstance(value, bool) and (isinstance(value, int) or value[:1].isdigit())

    return leaves(cast(JSON, dict(figures)))


class _Answers:
    """The values of a form by field id; a field that stands twice has those of both."""

    def __init__(self, form: Document) -> None:
        self.form = form
        self._values: dict[str, list[Value]] = {}
        for field in form.fields():
            self._values.setdefault(field.id, []).extend(field.values)

    def of(self, field: str) -> list[Value]:
        return self._values.get(field, [])

    def all(self, field: str, shape: type[Shape]) -> list[Shape]:
        return [value for value in self.of(field) if isinstance(value, shape)]

    def contradicts(self, field: str) -> bool:
        """Answer whether the form itself says that this answer contradicts the records."""
        gaps = self.form.gaps
        return any(gap.field == field and gap.severity == "contradiction" for gap in gaps)


def _whole(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    form = answers.form
    if form.records != figures["records"]:
        yield Difference("records", number(form.records), number(figures["records"]))
    if form.show != figures["show"]:
        yield Difference("show", form.show, figures["show"])


def _modalities(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    present = [one["modality"] for one in figures.get("sizes", ())]
    yield from _boxes(answers, "1.3.a", MODALITIES_1_3, present)
    for field, categories in BOXES.items():
        parts = [one for one in figures.get("sources", ()) if one["category"] in categories]
        if parts:
            inside = {name for one in parts for name in one.get("modality", ())}
            yield from _boxes(answers, field, MODALITIES, inside)


def _boxes(
    answers: _Answers, field: str, options: tuple[str, ...], present: Iterable[str]
) -> Iterator[Difference]:
    """Yield the difference of a field that ticks other boxes than those of the words present."""
    words = set(present)
    found = answers.all(field, Choices)
    if not words and not found:
        return
    expected = tuple(Choice(label, label.lower() in words) for label in options)
    if [one.options for one in found] != [expected]:
        shown = " / ".join(_ticked(one.options) for one in found) or NOTHING
        yield Difference(field, shown, _ticked(expected))


def _ticked(options: Iterable[Choice]) -> str:
    return listed(option.label for option in options if option.ticked) or "no box ticked"


def _sizes(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    expected = [_range(one) for one in figures.get("sizes", ())]
    rows = [row for value in answers.all("1.3.b", Ranges) for row in value.rows]
    if [row.modality for row in rows] != [row.modality for row in expected]:
        names = [listed(row.modality for row in each) or NOTHING for each in (rows, expected)]
        yield Difference("1.3.b", *names)
        return
    for row, right in zip(rows, expected, strict=True):
        if row.options != right.options:
            said, wanted = _ticked(row.options), _ticked(right.options)
            if said == wanted:
                said, wanted = (listed(o.label for o in one.options) for one in (row, right))
            yield Difference("1.3.b", f"{row.modality}: {said}", f"{right.modality}: {wanted}")
        if row.figure != right.figure:
            yield narrowed("1.3.b", row.figure, right.figure)
        # What stands beside "Other" is the provider's own word.
        if row.note != right.note and right.modality != "Other":
            yield narrowed("1.3.b", row.note, right.note)


def _range(one: Figures) -> Range:
    """Return the row of a modality that follows from its size."""
    name = one["modality"]
    instead = _instead(one)
    if name == "other":
        return Range("Other", figure=instead)
    figure = _text(one) if "sum" in one else ""
    note = f"{ALTERNATIVE} {instead}" if instead else ""
    return Range(name.capitalize(), _options(one), figure, note)


def _options(one: Figures) -> tuple[Choice, ...]:
    """Return the boxes of a modality: from its sum where that is shown, else from the place."""
    scale = SCALES[one["modality"]]
    if "sum" not in one:
        place = one.get("range", len(scale.shown))
        return tuple(Choice(label, at == place) for at, label in enumerate(scale.shown))
    if one["measure"] != SIZE_MEASURE[one["modality"]]:
        return tuple(Choice(label, False) for label in scale.shown)
    return scale.choices(int(one["sum"]), one["missing"])


def _instead(one: Figures) -> str:
    """Return the size in bytes that stands in the place of a range, if there is one."""
    if "bytes" in one:
        return approximate(int(one["bytes"]), exact=True)
    if "digits" in one:
        return approximate(10 ** (min(one["digits"], 40) - 1 if one["digits"] else 0), exact=False)
    return ""


def _text(one: Figures) -> str:
    """Return an amount in the words of the form: those of as many records with that sum."""
    name, records = one["modality"], max(1, one["records"])
    known = max(0, records - one["missing"])
    measures = {one["measure"]: Total(int(one["sum"]), known)}
    group = Group(fields={"modality": [name]}, records=records, measures=measures)
    return size(Facts((group,)), name)


def _texts(part: Figures) -> list[str]:
    """Return the amounts of a part, in the order of the vocabulary."""
    found = sorted(part.get("sizes", ()), key=lambda one: WORDS.index(one["modality"]))
    return [_text(one) for one in found]


def _latest(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    found = [(one.iso, one.shown) for one in answers.all("1.3.d", Moment)]
    latest = figures.get("latest")
    expected = [(latest, month(latest))] if latest else []
    if found != expected:
        said, wanted = (
            ", ".join(dict.fromkeys(shown for _, shown in each)) or NOTHING
            for each in (found, expected)
        )
        if said == wanted:
            said, wanted = (", ".join(iso for iso, _ in each) for each in (found, expected))
        yield Difference("1.3.d", said, wanted)


def _kinds(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    """Yield questions whose Yes has no record behind it, or whose records are denied."""
    recorded = {one["category"]: one["records"] for one in figures.get("sources", ())}
    for field, category in YES.items():
        said = [one.answer for one in answers.all(field, YesNo)]
        records = recorded.get(category, 0)
        if records and said != [True]:
            shown = "No" if False in said else NOTHING
            yield Difference(field, shown, f"Yes: {counted(records, 'record')}")
        if not records and True in said and not answers.contradicts(field):
            yield Difference(field, "Yes", "No, or no answer: there is no record of it")


def _domains(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    expected = figures.get("domains")
    found = answers.all("2.3.h", Domains)
    if len(found) > 1 or bool(found) != bool(expected):
        shown = NOTHING if not found else counted(sum(len(one.names) for one in found), "domain")
        wanted = NOTHING if not expected else counted(expected["listed"], "domain")
        yield Difference("2.3.h", shown, wanted)
    elif found and expected:
        said = domains_json(found[0])
        words = {"total": "domains in all", "listed": "domains listed"}
        for name in ("total", "listed", "names", "digest"):
            if said.get(name) != expected.get(name):
                of = words.get(name, "names have the digest" if name == "names" else "tally")
                pair = (f"{of}: {one.get(name, NOTHING)}" for one in (said, expected))
                yield Difference("2.3.h", *pair)
        phrases = [counted(expected["total"], "domain")]
        if "permille" in expected:
            phrases.append(covering(expected["permille"]))
        yield from _phrases("2.3.h", [found[0].rule], phrases)


def _generators(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    every = figures.get("generators", ())
    for field, wanted in (
        ("2.5.c", [one["model"] for one in every if one.get("on_eu_market")]),
        ("2.5.d", [one["model"] for one in every if not one.get("on_eu_market")]),
    ):
        said = [item.name for value in answers.all(field, Items) for item in value.items]
        if sorted(said) != sorted(wanted):
            yield Difference(field, listed(said) or NOTHING, listed(wanted) or NOTHING)


def _amounts(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    """Yield amounts of sources and of generators that do not stand where the form prints them."""
    for part in figures.get("sources", ()):
        field = AMOUNTS.get(part["category"])
        if field and "sizes" in part:
            yield from _phrases(field, _prose(answers, field), [listed(_texts(part))])
    for one in figures.get("generators", ()):
        if "sizes" in one:
            told = had_part(one["model"], one["provider"], one["records"], _texts(one))
            yield from _phrases("2.5.e", _prose(answers, "2.5.e"), [told])


def _prose(answers: _Answers, field: str) -> list[str]:
    return [text for value in answers.all(field, Text) for text in value.paragraphs]


def _phrases(field: str, texts: list[str], phrases: Iterable[str]) -> Iterator[Difference]:
    """Yield each phrase that stands in none of the texts, beside the text most like it."""
    from difflib import get_close_matches  # 8 ms to import, needed only when something is wrong

    for phrase in phrases:
        if not any(phrase in text for text in texts):
            near = get_close_matches(phrase, texts, n=1, cutoff=0.1)
            yield narrowed(field, near[0] if near else NOTHING, phrase)


def _shares(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    """Yield shares in words that are others than those of the figures, or not their sums'."""
    for one in figures.get("shares", ()):
        field = SHARES.get(one["id"])
        expected = {label: percent(part) for label, part in _permille(one).items()}
        if field:
            rows = {r.label: r.text for v in answers.all(field, Labelled) for r in v.rows}
            for label, text in expected.items():
                if rows.get(label) != text:
                    said = f"{label}: {rows[label]}" if label in rows else NOTHING
                    yield Difference(field, said, f"{label}: {text}")


def _permille(one: Figures) -> Mapping[str, int]:
    """Return the thousandths of shares: those of their sums, where sums are shown."""
    if all("sum" in part for part in one["parts"]):
        return shares({part["label"]: int(part["sum"]) for part in one["parts"]})
    return {part["label"]: part["permille"] for part in one["parts"]}


def _charts(answers: _Answers, figures: Figures) -> Iterator[Difference]:
    shown = {one.id: one for one in answers.form.charts}
    expected = {one["id"]: _chart(one, figures) for one in figures.get("charts", ())}
    for name in dict.fromkeys((*expected, *shown)):
        said, wanted = (_parts(each.get(name)) for each in (shown, expected))
        if said != wanted:
            yield narrowed(f"chart {name}", said, wanted)


def _chart(one: Figures, figures: Figures) -> Chart:
    """Return the chart of some figures: drawn from sums where sums are shown."""
    for said in figures.get("shares", ()):
        if said["id"] == one["id"] and all("sum" in part for part in said["parts"]):
            amounts = {part["label"]: int(part["sum"]) for part in said["parts"]}
            drawn = chart(one["id"], "", said["measure"], amounts)
            if drawn is not None:
                return drawn
    parts = tuple(Share(part["label"], part["permille"]) for part in one["parts"])
    return Chart(one["id"], "", one["measure"], parts)


def _parts(drawn: Chart | None) -> str:
    if drawn is None:
        return NOTHING
    parts = "; ".join(f"{one.label}: {percent(one.permille)}" for one in drawn.shares)
    return f"{parts}; by {drawn.measure}"
