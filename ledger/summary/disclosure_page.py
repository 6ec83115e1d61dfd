"""The cover of a disclosure, as one HTML page: what is in it, what is not, and why it is complete.

It is written for somebody who decides and does not program, to be printed and filed. It says what
`verify_disclosure` found and nothing else, so `ledger verify` can make it anew and compare.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from ledger.proof.package import HEADER
from ledger.query.disclosure import NO_RELEASE, NO_STATEMENT, OTHERS, PROMISED, PROVED
from ledger.query.disclosure_check import Count, VerifiedDisclosure, fields_of_opening
from ledger.query.expression import All, Any, Not, Query, Term, fields_of
from ledger.query.sections import ERASED, GENERATOR, REPLACED, read_section_name
from ledger.query.shown import ShownRecord
from ledger.record.canonical import JSON
from ledger.summary.html_style import STYLE

MOST_LISTED: Final = 200
"""Records that the page lists; the evidence has all."""
_MOST_SINCE: Final = 10
_LONGEST: Final = 160
_MOST_VALUES: Final = 6

_MORE_STYLE: Final = """
main > section { margin-top: 2.2rem; break-inside: auto; }
main h2 { font: 400 1.35rem/1.25 var(--serif); border-bottom: 1px solid var(--ink);
  padding-bottom: 0.35rem; margin-bottom: 0.8rem; break-after: avoid; }
main p, main li { max-width: 44rem; }
main p + p, main ul + p, main p + ul, main p + ol, main pre + p { margin-top: 0.6rem; }
main p + table, main ul + p, main ol + p { margin-top: 0.7rem; }
main ul, main ol { padding-left: 1.25rem; }
main li + li { margin-top: 0.3rem; }
.verdict { border: 2px solid var(--ink); padding: 1rem 1.25rem; margin-top: 1.6rem;
  break-inside: avoid; }
.verdict h2 { border: 0; padding: 0; margin: 0 0 0.35rem; font-weight: 600; }
.query { font: 0.95rem/1.5 var(--mono); background: var(--faint); padding: 0.6rem 0.9rem;
  white-space: pre-wrap; max-width: 46rem; }
