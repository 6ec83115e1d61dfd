"""Answering "was this domain crawled?" from the statement of a release's summary.

A name is asked about as people type it; the list has registrable domains in A-labels. Whatever is
done to a name on the way is told, and a name that no list can have is refused with the reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ledger.client.evidence import build_evidence, openings_of
from ledger.client.releasing import find_release
from ledger.client.versions import Version, find_version, versions
from ledger.content.domains import NO_DOMAIN
from ledger.errors import InputError, NotFoundError
from ledger.query.domain_answer import CrawlList, DomainAnswer
from ledger.query.domain_check import COUNTING
from ledger.query.domain_words import Told
from ledger.query.sections import CRAWLED, CRAWLED_NAMES, CRAWLED_RANK
from ledger.query.statement import section_hash
from ledger.record.key_event import KeyEvent
from ledger.record.leaf import RecordId
from ledger.tree.sums import SumTree

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.store.statements import KeptStatement

TEMPLATE = "eu"
"""The summaries that commit to a statement."""

_ADDRESS = re.compile(r"(\[?[0-9a-f]*:[0-9a-f:.]*\]?|[0-9]+(\.[0-9]+)*\.?)(:[0-9]*)?", re.I)
_LOGGED_BY = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that somebody asks about, as the list would have it."""

    host: str
    """In lower case and A-labels."""
    domain: str
    """The registrable domain that answers for it."""
    notes: tuple[str, ...]
    """What was done to the name, or is to be known of it, in sentences."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, what it says in words, and what the asker should know about the question."""

    answer: DomainAnswer
    told: Told
    summary: RecordId
    notes: tuple[str, ...]


def read_name(text: str) -> Name:
    """Return the domain that a name or URL belongs to, by the public suffix list as installed.

    Raises:
        InputError: It is an address, a single label, or no name at all.
    """
    from ledger.capture.hosts import host_of, suffixes

    typed = text.strip()
    host = host_of(typed)
    if not host:
        raise _no_domain(typed)
    domain = suffixes().domain(host)
    notes = []
    bare = typed.lower().removesuffix(".")
    if not typed.isascii():
        notes.append(f"{typed} is {host} in the list, which has names in A-labels")
    elif bare != host:
        notes.append(f"the list has domains, not addresses of pages: asked about {host}")
    if suffixes().is_suffix(host):
        notes.append(
            f"{host} is a public suffix: each name right below it is a domain of its own, and has "
            f"to be asked about by itself; the answer is about content of {host} alone"
        )
    elif domain != host:
        notes.append(f"{domain} answers for {host}: the list is by registrable domain")
    return Name(host, domain, tuple(notes))


def _no_domain(typed: str) -> InputError:
    if not typed:
        return InputError("no name is given", hint="ledger domain example.org --release NAME")
    shown = typed[:80]
    if _ADDRESS.fullmatch(typed.rpartition("//")[2].partition("/")[0]):
        return InputError(
            f"{shown} is an IP address, and the list has domains: content from addresses is "
            f"counted under {NO_DOMAIN}, all together",
            hint="ask about the domain name of the site",
        )
    if typed == NO_DOMAIN:
        return InputError(f"{NO_DOMAIN} stands for content without a domain, and is no name")
    if typed.startswith(("*.", ".")):
        return InputError(
            f"{shown!r} is a pattern; a domain answers for all names under it anyway",
            hint=f"ask about {shown.lstrip('*.')}",
        )
    if "." not in typed.strip("."):
        return InputError(
            f"{shown!r} is a single label, such as names inside one network: no domain of the web",
            hint="ask about a name with its ending, such as example.org",
        )
    return InputError(
        f"{shown!r} is no domain name",
        hint="write it as example.org: labels of letters, digits and hyphens with dots between, "
        "at most 63 characters each and 253 together",
    )


