"""What the records and statements say a list must hold; a check compares it with the document."""

from collections.abc import Collection

from ledger.summary import remedies
from ledger.summary.criteria.check import Judgement, missed, of_all
from ledger.summary.criteria.reading import Reading
from ledger.summary.eu.public import rank
from ledger.summary.eu.synthetic import makers
from ledger.summary.facts import Facts
from ledger.summary.parties import crawlers


def models(reading: Reading) -> Collection[str]:
    """The models that the release covers."""
    return [str(model["name"]) for model in reading.filing.models]


def bases(reading: Reading) -> Collection[str]:
    """The models that these were made from."""
    return [str(one["model"]) for one in reading.filing.stated.get("dependencies", ())]


def public(reading: Reading) -> Facts:
    """The public datasets."""
    return reading.filing.facts.category("public_dataset")


def large(reading: Reading) -> Collection[str]:
    """The public datasets that are large by the form's rule."""
    return rank(public(reading)).large


def small(reading: Reading) -> Collection[str]:
    """The other public datasets."""
    return set(public(reading).by_name) - set(large(reading))


def known_private(reading: Reading) -> Collection[str]:
    """The private datasets that the public knows of."""
    part = reading.filing.facts.category("private_third_party")
    return list(part.where("source.publicly_known", True).by_name)


def crawler_names(reading: Reading) -> Collection[str]:
    """The crawlers that the records name."""
    return [one.name for one in crawlers(reading.filing.facts.category("crawled"))]


def market_generators(reading: Reading) -> Collection[str]:
    """The generators that the records say are on the Union market."""
    return [one.model for one in makers(reading.filing.facts) if one.on_market]


def other_generators(reading: Reading) -> Collection[str]:
    """The generators that the records say are not on it, and those that they leave open."""
    return [one.model for one in makers(reading.filing.facts) if not one.on_market]


def services(reading: Reading) -> Collection[str]:
    """The services whose users' data was used."""
    kinds = ("user_data_model", "user_data_other_service")
    return list(reading.filing.facts.category(*kinds).by_service)


def every_service(reading: Reading, field_id: str) -> Judgement:
    """No record of user data leaves its service out."""
    facts = reading.filing.facts.category("user_data_model", "user_data_other_service")
    how = remedies.set_record("source.service", "NAME")
    if not facts.records:
        return missed("no record of user data", how)
    said = facts.stating("source.service")
    return of_all(said, facts.records, "records of user data name the service", how)