pre { font: 0.86rem/1.5 var(--mono); background: var(--faint); padding: 0.6rem 0.9rem;
  white-space: pre-wrap; max-width: 46rem; margin-top: 0.6rem; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr { break-inside: avoid; }
main thead th, main tbody th[scope] { white-space: nowrap; overflow-wrap: normal; }
td { font-size: 0.875rem; line-height: 1.45; }
td b { font: 0.75rem/1.45 var(--sans); color: var(--quiet); }
"""


def cover_page(found: VerifiedDisclosure) -> str:
    """Return the cover of the package that a verification is about."""
    stated = found.disclosure
    of = f" of {stated.release}" if stated.release else ""
    title = f"Training data records{of}: {_count(len(found.records), 'record')} disclosed"
    parts = [
        _head(title, found),
        "<main>",
        _verdict(found),
        _section("What was asked", _asked(found)),
        _section("What is in this package", _inside(found)),
        _section("What is not in it", _outside(found)),
        _section(_why_title(found), _why(found)),
        _section("How to check it", _checking(found)),
        _section("The records", _records(found)),
        "</main>",
        f"<footer>Package format {HEADER}. This page says what the package proves; the files "
        "beside it are the proof.</footer></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _head(title: str, found: VerifiedDisclosure) -> str:
    stated, tree = found.disclosure, found.verified.checkpoint.checkpoint
    facts = [
        ("Made", f"{stated.made_at[:10]}, {stated.made_at[11:16]} UTC, as its signer says"),
        ("Signed by", found.signer),
        ("Log", f"{tree.origin}, {_count(tree.size, 'entry', 'entries')}"),
    ]
    if stated.release:
        facts.insert(0, ("Release", stated.release))
    if found.count is not None:
        text = f"version {found.count.version}, logged as record {found.count.summary}"
        facts.append(("Counted in", f"the published summary, {text}"))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{_MORE_STYLE}</style></head><body>"
        '<header><p class="basis">Disclosure from a training-data ledger</p>'
        f'<h1>{escape(title)}</h1><dl class="identity">{rows}</dl></header>'
    )


def _verdict(found: VerifiedDisclosure) -> str:
    total = len(found.records)
    subject = "This record is" if total == 1 else f"These {_count(total, 'record')} are"
    match found.level:
        case "proved":
            head = "Complete, and shown to be by count"
            text = (
                f"{subject} all that the query is about among the training data which "
                "the lab had recorded and counted before it was asked. Nobody has to be believed "
                "for that: the count was committed to in a public log."
            )
        case "promised":
            head = "Complete by count, with one promise"
            text = (
                f"{subject} all there is under the models in question. That no other "
                "entry of the statement is one of these models is a signed promise: if it is "
                "false, this package is evidence against who signed it."
            )
        case _:
            head = "Not shown to be complete"
            text = (
                f"{subject} genuine. Whether there are others that the query is about, "
                "this package does not show: that rests on the word of who signed it."
            )
    return f'<section class="verdict"><h2>{head}</h2><p>{text}</p></section>'


def _asked(found: VerifiedDisclosure) -> str:
    stated = found.disclosure
    return (
        f"<p>Records of training data for which {escape(in_words(stated.query))}.</p>"
        f'<p>Letter by letter:</p><p class="query">{escape(stated.where)}</p>'
        f"<p>Of each, these fields: {escape(', '.join(stated.fields))}.</p>"
    )


def in_words(query: Query) -> str:
    """Return a query as a clause of a sentence."""
    if isinstance(query, Term):
        values = " or ".join(_value(one) for one in query.values)
        return f"{query.name} is {values}"
    if isinstance(query, Not):
        return f"it is not so that {_inner(query.inner)}"
    word = " and " if isinstance(query, All) else " or "
    return word.join(_inner(part) for part in query.parts)


def _inner(query: Query) -> str:
    text = in_words(query)
    return f"({text})" if isinstance(query, All | Any) else text


def _inside(found: VerifiedDisclosure) -> str:
    stated, total = found.disclosure, len(found.records)
    items = [
        f"{_count(total, 'record')} that the query is about, each with the proof that the lab "
        "logged it, when, and that not a character of what is shown was changed since."
    ]
    for name in stated.fields:
        shown = found.shown(name)
        if shown == total:
            items.append(f"The field {name} of each.")
        else:
            text = (
                f"The field {name} of {shown} of them; the others state none, as the signer says."
            )
            items.append(text)
    more = [name for name in fields_of(stated.query) if name not in stated.fields]
    if more:
        items.append(
            f"Also {', '.join(more)}: the query reads "
            f"{'it' if len(more) == 1 else 'them'}, so whoever checks needs to see."
        )
    if found.others:
        items.append(
            f"{_count(len(found.others), 'other record')} that stand in the same lists of the "
            "statement, with so much that anyone sees that the query is not about them."
        )
    if found.count is not None:
        items.append(
            "The counters under which the statement booked each record (bytes, documents and so "
            "on): they are part of what was committed to."
        )
    return _list(items) + ("" if found.count is None else _trees(found.count))


def _trees(count: Count) -> str:
    place = count.measures.index("bytes") if "bytes" in count.measures else None
    rows = "".join(
        f'<tr><th scope="row">{escape(tree_words(one.name))}</th>'
        f'<td class="number">{one.root.count:,}</td>'
        f'<td class="number">{"" if place is None else f"{one.root.sums[place]:,}"}</td></tr>'
        for one in count.trees
    )
    return (
        "<p>The lists of the statement that are opened here to the last line, with the totals that "
        'were committed to:</p><table><thead><tr><th scope="col">List</th>'
        '<th scope="col" class="number">Records</th><th scope="col" class="number">Bytes</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def tree_words(name: str) -> str:
    """Return what the name of a tree says, for people; with the name itself."""
    section = read_section_name(name)
    kind = section.kind.replace("_", " ")
    if section.kind == GENERATOR:
        unknown = section.generator == "unknown"
        kind = "a model that is not known" if unknown else "records that name one model"
    elif section.qualifier == "generated":
        kind = f"{kind}, made by a model"
    modalities = " and ".join(section.modalities)
    return f"{kind}, {modalities} ({name})" if modalities else f"{kind} ({name})"


def _outside(found: VerifiedDisclosure) -> str:
    stated, count = found.disclosure, found.count
    items = [
        "The other fields of these records. They are hidden, not gone: each was committed to when "
        "the record was logged, can be shown later, and cannot be changed.",
        "The training data itself. Records describe files, by a digest of their content.",
    ]
    if count is not None:
        items.append(
            f"{_count(len(count.others), 'other list')} of the statement: by "
            "what they are, they hold no such record."
            if found.level == PROVED
            else f"{_count(len(count.others), 'other list')} of the statement: by what they are, "
            "or as is promised, they hold no such record."
        )
        for name, number in count.unspoken.items():
            items.append(f"{_count(number, 'record')} {_UNSPOKEN[name]}.")
        if GENERATOR in fields_of(stated.query) and _has_unknown(count):
            items.append(
                "Records whose model is stated as unknown: whether they come from a model that was "
                "asked about, they do not say. Ask for generator=unknown."
            )
        items.append(
            f"What was logged from entry {count.size} of the log on, and what corrections have "
            "said since: records are shown as they stood when the summary was made."
        )
    items += [f"What became of a record since: {text}." for text in found.superseded[:_MOST_SINCE]]
    if len(found.superseded) > _MOST_SINCE:
        items.append(f"What became of {len(found.superseded) - _MOST_SINCE:,} more since.")
    if found.silent:
        items.append(
            f"What {_count(len(found.silent), 'record')} of the opened lists said: they were "
            "erased since. They are counted, and nobody can tell any more whether the query is "
            "about them."
        )
    items.append(
        "Data that the lab used and never recorded. No ledger can show that there is none."
    )
    return _list(items)


_UNSPOKEN: Final = {
    ERASED: "erased before the summary: what they said is destroyed, and no query finds them",
    REPLACED: "replaced by other records of the same training set, which are counted there",
}


def _has_unknown(count: Count) -> bool:
    names = (*count.others, *(one.name for one in count.trees))
    return any(name.startswith("generator.unknown.") for name in names)


def _why_title(found: VerifiedDisclosure) -> str:
    return {
        PROVED: "Why it is complete",
        PROMISED: "Why it is complete, and where a promise remains",
    }.get(found.level, "Why it is not shown to be complete")


_REASONS: Final = {
    NO_RELEASE: "No release was asked about. Only the training set of a release is fixed and "
    "counted; the ledger as a whole grows every day.",
    NO_STATEMENT: "The release has no published summary with a statement, so no count of its "
    "records was committed to before the question.",
    OTHERS: "The lists of the statement that hold these records hold other records too, and those "
    "were not to be shown. Whoever needs the proof asks for a package with --others: it shows of "
    "them only that the query is not about them.",
}


def _why(found: VerifiedDisclosure) -> str:
    count, stated = found.count, found.disclosure
    if count is None:
        return f"<p>{escape(_REASONS[str(stated.reason)])}</p>"
    steps = [
        f"When the lab logged its public summary (record {count.summary}), it committed to a "
        "statement: every record of the training set is entered in a list, by the kind of its "
        "source, and again under each model that it names. Each list has a fixed number of lines.",
        "That was before this package was made. The commitment is in the log, which can neither "
        "change it nor take it back, and it fixes every line and every number.",
        f"This package opens {_count(len(count.trees), 'list')} to the last line: "
        f"{_count(sum(one.root.count for one in count.trees), 'line')}, as many as were "
        "committed to. Leaving a record out would leave a line unopened.",
        "No other list can hold such a record. Each record of the training set is in exactly one "
        "list by its source, and what a list is, its name says.",
    ]
    if found.level == PROMISED:
        steps[-1] = (
            "No other list holds such a record: but lists by model bear codes instead of names, "
            "and which code is which model only the lab can tell. It promises, with its signature, "
            "that none of the closed lists is of a model that was asked about. The key that turns "
            "codes into names is committed to, so the promise can be held against it later."
        )
    tail = (
        "<p>What this does not rule out: a record that the lab entered in a wrong list, or with "
        "wrong words, before anybody asked. Against that there is the audit: an auditor draws "
        "records of all lists at random and checks what they say (<code>ledger audit</code>).</p>"
    )
    return f"<ol>{''.join(f'<li>{escape(one)}</li>' for one in steps)}</ol>{tail}"


def _checking(found: VerifiedDisclosure) -> str:
    tree = found.verified.checkpoint.checkpoint
    return (
        "<p>Anyone can, with the file of this package and a program that the lab does not control; "
        "the format is public, so the program can be written anew.</p>"
        "<ol><li>Get the trust file of the log "
        f"<code>{escape(tree.origin)}</code>: not from this package, but from whoever you trust to "
        "name its keys and witnesses.</li>"
        "<li>Run, offline:<pre>ledger verify PACKAGE --trust TRUST-FILE</pre></li>"
        "<li>It must answer <em>verified</em> and print this line:"
        f"<pre>completeness  {escape(completeness_line(found))}</pre></li></ol>"
        "<p>If it prints something else, believe the program and not this page.</p>"
    )


def completeness_line(found: VerifiedDisclosure) -> str:
    """Return what `ledger verify` prints of completeness: the line that the cover announces."""
    count = found.count
    if count is None:
        return (
            f"stated: {_count(len(found.records), 'record')}; nothing shows that there are no more"
        )
    lines = sum(one.root.count for one in count.trees)
    return (
        f"{found.level}: {_count(len(found.records), 'record')}, "
        f"{_count(len(found.others), 'other')} and {len(found.silent)} erased, in "
        f"{_count(len(count.trees), 'tree')} of {_count(lines, 'leaf', 'leaves')}, of summary "
        f"{count.summary}"
    )


def _records(found: VerifiedDisclosure) -> str:
    listed = found.records[:MOST_LISTED]
    rows = "".join(_row(one) for one in listed)
    left = len(found.records) - len(listed)
    more = "" if not left else f"<p>And {left:,} more, in the evidence beside this page.</p>"
    return (
        '<table><thead><tr><th scope="col">Record</th><th scope="col">What is shown of it</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>{more}"
    )


def _row(record: ShownRecord) -> str:
    fields = fields_of_opening(record.opening)
    shown = "<br>".join(
        f"<b>{escape(name)}</b> {escape(_shortened(_flat(value)))}"
        for name, value in fields.items()
    )
    return f'<tr><th scope="row">{record.id}</th><td>{shown}</td></tr>'


def _flat(value: JSON, name: str = "") -> Sequence[str]:
    """Return the values inside a value, each with the name of its member."""
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in _flat(inner, key)]
    if isinstance(value, list):
        return [one for inner in value for one in _flat(inner, name)]
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return [f"{name.replace('_', ' ')}: {text}" if name else text]


def _shortened(parts: Sequence[str]) -> str:
    text = "; ".join(parts[:_MOST_VALUES]) + ("; …" if len(parts) > _MOST_VALUES else "")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in items)}</ul>"


def _count(number: int, noun: str, several: str = "") -> str:
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
