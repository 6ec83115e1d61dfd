"""From what was observed and what was said to the fields of one record.

What the bytes say wins, and what was said about them is checked against it: a declared digest, size
or count that the file does not have is an error of that file, never a silent choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from ledger.capture.results import Captured
from ledger.record.canonical import JSON
from ledger.record.schema import Fields

if TYPE_CHECKING:
    from ledger.capture.directories import Found
    from ledger.capture.files import Facts


class Contradiction(Exception):  # noqa: N818 - becomes a Failed; it never leaves capture
    """What was declared about a file is not what is in it."""

    def __init__(self, path: str, *, found: object, expected: object) -> None:
        what = "measures contradict" if path.startswith("measures") else "content contradicts"
        if not path.startswith(("measures", "content")):
            what = "rows contradict"
        super().__init__(f"{what}: {path} is {found}, declared was {expected}")
        self.hint = f"leave {path} out, it is read from the file; or look at how the file was made"


@dataclass(slots=True, eq=False)
class Declared:
    """What the user says about some files; one object for all files that share it.

    `fields` are the shared ones, checked; `content` and `measures` are claims about the bytes.
    """

    fields: Fields = field(default_factory=dict)
    content: Mapping[str, JSON] = field(default_factory=dict)
    measures: Mapping[str, JSON] = field(default_factory=dict)
    basis: Mapping[str, JSON] = field(default_factory=dict)
    _shared: dict[tuple[object, ...], Fields] = field(default_factory=dict)

    def shared(self, facts: "Facts") -> Fields:
        """Return all fields but content and measures, the same object for equal circumstances."""
        key: tuple[object, ...] = facts.modality
        if facts.tally is not None:
            key = (*key, "domains")
        if facts.documents is not None:
            key = (*key, "documents")
        if facts.languages or facts.period:
            key = (*key, facts.languages, facts.period)
        if self.measures:
            key = (key, *(name for name in self.measures if name not in facts.measures))
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = self._state(facts)
        return shared

    def _state(self, facts: "Facts") -> Fields:
        basis: dict[str, JSON] = {"content": "observed", "measures": "observed"}
        fields = dict(self.fields)
        if "modality" not in fields:
            fields["modality"] = list(facts.modality)
            basis["modality"] = "inferred"
        if facts.tally is not None:
            basis["domains"] = "observed"
        if facts.documents is not None:
            basis["documents"] = "observed"
        if "media_type" in self.content:
            basis["content.media_type"] = "declared"
        for name in self.measures:
            if name not in facts.measures:
                basis[f"measures.{name}"] = "declared"
        basis.update(dict.fromkeys(self.fields, "declared"))
        basis.update(self.basis)
        basis.update(_said_by_rows(fields, facts))
        fields["basis"] = {path: basis[path] for path in sorted(basis)}
        return fields


def _said_by_rows(fields: Fields, facts: "Facts") -> dict[str, JSON]:
    """Put languages and period into the fields, as rows name them; return their basis.

    Raises:
        Contradiction: Something else was declared.
    """
    basis: dict[str, JSON] = {}
    if facts.languages:
        languages: list[JSON] = list(facts.languages)
        said = fields.get("languages", languages)
        if said != languages:
            raise Contradiction("languages", found=languages, expected=said)
        fields["languages"] = languages
        basis["languages"] = "observed"
    if facts.period:
        period: dict[str, JSON] = dict(zip(("start", "end"), facts.period, strict=True))
        source = dict(cast(Fields, fields.get("source", {})))
        if source.get("period", period) != period:
            raise Contradiction("source.period", found=period, expected=source["period"])
        fields["source"] = {**source, "period": period}
        basis["source.period"] = "observed"
    return basis


def state(found: "Found", facts: "Facts", said: Declared) -> Captured:
    """Return the fields of the record of one file.

    Raises:
        Contradiction: The file is not what was declared about it.
    """
    content: dict[str, JSON] = {
        "digest": f"blake3:{facts.digest}",
        "size": facts.size,
        "name": found.name,
        "media_type": facts.media_type,
    }
    if facts.sha256 is not None:
        content["sha256"] = facts.sha256
    measures = facts.measures
    if said.content or said.measures:
        _claim(content, said.content)
        measures = _combined("measures", measures, said.measures)
    fields: Fields = {"content": content, "measures": measures, **said.shared(facts)}
    if facts.tally is not None:
        fields["domains"] = {"digest": facts.tally.digest, "count": facts.tally.count}
    if facts.documents is not None:
        fields["documents"] = facts.documents.to_json()
    return Captured(found.path, fields, facts.notes, facts.tally)


def _claim(content: dict[str, JSON], claims: Mapping[str, JSON]) -> None:
    """Check claims about the content; only the media type may be said to be another."""
    claims = dict(claims)
    if "media_type" in claims:
        content["media_type"] = claims.pop("media_type")
    _combined("content", content, claims)


def _combined(path: str, found: Mapping[str, JSON], said: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return both together, what was found above what was said; they may not differ."""
    together = {**said, **found}
    for name in found.keys() & said.keys():
        one, other = found[name], said[name]
        if isinstance(one, dict) and isinstance(other, dict):
            together[name] = _combined(f"{path}.{name}", one, other)
        elif one != other:
            raise Contradiction(f"{path}.{name}", found=one, expected=other)
    return together