def answer_domain(
    ledger: "Ledger",
    text: str,
    *,
    release: str,
    version: int | None = None,
    with_key: bool = False,
    with_bytes: bool = False,
) -> Answered:
    """Return the signed answer whether a domain is on the crawl list of a release's summary.

    Args:
        ledger: Where the summary was made.
        text: A domain, host name or URL.
        release: The release's name.
        version: Of its summary; default: the newest.
        with_key: Put the name key into the answer, which makes it a proof. Whoever has the file can
            then test any name of a domain against any pseudonym that they are shown, and any name
            of a model against the codes in the summary record.
        with_bytes: Show how many bytes are booked for a domain that is present; for an auditor.

    Raises:
        InputError: The name can be on no list.
        NotFoundError: There is no such release, summary or version; or the version commits to no
            list of domains, or what opens it is not kept here.
    """
    name = read_name(text)
    found = _find_version(ledger, release, version)
    audit = _audit_of(found)
    kept = ledger.store.statements.find(bytes.fromhex(audit["root"]))
    answer = _crawl_list(ledger, found, kept, with_bytes).answer(
        name.domain,
        asked=name.host,
        origin=ledger.origin,
        signer=ledger.producer,
        with_key=with_key,
    )
    told = Told(
        asked=name.host,
        domain=name.domain,
        answer=answer.answer,
        is_proof=with_key or answer.root is None,
        signer=ledger.producer.key.name,
        names=answer.root.count if answer.root is not None else 0,
        provider=found.stated["provider"],
        release=release,
        version=found.number,
        bytes=None if answer.rank is None else answer.rank.opening.leaf.values[0],
    )
    return Answered(answer, told, found.id, (*name.notes, *_other_list(audit)))


def _find_version(ledger: "Ledger", release: str, number: int | None) -> Version:
    find_release(ledger.store, release)  # a name that is mistyped is told as one
    if number is not None:
        return find_version(ledger.store, release, TEMPLATE, number)
    every = versions(ledger.store, release, TEMPLATE)
    if not every:
        raise NotFoundError(
            f"{release} has no summary yet, and a crawl list is committed to by one",
            hint=f"ledger summary {release}",
        )
    return every[-1]


def _audit_of(found: Version) -> Mapping[str, Any]:
    """Return the statement that a summary record names, which has a list of domains or no crawl."""
    audit = cast(Mapping[str, Any] | None, found.record.record.fields.get("audit"))
    release = found.stated["release"]
    if audit is None:
        raise NotFoundError(
            f"version {found.number} of the summary of {release} commits to no crawl list: it was "
            "made by an older program",
            hint=f"ledger summary {release}, which makes a new version",
        )
    trees = audit["sections"]
    if CRAWLED_NAMES not in trees and any(one.split(".")[0] == CRAWLED for one in trees):
        raise NotFoundError(
            f"{release} has crawled records, and none has a tally of domains: there is no list to "
            "answer from",
            hint="ledger add … --domain-column url for the crawled data, then a new release",
        )
    return audit


def _crawl_list(
    ledger: "Ledger", found: Version, kept: "KeptStatement", with_bytes: bool
) -> CrawlList:
    table = kept.table()
    wanted: dict[RecordId, tuple[str, ...]] = {found.id: ()}
    wanted |= dict.fromkeys(_registered(ledger), ())
    newest = max(wanted).index
    return CrawlList(
        summary=str(found.id),
        root=kept.root.hex(),
        tree=_tree(kept, CRAWLED_NAMES),
        ranks=_tree(kept, CRAWLED_RANK) if with_bytes else None,
        sections=tuple(section_hash(one, table[one]) for one in sorted(table)),
        name_key=kept.name_key,
        evidence=build_evidence(
            ledger.store, ledger.checkpoint(newest), openings_of(ledger.store, wanted)
        ),
    )


def _tree(kept: "KeptStatement", name: str) -> SumTree | None:
    if name not in kept.table():
        return None
    return SumTree.build(name, kept.audit_secret, kept.section(name).leaves())


def _registered(ledger: "Ledger") -> list[RecordId]:
    """Return the key records that register whoever signs the answer; another signed the summary."""
    key = ledger.producer.key
    entries: dict[int, list[RecordId]] = {}
    saying: set[int] = set()
    for stored in ledger.store.open_records("key"):
        event = KeyEvent.of(stored.record)
        entries.setdefault(stored.id.index, []).append(stored.id)
        if key in (event.key, event.successor):
            saying.add(stored.id.index)
    return [one for index in sorted(saying) for one in entries[index]]


def _other_list(audit: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the note that host names were cut by another suffix list than the one used here."""
    from ledger.capture.hosts import suffixes

    cut_by = set(_LOGGED_BY.findall(str(audit["counting"].get(COUNTING, ""))))
    if not cut_by or cut_by == {suffixes().digest}:
        return ()
    return (
        "the public suffix list has changed since the data was recorded, so a name may belong to "
        "another domain there: ask about the names above and below it too",
    )
