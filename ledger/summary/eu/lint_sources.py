"""Lints of section 2: datasets, crawling, users, generators, and what is reported where."""

import re
from collections.abc import Iterator

from ledger.summary import remedies
from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Domains, Gap, Item, Items, Text
from ledger.summary.eu.crawled import to_list
from ledger.summary.eu.public import COMMON_CRAWL
from ledger.summary.wording import counted, listed

NAME = re.compile(r"[^\s/:]+\.[^\s/:.]{2,}")
SNAPSHOT = re.compile(r"CC-(MAIN|NEWS)-\d{4}|\b20\d\d-\d\d\b", re.IGNORECASE)
SELECTION = re.compile(r"select|filter|subset|sampl|whole|all pages", re.IGNORECASE)
OFFERED = re.compile(
    r"\b(qwen|qwq|llama|mi[sx]tral|magistral|deepseek|gemma|gpt-\d|gpt-oss|claude|gemini|phi-\d"
    r"|falcon|command[- ]?r|nemotron|glm-\d|kimi|olmo|grok|jurassic|nova|granite|apertus|smollm)",
    re.IGNORECASE,
)
"""Families of models that are sold or given to everybody; a name alone shows no more than that."""
INTERNAL = re.compile(r"\binternal\b|\bunreleased\b|\bnot released\b", re.IGNORECASE)
SYNTHETIC = re.compile(
    r"(?<!no )(?<!not )\bsynthetic\b|\b(AI|model|LLM|machine)[- ](generated|written)\b"
    r"|\bgenerated (by|with) (an? )?(AI|LLM|language model)",
    re.IGNORECASE,
)
CHATS = re.compile(
    r"\bchat|\bassistant|\bcopilot|\bcodex\b|\bprompts?\b|\bclaude\b|\bgemini\b", re.I
)
VAGUE = re.compile(
    r"\bunnamed\b|\bvarious\b|\bseveral\b|\bselected (large )?models\b|\bincl\.|\bincluding\b"
    r"|\bamong others\b|\bthird-party models\b|\b(own|other|internal) (GPAI )?models\b",
    re.IGNORECASE,
)
ABOUT = re.compile(r"\bapprox|\babout\b|\bcirca\b|\baround\b|~", re.IGNORECASE)
VERSIONED = re.compile(r"\bv\d|\d+\.\d+|CC-MAIN-\d{4}|\b20\d\d-\d\d", re.IGNORECASE)
OTHER_SECTIONS = ("2.2.2.c", "2.2.2.d", "2.3.f", "2.5.c", "2.5.d", "2.5.e", "2.6.b")


def domains(reading: Reading) -> Iterator[Gap]:
    """Yield categories instead of names, or too few names (L4, R-DOM-1)."""
    if reading.answer("2.3.a") is not True:
        return
    remedy = remedies.TALLY
    found = reading.values("2.3.h", Domains)
    if not found or not found[0].names:
        said = "categories or words instead of" if reading.words("2.3.h") else "no"
        yield Gap("2.3.h", "missing", f"{said} domain names", remedy)
        return
    names = found[0].names
    if wrong := [name for name in names if not NAME.fullmatch(name)]:
        yield Gap("2.3.h", "missing", f"“{wrong[0][:60]}” is no domain name", remedy)
    sme = reading.filing.profile.answer("provider.sme") is True
    needed = to_list(found[0].total, sme=sme)
    if len(names) < needed:
        what = f"{counted(len(names), 'domain name')}, the rule asks for {needed:,}"
        yield Gap("2.3.h", "missing", what, remedy)


def common_crawl(reading: Reading) -> Iterator[Gap]:
    """Yield Common Crawl without its snapshots, or without how a part was selected (L5)."""
    for item in reading.items("2.1.c"):
        if not COMMON_CRAWL.search(item.name):
            continue
        said = " ".join((item.name, *(f"{row.label} {row.text}" for row in item.details)))
        if not SNAPSHOT.search(said):
            what = f"no snapshots of {item.name}, such as CC-MAIN-2025-18"
            remedy = remedies.set_record("dataset.version", "CC-MAIN-YYYY-WW")
            yield Gap("2.1.c", "missing", what, remedy)
        if not SELECTION.search(said):
            what = f"how the part of {item.name} was selected is not said"
            yield Gap("2.1.c", "missing", what, remedies.set_record("source.selection", "TEXT"))


def versions(reading: Reading) -> Iterator[Gap]:
    """Yield large datasets whose version nobody can tell (L26)."""
    without = [item.name for item in reading.items("2.1.c") if not _has_version(item)]
    if without:
        more = f" and {len(without) - 5} more" if len(without) > 5 else ""
        what = f"no version of {', '.join(without[:5])}{more}"
        remedy = remedies.set_record("dataset.version", "VERSION")
        yield Gap("2.1.c", "advice", what, remedy)


