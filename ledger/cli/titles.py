"""What a record is called in a line: from the fields that are shown of it, and no others."""

from ledger.record.canonical import JSON
from ledger.record.corrections import DONE
from ledger.record.schema import Fields

_NAMED_BY = {
    "shard": ("content", "name"),
    "release": ("release", "name"),
    "key": ("key", "vkey"),
    "terms": ("terms", "title"),
}


def title_of(kind: str, fields: Fields) -> str:
    """Return what a record of this kind is called; empty if none of that is shown."""
    if kind == "summary":
        stated = fields.get("summary")
        release, version = (_member(stated, name) for name in ("release", "version"))
        return f"{release}, version {version}" if release else ""
    if kind == "correction":
        return _corrected(fields.get("correction"))
    if kind == "audit":
        stated = fields.get("audit")
        summary, verdict = (_member(stated, name) for name in ("summary", "verdict"))
        return f"of summary {summary}: {verdict}" if summary else ""
    field, member = _NAMED_BY[kind]
    return str(_member(fields.get(field), member))


def _corrected(stated: JSON | None) -> str:
    """Return what became of which record, such as `1.0 replaced by 5.0`."""
    if not isinstance(stated, dict):
        return ""
    by = f" by {stated['replacement']}" if "replacement" in stated else ""
    return f"{stated['record']} {DONE[str(stated['action'])]}{by}"


def _member(value: JSON | None, name: str) -> JSON:
    return value.get(name, "") if isinstance(value, dict) else ""
