"""Document head and sections 1.1 and 1.2: which version, who, which models."""

from collections.abc import Iterator, Mapping

from ledger.summary import remedies
from ledger.summary.answer import Answer, Answerer, advice, missing, on_profile, on_release, prose
from ledger.summary.document import (
    Gap,
    Item,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Row,
    Text,
    Value,
)
from ledger.summary.filing import Filing
from ledger.summary.profile import EU_MEMBERS
from ledger.summary.wording import long_date, short_date


def version(filing: Filing) -> Answer:
    """0.a: the number, whether it is the latest, and where the earlier ones are."""
    identity = filing.identity
    latest = f"The latest version as of {long_date(identity.last_update)}."
    values: list[Value] = [Text((f"Version {identity.version}", latest))]
    if identity.changes:
        values.append(Text(("Changed since the version before:", *identity.changes)))
    links = [
        Item(label, filing.profile.text(path))
        for path, label, _ in PUBLICATION
        if filing.profile.text(path)
    ]
    if links:
        values.append(Items(tuple(links)))
    if identity.previous:
        values.append(Items(tuple(_previous(filing)), "Earlier versions"))
    gaps = tuple(
        advice("0.a", what, remedies.set_profile(path))
        for path, _, what in PUBLICATION
        if not filing.profile.text(path)
    )
    return Answer(tuple(values), (on_release("summary.version"),), gaps)


PUBLICATION = (
    (
        "publication.summary_link",
        "Authoritative copy",
        "nothing says where the authoritative copy is",
    ),
    (
        "publication.updates_link",
        "Announcements of updates",
        "nothing says where updates are announced",
    ),
)


def _previous(filing: Filing) -> Iterator[Item]:
    for previous in filing.identity.previous:
        details = (Row("Last update", short_date(previous.last_update)),)
        yield Item(f"Version {previous.version}", previous.link, details)


def last_update(filing: Filing) -> Answer:
    """0.b: DD/MM/YY."""
    iso = filing.identity.last_update
    return Answer((Moment(iso, short_date(iso)),), (on_release("summary.last_update"),))


def provider(filing: Filing) -> Answer:
    """1.1.a: name and contact."""
    return _contact(filing, "1.1.a", "provider", "the provider")


def representative(filing: Filing) -> Answer:
    """1.1.b: only providers outside the Union need one (Article 54)."""
    country = filing.profile.text("provider.established_in")
    if country in EU_MEMBERS:
        why = f"the provider is established in the Union ({country})"
        return Answer(
            (NotApplicable(f"Not applicable: {why}."),), (on_profile("provider.established_in"),)
        )
    if not country and not filing.profile.text("representative.name"):
        what = "nothing says whether the provider is established in the Union"
        return missing("1.1.b", what, remedies.set_profile("provider.established_in"))
    return _contact(filing, "1.1.b", "representative", "the authorised representative")


def _contact(filing: Filing, field_id: str, section: str, who: str) -> Answer:
    said = {key: filing.profile.text(f"{section}.{key}") for key in ("name", "contact")}
    gaps = tuple(
        Gap(field_id, "missing", f"{key} of {who}", remedies.set_profile(f"{section}.{key}"))
        for key, text in said.items()
        if not text
    )
    if not any(said.values()):
        first, *_ = gaps
        opened = missing(field_id, f"name and contact of {who}", first.remedy)
        return Answer(opened.values, (), gaps)
    texts = tuple(part for text in said.values() if text for part in prose(text).paragraphs)
    supports = tuple(on_profile(f"{section}.{key}") for key, text in said.items() if text)
    return Answer((Text(texts),), supports, gaps)


def models(filing: Filing) -> Answer:
    """1.2.a: every model or version covered, with its documentation."""
    items = tuple(Item(str(m["name"]), str(m.get("link", ""))) for m in filing.models)
    gaps = tuple(
        advice(
            "1.2.a",
            f"no link to the documentation of {item.name}",
            remedies.set_release(filing.name, "--model NAME=LINK"),
        )
        for item in items
        if not item.link
    )
    return Answer((Items(items),), (on_release("release.models"),), gaps)


def dependencies(filing: Filing) -> Answer:
    """1.2.b: the base models of a fine-tune, with links to their summaries."""
    stated = filing.stated.get("dependencies")
    if stated:
        bases = tuple(Item(str(d["model"]), str(d.get("summary_link", ""))) for d in stated)
        return Answer(
            (Items(bases),), (on_release("release.dependencies"),), _unlinked(filing, bases)
        )
    modified = filing.profile.answer("confirm.modified_model")
    if stated is not None or modified is False:
        why = "Not applicable: the model is not a modification of a model on the Union market."
        support = on_release("release.dependencies") if stated is not None else None
        return Answer((NotApplicable(why),), (support or on_profile("confirm.modified_model"),))
    if modified:
        what = "the profile says that models are modified ones, but the release names no base model"
    else:
        what = "nothing says whether the model is a modification of a model on the Union market"
    remedy = remedies.set_profile("confirm.modified_model: no")
    if modified:
        remedy = remedies.set_release(filing.name, "--based-on MODEL=LINK")
    return missing("1.2.b", what, remedy)


def _unlinked(filing: Filing, bases: tuple[Item, ...]) -> tuple[Gap, ...]:
    remedy = remedies.set_release(filing.name, "--based-on MODEL=LINK")
    return tuple(
        advice("1.2.b", f"no link to the summary of {base.name}", remedy)
        for base in bases
        if not base.link
    )


def placement(filing: Filing) -> Answer:
    """1.2.c: one date for each model."""
    iso = str(filing.stated.get("market_date", ""))
    if not iso:
        remedy = remedies.set_release(filing.name, "--market-date YYYY-MM-DD")
        return missing("1.2.c", "date of placement on the Union market", remedy)
    rows = tuple(Row(str(model["name"]), long_date(iso)) for model in filing.models)
    return Answer((Labelled(rows),), (on_release("release.market_date"),))


ANSWERS: Mapping[str, Answerer] = {
    "0.a": version,
    "0.b": last_update,
    "1.1.a": provider,
    "1.1.b": representative,
    "1.2.a": models,
    "1.2.b": dependencies,
    "1.2.c": placement,
}
