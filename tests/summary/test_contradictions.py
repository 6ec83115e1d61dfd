"""Answers of profile and release that exclude each other are told, and nothing else is."""

from typing import Any

import pytest

from ledger.summary.contradictions import contradictions
from tests.summary.complete import complete
from tests.summary.example import filing

BASED = {"release": {"name": "m", "dependencies": [{"model": "base"}]}}


@pytest.mark.parametrize(
    ("profile", "release", "field", "message"),
    [
        (
            {"provider": {"established_in": "FR"}, "representative": {"contact": "a@b.org"}},
            {},
            "1.1.b",
            "representative.contact is given, but provider.established_in is in the Union (FR)",
        ),
        (
            {"confirm": {"modified_model": False}},
            BASED,
            "1.2.b",
            "the profile says that no model is a modified one, but the release is based on base",
        ),
        (
            {"confirm": {"modified_model": False}},
            {"release": {"name": "m", "modified": True}},
            "1.2.b",
            "but the release says that one is",
        ),
        (
            {"confirm": {"crawled": False}, "crawling": {"captchas": "Left.", "paywalls": "No."}},
            {},
            "2.3.a",
            "confirm.crawled is no, but crawling.captchas and 1 more describes such data",
        ),
        (
            {"confirm": {"crawled": False}, "crawling": {"site_types": ["news"]}},
            {},
            "2.3.a",
            "confirm.crawled is no, but crawling.site_types describes such data",
        ),
        (
            {"confirm": {"other": False}},
            {"statements": {"describe.other_sources": "Exercises."}},
            "2.6.a",
            "confirm.other is no, but describe.other_sources describes such data",
        ),
        (
            {
                "confirm": {"user_data_model": False, "user_data_other_service": False},
                "describe": {"user_services": "Our chat."},
            },
            {},
            "2.4.c",
            "both answers on user data are no",
        ),
        (
            {"confirm": {"public_domain_only": True, "copyright": True}},
            {},
            "3.1.b",
            "all data is in the public domain, and some is protected by copyright",
        ),
    ],
)
def test_a_contradiction_is_told(profile: Any, release: Any, field: str, message: str) -> None:
    one = filing(profile=profile, release={"release": {"name": "m"}, **release})
    (found,) = contradictions(one)
    assert (found.field, found.severity) == (field, "contradiction")
    assert message in found.message
    assert found.remedy


def test_a_signatory_is_asked_for_its_copyright_policy() -> None:
    signed = {"rights_reservations": {"code_of_practice": True}}
    (found,) = contradictions(filing(profile=signed))
    assert (found.field, found.severity) == ("3.1.c", "advice")
    signed["rights_reservations"]["copyright_policy_summary"] = "We answer."  # type: ignore[assignment]
    assert contradictions(filing(profile=signed)) == ()


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"confirm": {"crawled": True}, "crawling": {"captchas": "Left."}},
        {"crawling": {"captchas": "Left."}},
        {"provider": {"established_in": "US"}, "representative": {"name": "R"}},
        {"representative": {"name": "R"}},
        {"confirm": {"user_data_model": False}, "describe": {"user_services": "Our search."}},
    ],
)
def test_what_can_be_true_together_is_no_contradiction(profile: Any) -> None:
    assert contradictions(filing(profile=profile)) == ()


def test_a_careful_profile_contradicts_itself_nowhere() -> None:
    assert contradictions(complete()) == ()
