"""Document head and sections 1.1 and 1.2: which version, who, which models."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.summary import remedies
from ledger.summary.addresses import feed_link, summary_link
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    missing,
    on_profile,
    on_release,
    pieced,
    prose,
    said_list,
)
from ledger.summary.dates import early_placements
from ledger.summary.document import (
    Gap,
    Item,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Row,
    Text,
    Unstated,
    Value,
)
from ledger.summary.eu.answer import state
from ledger.summary.eu.template import TEMPLATE
from ledger.summary.filing import Filing
from ledger.summary.profile import EU_MEMBERS
from ledger.summary.wording import NOT_KNOWN, long_date, month, sentence, short_date


def version(filing: Filing) -> Answer:
    """0.a: the number, whether it is the latest, what changed, and where all versions are."""
    identity = filing.identity
    latest = f"The latest version when it was made, on {long_date(identity.last_update)}."
    released = (on_release("summary.version"),)
    pieces = [Piece(Text((f"Version {identity.version}", latest)), released)]
    if identity.changes:
        told = Text(("Changed since the version before:", *identity.changes))
        pieces.append(Piece(told, released))
    if places := list(_places(filing)):
        links = Items(tuple(Item(label, link) for label, _, link in places))
        supports = tuple(dict.fromkeys(on_profile(path) for _, path, _ in places))
        pieces.append(Piece(links, supports))
    if identity.previous:
        pieces.append(Piece(Items(tuple(_previous(filing)), "Earlier versions"), released))
    return pieced(pieces, _unpublished(filing))


SITE = "publication.site"


def _places(filing: Filing) -> Iterator[tuple[str, str, str]]:
    """Yield where the summary is published: what is there, the key that says it, and the link."""
    site = filing.profile.text(SITE)
    page = summary_link(site, filing.name, TEMPLATE) if site else ""
    from_site = {
        "publication.summary_link": page,
        "publication.versions_link": page,
        "publication.updates_link": feed_link(site) if site else "",
    }
    for path, label, _ in PUBLICATION:
        if own := filing.profile.text(path):
            yield label, path, own
        elif derived := from_site[path]:
            yield label, SITE, derived
    for channel in said_list(filing, "publication.channels"):
        yield "Published with the model at", "publication.channels", channel


def authoritative(filing: Filing) -> str:
    """Return where the authoritative copy is; empty when nobody says it."""
    _, wanted, _ = PUBLICATION[0]
    return next((link for label, _, link in _places(filing) if label == wanted), "")


def _unpublished(filing: Filing) -> Iterator[Gap]:
    there = {label for label, _, _ in _places(filing)}
    for path, label, what in PUBLICATION:
        if label not in there:
            yield advice("0.a", what, remedies.set_profile(path))


PUBLICATION = (
    (
        "publication.summary_link",
        "Authoritative copy",
        "nothing says where the authoritative copy is",
    ),
    (
        "publication.versions_link",
        "All versions",
        "nothing says where all versions of the summary are",
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
    gaps = [
        Gap(field_id, "missing", f"{key} of {who}", remedies.set_profile(f"{section}.{key}"))
        for key, text in said.items()
        if not text
    ]
    if not any(said.values()):
        opened = missing(field_id, f"name and contact of {who}", gaps[0].remedy)
        return Answer(opened.values, (), tuple(gaps))
    registration, website = (
        filing.profile.text(f"{section}.{key}") for key in ("registration", "website")
    )
    texts = [("name", said["name"]), ("registration", registration), ("contact", said["contact"])]
    pieces = [Piece(prose(text), (on_profile(f"{section}.{key}"),)) for key, text in texts if text]
    if website:
        pieces.append(
            Piece(Items((Item("Website", website),)), (on_profile(f"{section}.website"),))
        )
    return pieced(pieces, gaps)


def models(filing: Filing) -> Answer:
    """1.2.a: every model or version covered, with its documentation and its digest."""
    items = tuple(_model(model) for model in filing.models)
    gaps = tuple(
        advice(
            "1.2.a",
            f"no link to the documentation of {item.name}",
            remedies.edit_release(filing.name, f"add link: to {item.name}"),
        )
        for item in items
        if not item.link
    )
    pieces = [Piece(Items(items), (on_release("release.models"),))]
    if len(items) > 1:
        pieces.append(Piece(Text((IDENTICAL,)), (on_release("training"),)))
    return pieced(pieces, gaps)


IDENTICAL = (
    "One training set was frozen for all of these models, so their training content is identical."
)
"""One summary may serve several models only then (R-MM-1)."""


def _model(model: Mapping[str, Any]) -> Item:
    digest = str(model.get("digest", ""))
    details = (Row("Digest of the model", digest),) if digest else ()
    return Item(str(model["name"]), str(model.get("link", "")), details)


def dependencies(filing: Filing) -> Answer:
    """1.2.b: the base models of a fine-tune, with links to their summaries."""
    stated = filing.stated.get("dependencies")
    if stated:
        bases = tuple(_base(filing, one) for one in stated)
        gaps = _base_gaps(filing, stated)
        return Answer((Items(bases),), (on_release("release.dependencies"),), gaps)
    path, modified = "confirm.modified_model", filing.profile.answer("confirm.modified_model")
    own = filing.stated.get("modified")
    if own is False or (own is None and modified is False):
        why = "Not applicable: the model is not a modification of a model on the Union market."
        support = on_profile(path) if own is None else on_release("release.modified")
        return Answer((NotApplicable(why),), (support,))
    if modified:
        what = "the profile says that models are modified ones, but the release names no base model"
    else:
        what = "nothing says whether the model is a modification of a model on the Union market"
    remedy = remedies.set_profile("confirm.modified_model: no")
    if modified:
        remedy = remedies.edit_release(filing.name, "add based_on: with model: and summary_link:")
    return missing("1.2.b", what, remedy)


def _base(filing: Filing, stated: Mapping[str, Any]) -> Item:
    covered = [str(model["name"]) for model in filing.models]
    made = str(stated.get("of", "")) or (covered[0] if len(covered) == 1 else "")
    details = (Row("Modified into", made),) if made else ()
    return Item(str(stated["model"]), str(stated.get("summary_link", "")), details)


def _base_gaps(filing: Filing, stated: Sequence[Mapping[str, Any]]) -> tuple[Gap, ...]:
    def add(key: str, model: object) -> str:
        return remedies.edit_release(filing.name, f"add {key}: to {model} in based_on:")

    gaps = [
        advice(
            "1.2.b",
            f"no link to the summary of {one['model']}",
            add("summary_link", one["model"]),
        )
        for one in stated
        if not one.get("summary_link")
    ]
    if len(filing.models) > 1:
        gaps += [
            advice(
                "1.2.b",
                f"nothing says which model was made from {one['model']}",
                add("of", one["model"]),
            )
            for one in stated
            if not one.get("of")
        ]
    return tuple(gaps)


def placement(filing: Filing) -> Answer:
    """1.2.c: one date for each model, its own or that of the release."""
    common = str(filing.stated.get("market_date", ""))
    dates = {str(one["name"]): str(one.get("market_date") or common) for one in filing.models}
    remedy = remedies.set_release(filing.name, "--market-date YYYY-MM-DD")
    if not any(dates.values()):
        return missing("1.2.c", "date of placement on the Union market", remedy)
    rows = tuple(Row(name, long_date(iso) if iso else NOT_KNOWN) for name, iso in dates.items())
    own = [str(model["name"]) for model in filing.models if model.get("market_date")]
    supports = [on_release("release.models.market_date")] if own else []
    if common and len(own) < len(dates):
        supports.append(on_release("release.market_date"))
    gaps = tuple(
        Gap("1.2.c", "missing", f"date of placement of {name} on the Union market", remedy)
        for name, iso in dates.items()
        if not iso
    )
    early = [_too_early(filing, name, iso) for name, iso in early_placements(filing)]
    values: list[Value] = [Labelled(rows)]
    values += [Unstated(sentence(gap.message)) for gap in early]
    return Answer(tuple(values), tuple(supports), (*gaps, *early))


def _too_early(filing: Filing, name: str, iso: str) -> Gap:
    """Return that a model was on the market before its data was collected."""
    what = (
        f"{name} was placed on the market on {long_date(iso)}, but data was collected until "
        f"{month(filing.facts.latest_month)} and the release says that training does not go on"
    )
    market = remedies.set_release(filing.name, "--market-date YYYY-MM-DD")
    period = state(filing.facts, "source.period.end", "YYYY-MM", stated=True)
    return Gap("1.2.c", "contradiction", what, f"{market}; or, for the data: {period}")


ANSWERS: Mapping[str, Answerer] = {
    "0.a": version,
    "0.b": last_update,
    "1.1.a": provider,
    "1.1.b": representative,
    "1.2.a": models,
    "1.2.b": dependencies,
    "1.2.c": placement,
}
