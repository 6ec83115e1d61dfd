"""From a release to its filled form: facts, profile, what was published before, and the draft."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger.client.dating import seen_at_text
from ledger.client.home import Home
from ledger.client.naming import settled
from ledger.client.releasing import find_release, training_root
from ledger.client.templates import find_template
from ledger.client.versions import Version, read_form, versions
from ledger.client.yaml_files import read_yaml
from ledger.errors import InputError, MalformedError
from ledger.record.canonical import JSON
from ledger.store.store import Store
from ledger.summary.addresses import version_link
from ledger.summary.changes import changes
from ledger.summary.document import Document
from ledger.summary.eu.crawled import to_list
from ledger.summary.eu.domain_file import shows_all_domains
from ledger.summary.facts import CorrectedPart, DomainTally, Facts, Group, Total, gather
from ledger.summary.filing import Filing, Identity, Previous
from ledger.summary.profile import FILE as PROFILE_FILE
from ledger.summary.profile import Profile, check_profile
from ledger.summary.regime import Regime
from ledger.tree.hashing import Hash

if TYPE_CHECKING:
    from ledger.client.client import Ledger


def draft(
    ledger: "Ledger", name: str, *, template: str = "eu", name_key: bytes | None = None
) -> tuple[Filing, Document]:
    """Return the form of a release as it would be published now, and what it is filled from.

    Args:
        ledger: Where the release is.
        name: Its name.
        template: Of which form.
        name_key: The key of the statement's names, which settles the order of equal domains.

    Raises:
        NotFoundError: There is no such release.
        InputError: There is no such template or file of questions, or the profile cannot be read.
    """
    regime = find_template(template)
    filing = _filing(ledger, name, regime, name_key)
    document = _kept(regime, regime.fill(filing))
    if not filing.identity.previous:
        return filing, document
    changed = _changes(ledger, versions(ledger.store, name, regime.name)[-1], document)
    filing = replace(filing, identity=replace(filing.identity, changes=changed))
    return filing, _kept(regime, regime.fill(filing))


def _kept(regime: Regime, document: Document) -> Document:
    """Return a document that is not for everybody as such.

    It has salt, since its digests stand in an open log, and no address, since no site has it.
    """
    if regime.public:
        return document
    return replace(document, salt=secrets.token_hex(16), link="")


def _filing(ledger: "Ledger", name: str, regime: Regime, name_key: bytes | None) -> Filing:
    store, home = ledger.store, ledger.home
    size = store.head().size  # first: whatever is read after it is at least that new
    release = find_release(store, name)
    profile = read_profile(home)
    earlier = versions(store, name, regime.name)
    site = profile.text("publication.site") if regime.public else ""
    identity = Identity(
        version=len(earlier) + 1,
        last_update=today(),
        origin=home.origin,
        size=size,
        release_record=str(release.id),
        previous=tuple(_previous(one, name, site) for one in earlier),
        no_later_than=seen_at_text(home, size - 1) if size else "",
    )
    return Filing(
        facts=facts_of(
            store,
            training_root(release),
            all_domains=shows_all_domains(profile),
            name_key=name_key,
        ),
        profile=profile,
        release=release.record.fields,
        identity=identity,
    )


def _previous(version: Version, name: str, site: str) -> Previous:
    template = str(version.stated["template"])
    link = version_link(site, name, template, version.number) if site else ""
    return Previous(version.number, version.last_update, link)


def _changes(ledger: "Ledger", last: Version, document: Document) -> tuple[str, ...]:
    before = read_form(ledger.home, last)
    if before is None:
        return (f"What changed is not known: the form of version {last.number} is not kept here.",)
    return changes(before, document)


def read_profile(home: Home) -> Profile:
    """Return the provider profile of a ledger; one that is not there says nothing.

    Raises:
        InputError: It is no YAML, or holds keys or values that are not of a profile.
    """
    try:
        return check_profile(read_yaml(home.profile))
    except FileNotFoundError:
        return check_profile(None)
    except MalformedError as error:
        raise InputError(
            f"{PROFILE_FILE}: {error}", hint=error.hint or f"edit {home.profile}"
        ) from error


def described(shared: dict[str, JSON], tokenizer: dict[str, JSON] | None) -> dict[str, JSON]:
    """Return the fields of a group as facts have them."""
    return {**shared, **({"tokenizer": tokenizer} if tokenizer else {})}


def facts_of(
    store: Store, root: Hash, *, all_domains: bool = False, name_key: bytes | None = None
) -> Facts:
    """Return the facts of a frozen training set, added up in the database.

    Of crawled domains they hold as many names as any document must list, or all; equal ones in the
    order of their pseudonyms under `name_key`, as the tree of ranks has them.

    The set stays as it was frozen. Of records that were corrected since, the facts are those of the
    newest, and say how many and how much (docs/decisions/0024).
    """
    groups = [
        Group(
            fields=described(group.shared, group.tokenizer),
            records=group.records,
            measures={
                name: Total(total, group.stated[name]) for name, total in group.totals.items()
            },
        )
        for group in store.training.groups(root)
    ]
    corrected = [
        CorrectedPart(action=one.action, day=one.day, records=one.records, bytes=one.bytes)
        for one in store.training.corrected(root)
    ]
    return gather(
        groups,
        _domains(store, root, all_domains, name_key),
        corrected,
        store.training.digests(root),
    )


def _domains(store: Store, root: Hash, every: bool, name_key: bytes | None) -> DomainTally | None:
    found = store.training.domains(
        root, listed=lambda total: total if every else to_list(total, sme=False)
    )
    if found is None:
        return None
    return DomainTally(
        ranked=found.ranked if name_key is None else settled(store, root, found, name_key),
        sizes=found.sizes,
        total=found.total,
        digest=found.digest,
        suffix_list=f"the public suffix list {', '.join(found.suffix_lists)}",
        missing=found.records - found.tallied,
        bytes=found.bytes,
    )


def today() -> str:
    """Return today's date in UTC, as records write it."""
    return datetime.now(UTC).strftime("%Y-%m-%d")
