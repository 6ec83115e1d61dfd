"""Answers that exclude each other: what profile and release say, held against each other.

A contradiction does not keep a file from being read. It is told by `ledger check`, beside those
that a form finds between records and answers.
"""

from collections.abc import Iterator, Mapping

from ledger.summary import remedies
from ledger.summary.document import Gap
from ledger.summary.filing import Filing
from ledger.summary.profile import EU_MEMBERS
from ledger.summary.profile_keys import CRAWLING
from ledger.summary.wording import listed

SPEAKS_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "public_dataset": ("2.1.a", ("describe.other_public_datasets", "describe.public_nature")),
    "private_third_party": ("2.2.2.a", ("describe.private_datasets", "describe.private_nature")),
    "crawled": (
        "2.3.a",
        (
            *(f"crawling.{key}" for key in CRAWLING),
            "describe.crawler_purposes",
            "describe.crawler_behaviour",
            "describe.crawled_content",
        ),
    ),
    "synthetic": ("2.5.a", ("describe.generators", "describe.synthetic_purpose")),
    "other": ("2.6.a", ("describe.other_sources",)),
}
"""For a kind of source: the question of the EU form, and the keys that describe such data."""


def contradictions(filing: Filing) -> tuple[Gap, ...]:
    """Return what profile and release say that cannot both be true, by field of the EU form."""
    return (
        *_representative(filing),
        *_modified(filing),
        *_denied(filing),
        *_users(filing),
        *_public_domain(filing),
        *_policy(filing),
    )


def _is_said(filing: Filing, path: str) -> bool:
    return path in filing.statements or path in filing.profile.values


def _representative(filing: Filing) -> Iterator[Gap]:
    country = filing.profile.text("provider.established_in")
    named = [key for key in ("name", "contact") if filing.profile.text(f"representative.{key}")]
    if country in EU_MEMBERS and named:
        what = (
            f"representative.{named[0]} is given, but provider.established_in is in the Union "
            f"({country}), where no representative is needed"
        )
        remedy = "leave representative out, or mend provider.established_in"
        yield Gap("1.1.b", "contradiction", what, remedy)


def _modified(filing: Filing) -> Iterator[Gap]:
    said, stated = filing.profile.answer("confirm.modified_model"), filing.stated.get("modified")
    bases = [str(one["model"]) for one in filing.stated.get("dependencies", ())]
    if said is False and (bases or stated):
        what = "the profile says that no model is a modified one, but the release says that one is"
        if bases:
            what = f"{what[: what.index('the release')]}the release is based on {listed(bases)}"
        remedy = "leave confirm.modified_model out: the release says it for itself"
        yield Gap("1.2.b", "contradiction", what, remedy)


def _denied(filing: Filing) -> Iterator[Gap]:
    for category, (field_id, paths) in SPEAKS_OF.items():
        said = [path for path in paths if _is_said(filing, path)]
        if said and filing.profile.answer(f"confirm.{category}") is False:
            more = f" and {len(said) - 1} more" if len(said) > 1 else ""
            what = f"confirm.{category} is no, but {said[0]}{more} describes such data"
            remedy = f"{remedies.set_profile(f'confirm.{category}: yes')}, or leave {said[0]} out"
            yield Gap(field_id, "contradiction", what, remedy)


def _users(filing: Filing) -> Iterator[Gap]:
    denied = all(
        filing.profile.answer(f"confirm.user_data_{kind}") is False
        for kind in ("model", "other_service")
    )
    if denied and _is_said(filing, "describe.user_services"):
        what = "both answers on user data are no, but describe.user_services names services"
        remedy = "leave describe.user_services out, or mend confirm.user_data_…"
        yield Gap("2.4.c", "contradiction", what, remedy)


def _public_domain(filing: Filing) -> Iterator[Gap]:
    if not filing.profile.answer("confirm.public_domain_only"):
        return
    for right in ("copyright", "trademark", "patent"):
        if filing.profile.answer(f"confirm.{right}"):
            what = f"all data is in the public domain, and some is protected by {right}"
            remedy = remedies.set_profile("confirm.public_domain_only: no")
            yield Gap("3.1.b", "contradiction", what, remedy)


def _policy(filing: Filing) -> Iterator[Gap]:
    """Yield that a signatory of the Code shows no copyright policy, which it commits to have."""
    paths = ("copyright_policy_link", "copyright_policy_summary")
    told = any(_is_said(filing, f"rights_reservations.{path}") for path in paths)
    told = told or _is_said(filing, "comments.3.1.c")
    if filing.profile.answer("rights_reservations.code_of_practice") and not told:
        what = "a signatory of the Code of Practice keeps a copyright policy; none is linked"
        remedy = remedies.set_profile("rights_reservations.copyright_policy_link")
        yield Gap("3.1.c", "advice", what, remedy)
