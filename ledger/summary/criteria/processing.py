"""The checks of section 3: reservations of rights, illegal content, and what else matters."""

from ledger.summary import remedies
from ledger.summary.criteria.check import (
    Check,
    CheckSection,
    Judge,
    Judgement,
    met,
    missed,
    partly,
    skipped,
)
from ledger.summary.criteria.kinds import (
    answered,
    commented,
    consistent,
    is_shown,
    tells,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import on_topic, plain
from ledger.summary.wording import listed


def told(path: str, pattern: str, what: str) -> Judge:
    """Return the judge of one measure: under its own key, or by words anywhere in the field."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        if is_shown(reading, field_id, path):
            return met(f"says {what}")
        return tells(pattern, what, remedies.set_profile(path))(reading, field_id)

    return judge


def asked_of(questions: tuple[str, ...], judge: Judge) -> Judge:
    """Return a judge that applies unless every one of these questions is answered No."""

    def judged(reading: Reading, field_id: str) -> Judgement:
        if all(reading.answer(one) is False for one in questions):
            return skipped(f"{listed(questions)} {'is' if len(questions) == 1 else 'are'} No")
        return judge(reading, field_id)

    return judged


def everything(reading: Reading, field_id: str) -> Judgement:
    """The provider's measures, and the protocols honoured by name."""
    rights = "rights_reservations"
    if not is_shown(reading, field_id, f"{rights}.measures"):
        return missed("measures are not described", remedies.set_profile(f"{rights}.measures"))
    named = tells(r"robots|tdm-?rep|ai\.txt|x-robots|protocol|opt-?out", "protocols honoured")
    if named(reading, field_id).verdict == "met":
        return met("measures and protocols are described")
    return partly("no protocol is named", remedies.set_profile(f"{rights}.protocols"))


def policy(reading: Reading, field_id: str) -> Judgement:
    """The copyright policy is summarised, or at least linked."""
    path = "rights_reservations.copyright_policy_summary"
    if is_shown(reading, field_id, path) or is_shown(reading, field_id, "comments.3.1.c"):
        return met("the copyright policy is summarised")
    if reading.links(field_id):
        return partly("linked and not summarised", remedies.set_profile(path))
    return missed("neither summarised nor linked", remedies.set_profile(path))


def measures(reading: Reading, field_id: str) -> Judgement:
    """Measures against illegal content, each of the kinds that the form names or others."""
    pattern = r"block ?lists?|blacklist|keyword|classifier|hash|filter|report|moderat|verified"
    how = remedies.set_profile("illegal_content.methods")
    return tells(pattern, "by which measures", how)(reading, field_id)


def added(reading: Reading, field_id: str) -> Judgement:
    """Something is told about processing, by the records or by the provider."""
    if reading.rows(field_id):
        return met("processing steps on record")
    return commented("3.3.a")(reading, field_id)


RIGHTS = "rights_reservations"
DATASET = r"(?:datasets?|crawls|corpus|corpora)"
OF_DATASETS = rf"{DATASET}\b[^.]*(?:\bopt|reserv)|(?:\bopt|reserv)[^.]*\b{DATASET}\b"
UP_TO_DATE = (
    r"up to date|read again|re-?read|every (?:day|week|month)|daily|weekly|monthly|retroactive"
    r"|newest|latest"
)

# fmt: off
CHECKS = CheckSection("S8", "Data processing (3)", (
    Check("F3.1", "3", "Consistency", 3, "ledger", "section 3 agrees with the rest", consistent),
    Check("F3.1.a.1", "3.1.a", "Completeness", 3, "renderer", "answered", answered),
    Check("F3.1.a.2", "3.1.a", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F3.1.b.1", "3.1.b", "Comprehension", 18, "profile", "how robots.txt is respected",
          asked_of(("2.3.a",),
                   told(f"{RIGHTS}.robots_txt", r"robots\.txt", "how robots.txt is respected"))),
    Check("F3.1.b.2", "3.1.b", "Comprehension", 18, "profile",
          "how datasets with opt-out mechanisms are used",
          asked_of(("2.1.a", "2.2.2.a"),
                   told(f"{RIGHTS}.dataset_opt_outs", OF_DATASETS,
                        "how opt-outs of datasets are followed"))),
    Check("F3.1.b.3", "3.1.b", "Comprehension", 18, "profile",
          "how rights requests are kept up to date",
          asked_of(("2.1.a", "2.2.2.a", "2.3.a"),
                   told(f"{RIGHTS}.kept_up_to_date", UP_TO_DATE,
                        "how requests are kept up to date"))),
    Check("F3.1.b.4", "3.1.b", "Clarity", 18, "renderer", "everything else relevant",
          everything),
    Check("F3.1.b.5", "3.1.b", "Correctness", 18, "truth", "accurate", true_if_inputs_are),
    Check("F3.1.c.1", "3.1.c", "Completeness", 5, "profile",
          "copyright policy summarised where it is public", policy),
    Check("F3.1.c.2", "3.1.c", "Clarity", 5, "renderer", "everything else relevant",
          on_topic("goals", "illegal content")),
    Check("F3.2.a.1", "3.2.a", "Completeness", 15, "profile",
          "measures against illegal content described", measures),
    Check("F3.2.a.2", "3.2.a", "Comprehension", 15, "profile", "understandable", plain),
    Check("F3.2.a.3", "3.2.a", "Correctness", 15, "truth", "accurate", true_if_inputs_are),
    Check("F3.2.a.4", "3.2.a", "Accessibility", 15, "renderer",
          "pertinent: no data selection for capability", on_topic("capability", "opt-outs")),
    Check("F3.3.a.1", "3.3.a", "Completeness", 1, "profile", "additional information given",
          added),
    Check("F3.3.a.2", "3.3.a", "Clarity", 1, "profile",
          "about processing that matters for rights",
          tells(r"personal data|dedup|licen|copyright|rights|memoris|decontamin",
                "what matters for rights", remedies.set_record("processing.personal_data", "…"))),
    Check("F3.3.a.3", "3.3.a", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
))
