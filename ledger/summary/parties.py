"""The crawlers and the generators that records name, each once, with what is said about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.summary.facts import Facts, Fields, Group, derived


@dataclass(frozen=True, slots=True)
class Crawler:
    """A crawler by name, and the records that its data is in."""

    name: str
    user_agents: tuple[str, ...]
    operators: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Generator:
    """A model whose output is in the data, and the records that it is in.

    `on_market` is what the records say about the Union market: True, False, or None when no
    record says it; `contested` when some say yes and others no.
    """

    provider: str
    model: str
    roles: tuple[str, ...]
    on_market: bool | None
    contested: bool
    summary_links: tuple[str, ...]
    training_data: tuple[str, ...]
    resellers: tuple[str, ...]
    facts: Facts
    served: tuple[str, ...] = ()
    """Versions that answered, where they are not what was asked for."""
    weights: tuple[str, ...] = ()
    """Digests of open weights."""


@derived
def crawlers(facts: Facts) -> tuple[Crawler, ...]:
    """Return the crawlers named in `source.crawl.crawlers`, by name."""
    return tuple(
        Crawler(name, _texts(said, "user_agent"), _texts(said, "operator"), Facts(tuple(groups)))
        for name, said, groups in _collected(facts, _named_crawlers)
    )


@derived
def generators(facts: Facts) -> tuple[Generator, ...]:
    """Return the models named in `generator`, by provider and model."""
    return tuple(
        _generator(said, Facts(tuple(groups)))
        for _, said, groups in _collected(facts, _named_generators)
    )


def _generator(said: list[Fields], facts: Facts) -> Generator:
    answers = {one["on_eu_market"] for one in said if "on_eu_market" in one}
    return Generator(
        provider=str(said[0]["provider"]),
        model=str(said[0]["model"]),
        roles=_texts(said, "role"),
        on_market=answers.pop() if len(answers) == 1 else None,
        contested=len(answers) > 1,
        summary_links=_texts(said, "summary_link"),
        training_data=_texts(said, "training_data"),
        resellers=_texts(said, "reseller"),
        facts=facts,
        served=tuple(one for one in _texts(said, "model_served") if one != said[0]["model"]),
        weights=_texts(said, "weights"),
    )


def _named_crawlers(group: Group) -> Iterator[tuple[str, Fields]]:
    for crawler in group.at("source.crawl.crawlers") or ():
        yield str(crawler["name"]), crawler


def _named_generators(group: Group) -> Iterator[tuple[str, Fields]]:
    for generator in group.generators:
        yield f"{generator['provider']}\0{generator['model']}", generator


def _collected(
    facts: Facts, named: Callable[[Group], Iterator[tuple[str, Fields]]]
) -> Iterator[tuple[str, list[Fields], list[Group]]]:
    """Yield each name in order, with all that is said under it and the groups that say it."""
    said: dict[str, list[Fields]] = {}
    saying: dict[str, list[Group]] = {}
    for group in facts.groups:
        for name, statement in named(group):
            said.setdefault(name, []).append(statement)
            saying.setdefault(name, []).append(group)
    for name in sorted(said):
        yield name, said[name], list({id(group): group for group in saying[name]}.values())


def _texts(said: list[Fields], member: str) -> tuple[str, ...]:
    return tuple(sorted({str(one[member]) for one in said if one.get(member)}))
