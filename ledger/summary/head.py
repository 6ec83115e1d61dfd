"""What stands at the head of a document that has no head of its own: version, provider, models."""

from collections.abc import Callable, Iterator

from ledger.summary import remedies
from ledger.summary.answer import Answer, Answerer, asked, on_profile, on_release, prose
from ledger.summary.document import Item, Items, Moment, Row, Text, Value
from ledger.summary.filing import Filing
from ledger.summary.wording import long_date, named_date


def version(filing: Filing) -> Answer:
    """Which version this is, of which day, what changed, and where the earlier ones are."""
    return version_spelt(filing, long_date)


def version_in_america(filing: Filing) -> Answer:
    """The same with days as they are written in the United States."""
    return version_spelt(filing, named_date)


def version_spelt(filing: Filing, spell: Callable[[str], str]) -> Answer:
    """Return which version this is, with days in a spelling."""
    identity = filing.identity
    values: list[Value] = [
        Text((f"Version {identity.version}",)),
        Moment(identity.last_update, spell(identity.last_update)),
    ]
    if identity.changes:
        values.append(Text(("Changed since the version before:", *identity.changes)))
    if identity.previous:
        values.append(Items(tuple(_previous(filing, spell)), "Earlier versions"))
    return Answer(tuple(values), (on_release("summary.version"),))


def _previous(filing: Filing, spell: Callable[[str], str]) -> Iterator[Item]:
    for previous in filing.identity.previous:
        details = (Row("Last update", spell(previous.last_update)),)
        yield Item(f"Version {previous.version}", previous.link, details)


def provider(*keys: str, who: str = "the provider") -> Answerer:
    """Return the answerer of who speaks: texts of the profile's section `provider`."""

    def answer(filing: Filing) -> Answer:
        said = {f"provider.{key}": filing.profile.text(f"provider.{key}") for key in keys}
        open_ = [
            gap
            for path, text in said.items()
            if not text
            for gap in asked(f"{path.partition('.')[2]} of {who}", remedies.set_profile(path)).gaps
        ]
        texts = tuple(part for text in said.values() if text for part in prose(text).paragraphs)
        if not texts:
            return Answer(asked(f"{' and '.join(keys)} of {who}", "").values, (), tuple(open_))
        supports = tuple(on_profile(path) for path, text in said.items() if text)
        return Answer((Text(texts),), supports, tuple(open_))

    return answer


def models(filing: Filing) -> Answer:
    """The models covered, with their documentation."""
    items = tuple(Item(str(one["name"]), str(one.get("link", ""))) for one in filing.models)
    return Answer((Items(items),), (on_release("release.models"),))
