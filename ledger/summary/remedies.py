"""What closes a gap: the one place that spells out commands and keys to set."""

from ledger.summary.profile import FILE

TALLY = "ledger add PATH --domain-column NAME, where NAME is the column of URLs or hosts"
"""How to record which domains crawled data came from."""


def set_profile(key: str) -> str:
    """Return how to state a fact of the provider."""
    return f"set {key} in {FILE}"


def set_record(path: str, example: str) -> str:
    """Return how to state a fact of the data."""
    return f"ledger add PATH --set {path}={example}"


def set_release(release: str, option: str) -> str:
    """Return how to state a fact of the release."""
    return f"ledger release create {release or 'NAME'} {option}"
