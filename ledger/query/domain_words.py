"""What an answer about a domain says, in plain words: what is proof, what is promise, what neither.

`ledger domain` and `ledger verify` print the same. The word proof is used for what anybody can
compute from the file alone, and for nothing else.
"""

from dataclasses import dataclass
from typing import Final

from ledger.query.domain_answer import PRESENT

PROOF: Final = "proof"
PROMISE: Final = "signed promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The facts that the words are made of."""

    asked: str
    domain: str
    answer: str
    """`present` or `absent`."""
    is_proof: bool
    """Whether the name key is in the file, or no name could be on the list."""
    signer: str
    names: int
    """Entries of the crawl list."""
    provider: str
    release: str
    version: int
    bytes: int | None = None
    """Bytes booked for the domain, where they are shown."""

    @property
    def kind(self) -> str:
        """`proof` or `signed promise`."""
        return PROOF if self.is_proof else PROMISE

    def verdict(self) -> str:
        """Return the answer as one sentence that says which of the two it is."""
        is_on = "is" if self.answer == PRESENT else "is not"
        return (
            f"{self.kind}: {self.domain} {is_on} on the crawl list that {self.provider} committed "
            f"to in version {self.version} of the summary of {self.release}"
        )

    def lines(self) -> list[tuple[str, str]]:
        """Return what there is to say, each with its label."""
        lines = [(self.answer, self.verdict())]
        if self.asked != self.domain:
            lines.append(("asked about", self._below()))
        lines.append((PROOF, self._proof()))
        if self.bytes is not None:
            lines.append(("bytes", f"{self.bytes:,} bytes of content are booked for it"))
        if not self.is_proof:
            lines.append(("promise", self._promise()))
        lines.append(("says nothing of", _NOTHING))
        return lines

    def _below(self) -> str:
        return (
            f"{self.asked}: the list is by registrable domain, so {self.domain} answers, for all "
            "names under it together"
        )

    def _proof(self) -> str:
        if not self.names:
            return (
                "the summary counts no crawled records at all, and that was fixed when it was "
                "logged: the list is empty, whatever the name"
            )
        is_among = "is" if self.answer == PRESENT else "is not"
        what = self.domain if self.is_proof else "the pseudonym in this file"
        entries = "1 entry" if self.names == 1 else f"{self.names:,} entries"
        return (
            f"{what} {is_among} among the {entries} of the list; the list was fixed when the "
            "summary was logged and has not changed since"
        )

    def _promise(self) -> str:
        return (
            f"that the pseudonym is that of {self.domain}: {self.signer} signed it. It can be "
            "checked with the name key, which was committed to in the log, so if it is false this "
            "file is evidence against its signer"
        )

    def warning(self) -> str:
        """Return the warning on an answer that is no proof; empty for one that is."""
        if self.is_proof:
            return ""
        return (
            "a signed promise, not a proof: without the name key nobody but the signer can tell "
            f"whose pseudonym this is. Ask {self.provider} for the answer with the key"
        )


_NOTHING: Final = (
    "crawled data that was never recorded, or that the list lacks, which only an audit shows; "
    "newer summaries; content of the domain in data from others, such as "
    "public datasets; single pages"
)
