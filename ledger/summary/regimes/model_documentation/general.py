"""General information that the EU's summary does not ask for: authenticity and release date."""

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_release, told
from ledger.summary.document import Gap, Item, Items, Row
from ledger.summary.filing import Filing


def authenticity(filing: Filing) -> Answer:
    """The digest of each model's weights, as the release states it."""
    remedy = remedies.edit_release(filing.name, "add digest: to each model")
    without = [str(one["name"]) for one in filing.models if not one.get("digest")]
    items = tuple(
        Item(str(one["name"]), details=(Row("Digest of the weights", str(one["digest"])),))
        for one in filing.models
        if one.get("digest")
    )
    if not items:
        return asked("no digest of a model's weights is stated", remedy)
    gaps = tuple(Gap("", "missing", f"no digest of {name} is stated", remedy) for name in without)
    return Answer((Items(items),), (on_release("release.models"),), gaps)


def release_date(filing: Filing) -> Answer:
    """When the model was first released anywhere; the Union's market has a field of its own."""
    what = "nothing says when the model was first released"
    return told(filing, "describe.release_date", what)
