"""What changed from one version of a filled form to the next, in sentences that people read.

Answers are compared, not their wording: which boxes are ticked, which names are listed, which
dates stand. A field whose text alone differs is named, with its label.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ledger.summary.document import (
    Choice,
    Choices,
    Document,
    Domains,
    Field,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Period,
    Ranges,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.furniture import SHOWN
from ledger.summary.wording import counted, listed, number, period

OWN = ("0.a", "0.b", "version")
"""The head of the form: its version and date differ by nature."""

NOTHING = "No answer changed."
UPDATED = "figures were brought up to date"
_SHOWN = 12
_VERSION = re.compile(r"/v[0-9]+/")
_DIGEST = re.compile(r"[0-9a-f]{32,}")
_COUNTED = re.compile(r"(?<=[0-9]\\xa0)[a-z]+")
"""The noun after a number (`wording.counted`): 1 record, 2 records."""


def changes(before: Document, after: Document) -> tuple[str, ...]:
    """Return a sentence for each thing that is not as it was; one that says so if nothing is."""
    told = [*_training_set(before, after)]
    old = {field.id: field for field in before.fields()}
    for field in after.fields():
        earlier = old.pop(field.id, None)
        if field.id in OWN:
            continue
        if earlier is None:
            told.append(f"{field.id} is new in the form.")
        else:
            told += _field(_without_log(earlier, before), _without_log(field, after))
    told += [f"{name} is no longer in the form." for name in old]
    return tuple(told) or (NOTHING,)


def _training_set(before: Document, after: Document) -> Iterator[str]:
    if before.template_number != after.template_number:
        yield (
            f"The form is another edition, {after.template_number}; "
            f"it was {before.template_number}."
        )
    if before.records != after.records:
        yield (
            f"The training set has {counted(after.records, 'record')}; "
            f"it had {number(before.records)}."
        )
    if names := _names(before.models, after.models):
        yield f"Models covered: {names}."
    if before.provider != after.provider:
        was, now = (one.provider or "not stated" for one in (before, after))
        yield f"Provider: {now}, before {was}."
    if before.show != after.show:
        yield f"Amounts shown: {SHOWN[after.show]}; before, {SHOWN[before.show]}."


def _field(before: Field, after: Field) -> Iterator[str]:
    if before.values == after.values or (_is_open(before) and _is_open(after)):
        return
    where = f"{after.id} {_short(after.label)}".strip()
    told = list(_values(before.values, after.values))
    if not told and isinstance(_first(after.values, (Items,)), Items):
        told = ["links or details were changed"]
    elif not told and _worded(before.values) == _worded(after.values):
        told = [UPDATED]
    yield f"{where}: {'; '.join(told) if told else 'the text was changed'}."


def _without_log(field: Field, document: Document) -> Field:
    """Return a field without what grows by itself: the log's size, and a version's own address."""
    return replace(field, values=tuple(_lasting(value, document) for value in field.values))


def _lasting(value: Value, document: Document) -> Value:
    if isinstance(value, Text):
        return Text(tuple(one for one in value.paragraphs if document.origin not in one))
    if isinstance(value, Items):
        items = (replace(one, link=_VERSION.sub("/", one.link)) for one in value.items)
        return replace(value, items=tuple(items))
    return value


def _is_open(field: Field) -> bool:
    """Answer whether nothing is answered; where only a part is open, the rest may change."""
    return all(isinstance(value, Unstated) for value in field.values)


def _worded(values: Iterable[Value]) -> str:
    """Return the answer in letters alone: what differs besides is numbers, digests included."""
    plain = _COUNTED.sub(" ", _DIGEST.sub("", repr(list(values))))
    return "".join(char for char in plain if char.isalpha())


def _values(before: tuple[Value, ...], after: tuple[Value, ...]) -> Iterator[str]:
    was, now = _first(before, (Unstated, NotApplicable)), _first(after, (Unstated, NotApplicable))
    if was is not None and now is None:
        answered = "answered" if isinstance(was, Unstated) else "applies"
        yield f"{answered} now"
    elif was is None and now is not None:
        yield "not stated any more" if isinstance(now, Unstated) else "does not apply any more"
    yield from _answers(before, after)
    if names := _names(_listed(before), _listed(after)):
        yield names
    yield from _domains(before, after)
    yield from _dates(before, after)
    if texts := _texts(before, after):
        yield texts


def _answers(before: tuple[Value, ...], after: tuple[Value, ...]) -> Iterator[str]:
    was, now = _first(before, (YesNo,)), _first(after, (YesNo,))
    if isinstance(was, YesNo) and isinstance(now, YesNo) and was != now:
        yield "Yes, before No" if now.answer else "No, before Yes"
    old, new = set(_ticked(before)), set(_ticked(after))
    if isinstance(_first(before, (Choices, Ranges)), (Choices, Ranges)):
        if added := sorted(new - old):
            yield f"ticked now: {listed(added)}"
        if gone := sorted(old - new):
            yield f"not ticked any more: {listed(gone)}"


def _ticked(values: tuple[Value, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Choices):
            yield from _labels(value.options)
        if isinstance(value, Ranges):
            for row in value.rows:
                yield from (f"{row.modality}: {label}" for label in _labels(row.options))


def _labels(options: Iterable[Choice]) -> Iterator[str]:
    return (option.label for option in options if option.ticked)


def _listed(values: tuple[Value, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for value in values:
        if isinstance(value, Items):
            names += [item.name for item in value.items]
    return tuple(names)


def _domains(before: tuple[Value, ...], after: tuple[Value, ...]) -> Iterator[str]:
    was, now = _first(before, (Domains,)), _first(after, (Domains,))
    if not isinstance(was, Domains) or not isinstance(now, Domains):
        return
    if len(was.names) != len(now.names):
        shown = f"{number(len(now.names))} of {counted(now.total, 'domain')}"
        yield f"lists {shown}, before {number(len(was.names))} of {number(was.total)}"
    is_same_tally = was.digest != "" and was.digest == now.digest
    if not is_same_tally and (names := _names(was.names, now.names)):
        yield names


def _names(before: Iterable[str], after: Iterable[str]) -> str:
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    parts = []
    if added := [name for name in new if name not in old]:
        parts.append(f"added {_few(added)}")
    if gone := [name for name in old if name not in new]:
        parts.append(f"removed {_few(gone)}")
    return ", ".join(parts)


def _few(names: list[str]) -> str:
    if len(names) <= _SHOWN:
        return listed(names)
    return listed([*names[:_SHOWN], f"{number(len(names) - _SHOWN)} more"])


def _dates(before: tuple[Value, ...], after: tuple[Value, ...]) -> Iterator[str]:
    was, now = _first(before, (Moment,)), _first(after, (Moment,))
    if isinstance(was, Moment) and isinstance(now, Moment) and was != now:
        yield f"{now.shown}, before {was.shown}"
    old, new = _first(before, (Period,)), _first(after, (Period,))
    if isinstance(old, Period) and isinstance(new, Period) and old != new:
        yield f"{period(new.start, new.end)}, before {period(old.start, old.end)}"


def _texts(before: tuple[Value, ...], after: tuple[Value, ...]) -> str:
    old, new = (
        [value for value in values if isinstance(value, Text | Labelled)]
        for values in (before, after)
    )
    if old == new or not (old and new):
        return ""
    return UPDATED if _worded(old) == _worded(new) else "the text was changed"


def _first(values: tuple[Value, ...], kinds: tuple[type, ...]) -> Value | None:
    return next((value for value in values if isinstance(value, kinds)), None)


def _short(label: str) -> str:
    """Return the start of a long label, up to a whole word."""
    plain = label.rstrip(":").strip()
    return plain if len(plain) <= 60 else plain[:60].rsplit(" ", 1)[0] + " …"
