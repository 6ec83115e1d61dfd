"""Whether words are plain and in the right field: heuristics, and said to be such.

A program cannot tell whether somebody understands a text. It can tell sentences that nobody gets
through, remains of markup, and words that belong in another field, which is what graders of real
summaries noted most.
"""

import re
from collections.abc import Iterator, Mapping

from ledger.summary.criteria.check import Judge, Judgement, met, missed, partly, skipped
from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Items, Labelled, Text

LONG_CLAUSE = 40
"""Words without a comma or a stop; more than that is hard to follow."""
LONG_PARAGRAPH = 1500
"""Characters."""

MARKUP = re.compile(r"\{\{|\}\}|</?[a-z][^>]*>|\*\*|\]\(|#read\(|&[a-z]+;", re.IGNORECASE)

TOPICS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    name: (where, re.compile(rf"\b(?:{pattern})", re.IGNORECASE))
    for name, (where, pattern) in {
        "goals": (
            "goals are not asked for here",
            r"in order to|so as to|to (?:improve|increase|teach|boost)\b|helps? the model",
        ),
        "opt-outs": (
            "reservations of rights belong in 3.1.b",
            r"opt(?:ed|ing)?[- ]?out|robots\.txt|reservations? of rights|tdm\b",
        ),
        "illegal content": ("illegal content belongs in 3.2.a", r"illegal|toxic|csam|terroris"),
        "personal data": (
            "measures about personal data belong in 3.3.a",
            r"consent|pii\b|personal (?:data|information) (?:(?:is|was) )?(?:removed|filter)",
        ),
        "capability": (
            "selection for capability is not asked for here",
            r"benchmark|reasoning ability|model(?:'s|’s)? (?:quality|capabilit|performance)",
        ),
        "praise": (
            "praise tells nobody anything",
            r"state[- ]of[- ]the[- ]art|industry[- ]leading|world[- ]class|cutting[- ]edge"
            r"|best[- ]in[- ]class|carefully curated|unparalleled",
        ),
    }.items()
}
"""What does not belong everywhere: why not, and words that betray it."""


def prose_of(reading: Reading, field_id: str) -> Iterator[str]:
    """Yield the running text of a field: paragraphs, and rows and details that are sentences."""
    for text in reading.values(field_id, Text):
        yield from text.paragraphs
    for labelled in reading.values(field_id, Labelled):
        yield from (row.text for row in labelled.rows)
    for items in reading.values(field_id, Items):
        yield from (row.text for item in items.items for row in item.details)


def hard_clauses(text: str) -> int:
    """Return how many stretches without a comma or a stop are longer than `LONG_CLAUSE` words."""
    return sum(len(one.split()) > LONG_CLAUSE for one in re.split(r"[.;:,!?()\n]", text))


def plain(reading: Reading, field_id: str) -> Judgement:
    """By heuristics: no clause and no paragraph too long, and no remains of markup."""
    every = list(prose_of(reading, field_id))
    if not every:
        return skipped("there is no running text")
    if any(MARKUP.search(text) for text in every):
        return partly("holds markup that nobody has resolved", "write it in plain words")
    hard = sum(hard_clauses(text) > 0 or len(text) > LONG_PARAGRAPH for text in every)
    if not hard:
        return met("short clauses and paragraphs (by heuristics)")
    what = f"{hard} of {len(every)} texts have very long clauses or paragraphs"
    return (partly if hard < len(every) else missed)(what, "shorten the sentences")


def plain_everywhere(reading: Reading, field_id: str) -> Judgement:
    """`plain` over the whole document."""
    verdicts = {one: plain(reading, one) for one in reading.fields}
    hard = [name for name, found in verdicts.items() if found.verdict in ("partly", "missed")]
    if not hard:
        return met("no text is hard to get through (by heuristics)")
    return partly(f"hard to read: {', '.join(hard)}", "shorten the sentences there")


def readable(reading: Reading, field_id: str) -> Judgement:
    """Nothing in the document is open without saying so, or garbled."""
    garbled = [name for name in reading.fields if "\ufffd" in reading.words(name)]
    marked = [name for name in reading.fields if MARKUP.search(reading.words(name))]
    if bad := sorted({*garbled, *marked}):
        return partly(f"garbled, or with markup: {', '.join(bad)}", "write it in plain words")
    blank = [name for name, field in reading.fields.items() if not field.values]
    if blank:
        return missed(f"left blank: {', '.join(blank)}")
    return met("every field is text, and says so where it is open")


def on_topic(*foreign: str) -> Judge:
    """Return the judge of words that belong elsewhere; by heuristics, praise always."""
    topics = {name: TOPICS[name] for name in (*foreign, "praise")}

    def judge(reading: Reading, field_id: str) -> Judgement:
        if reading.is_empty(field_id):
            return skipped("nothing is said here that could be out of place")
        words = reading.words(field_id)
        for where, regex in topics.values():
            if found := regex.search(words):
                said = f"“{found[0]}”: {where} (by heuristics)"
                return partly(said, "move these words to the field that asks for them")
        return met("no words that belong in another field (by heuristics)")

    return judge
