"""What a record is called in a line: from the fields that are shown of it, and no others."""

from ledger.record.canonical import JSON
from ledger.record.schema import Fields

_NAMED_BY = {
    "shard": ("content", "name"),
    "release": ("release", "name"),
    "key": ("key", "vkey"),
    "terms": ("terms", "title"),
    "correction": ("correction", "record"),
}


def title_of(kind: str, fields: Fields) -> str:
    """Return what a record of this kind is called; empty if none of that is shown."""
    if kind == "summary":
        stated = fields.get("summary")
        release, version = (_member(stated, name) for name in ("release", "version"))
        return f"{release}, version {version}" if release else ""
    field, member = _NAMED_BY[kind]
    return str(_member(fields.get(field), member))


def _member(value: JSON | None, name: str) -> JSON:
    return value.get(name, "") if isinstance(value, dict) else ""