def _has_version(item: Item) -> bool:
    rows = {row.label.lower(): row.text for row in item.details}
    stated = any("version" in label or "snapshot" in label for label in rows)
    return stated or bool(VERSIONED.search(item.name))


def reported_twice(reading: Reading) -> Iterator[Gap]:
    """Yield datasets of 2.1 that another section speaks of too (L27, R-DS-2)."""
    public = [item.name for item in reading.items("2.1.c")]
    public += [
        name.strip(" .")
        for text in reading.values("2.1.d", Text)
        for paragraph in text.paragraphs
        for name in re.split(r"[;,]", paragraph)
        # A name, not a phrase: it has a capital or a digit inside.
        if re.search(r"\w[A-Z0-9]|\w-\w", name)
    ]
    for field_id in OTHER_SECTIONS:
        words = reading.words(field_id)
        for name in dict.fromkeys(public):
            if len(name) > 3 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words):
                what = f"{name} stands in 2.1 too; a dataset is reported once"
                yield Gap(field_id, "advice", what, "report it where it fits best")


def approximate_period(reading: Reading) -> Iterator[Gap]:
    """Yield a period of crawling that is only about right (L20)."""
    for field_id in ("2.3.e", "2.3.i"):
        for line in reading.words(field_id).splitlines():
            if re.search(r"\b(19|20)\d\d\b", line) and ABOUT.search(line):
                what = "the period of crawling is approximate; the form asks for months"
                remedy = remedies.set_record("source.period.start", "YYYY-MM")
                yield Gap(field_id, "advice", what, remedy)
                return


def user_data(reading: Reading) -> Iterator[Gap]:
    """Yield answers on user data that the services named do not bear out (L10)."""
    words = reading.words("2.4.c")
    chats = CHATS.search(words)
    remedy = f"{remedies.set_profile('confirm.user_data_model')}, or describe what the service is"
    if reading.answer("2.4.a") is False and chats:
        what = f"No, but 2.4.c names a service for talking to models: {_around(words, chats)}"
        yield Gap("2.4.a", "contradiction", what, remedy)
    elif reading.answer("2.4.a") is False and reading.answer("2.4.b") is False and words.strip():
        yield Gap(
            "2.4.c", "contradiction", "services are named, but 2.4.a and 2.4.b are No", remedy
        )


def _around(words: str, found: "re.Match[str]") -> str:
    """Return the whole line that something was found in, cut short."""
    start = words.rfind("\n", 0, found.start()) + 1
    line = words[start:].partition("\n")[0]
    return line if len(line) <= 60 else f"{line[:60]}…"


def misplaced_generators(reading: Reading) -> Iterator[Gap]:
    """Yield offered models among the internal ones, and internal ones among the offered (L7)."""
    for listing in reading.values("2.5.d", Items):
        names = [one.name for one in listing.items if OFFERED.search(one.name)]
        if names:
            verb = "is" if len(names) == 1 else "are"
            what = f"{listed(names)} {verb} by name of a family on the market; those go in 2.5.c"
            remedy = remedies.set_record("generator.on_eu_market", "true")
            yield Gap("2.5.d", "advice", what, remedy)
    for item in reading.items("2.5.c"):
        if INTERNAL.search(item.name):
            what = f"{item.name} is internal by its name; such models go in 2.5.d"
            remedy = remedies.set_record("generator.on_eu_market", "false")
            yield Gap("2.5.c", "advice", what, remedy)


def unnamed_generators(reading: Reading) -> Iterator[Gap]:
    """Yield generators that are only paraphrased (L21)."""
    if reading.answer("2.5.a") is not True:
        return
    for field_id in ("2.5.c", "2.5.d", "2.5.e"):
        names = [item.name for item in reading.items(field_id)]
        names += [t for text in reading.values(field_id, Text) for t in text.paragraphs]
        if vague := next((name for name in names if VAGUE.search(name)), ""):
            what = f"models are not named one by one: “{vague[:60]}”"
            remedy = remedies.set_record("generator", "…")
            yield Gap(field_id, "advice", what, remedy)


def unlinked_generators(reading: Reading) -> Iterator[Gap]:
    """Yield generators on the market without a link to their summary (L22)."""
    names = [item.name for item in reading.items("2.5.c") if not item.link]
    if names:
        what = f"no link to the summary of {listed(names[:5])}"
        remedy = remedies.set_record("generator.summary_link", "https://…")
        yield Gap("2.5.c", "advice", what, remedy)


def synthetic_elsewhere(reading: Reading) -> Iterator[Gap]:
    """Yield synthetic data among the other sources (L8)."""
    said = [
        *(t for text in reading.values("2.6.b", Text) for t in text.paragraphs),
        *(item.name for item in reading.items("2.6.b")),
    ]
    if found := next((text for text in said if SYNTHETIC.search(text)), ""):
        what = f"speaks of synthetic data, which belongs in 2.5: “{found[:60]}”"
        remedy = remedies.set_record("source.category", "synthetic")
        yield Gap("2.6.b", "advice", what, remedy)
