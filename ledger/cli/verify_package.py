"""`ledger verify` on packages: what one shows, and how complete it is."""

from ledger.checkpoint.trust import Trust
from ledger.cli.places import shown_path
from ledger.cli.verdicts import Finding, refused
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.package import AUDIT_ANSWER, Package, read_package
from ledger.query.disclosure import COVER
from ledger.query.disclosure_check import VerifiedDisclosure, verify_disclosure
from ledger.summary.disclosure_page import completeness_line, cover_page, tree_words

ABOUT = "package"


def check_package(path: str, data: bytes, trust: Trust) -> Finding:
    """Verify a package of kind `disclosure`; the answer to an audit needs its own command."""
    try:
        package = read_package(data)
        if package.kind == AUDIT_ANSWER:
            raise CannotTellError(
                "this is the answer to an audit, which is held against its challenge",
                hint=f"ledger audit check {shown_path(path)} --challenge CHALLENGE --trust FILE",
            )
        found = verify_disclosure(package, trust)
    except (CannotTellError, MalformedError, VerificationError) as error:
        return refused(path, ABOUT, error)
    return Finding(
        path,
        "verified",
        ABOUT,
        steps=found.steps,
        warnings=(*found.warnings, *_cover_warnings(package, found)),
        details=_details(found),
        is_dated=True,
        seen_at=found.verified.checkpoint.seen_at,
        tree=found.verified.checkpoint.checkpoint,
    )


def _cover_warnings(package: Package, found: VerifiedDisclosure) -> tuple[str, ...]:
    """Return a warning if the cover page is not the one that says what was found."""
    if package.members[COVER] == cover_page(found).encode():
        return ()
    return (
        "the cover page is not what this program writes for the package: another version made it, "
        "or it says something else; go by what is printed here",
    )


def _details(found: VerifiedDisclosure) -> list[tuple[str, str]]:
    stated, tree = found.disclosure, found.verified.checkpoint.checkpoint
    details = [
        ("log", f"{tree.origin}, size {tree.size}"),
        ("query", stated.where),
        ("completeness", completeness_line(found)),
        ("signed by", found.signer),
        ("made", f"{stated.made_at}, as its signer says"),
    ]
    if stated.release is not None:
        details.insert(1, ("release", stated.release))
    for name in stated.fields:
        details.append((name, f"shown of {found.shown(name)} of {len(found.records)} records"))
    if found.count is not None:
        details += [
            ("opened", f"{tree_words(one.name)}: all {one.root.count}") for one in found.count.trees
        ]
        details += [
            (name, f"{number} records say nothing of their own")
            for name, number in found.count.unspoken.items()
        ]
    return details
