"""The vectors of docs/formats/domain-answer.md: answers about domains, true and false."""

from collections.abc import Iterator
from dataclasses import replace

from ledger.query.domain_answer import DomainAnswer
from tests.makers import LOG, PUBLISHER, WITNESS, MemoryLog
from tests.query.crawl_lists import Asked, crawl_log, crawled_section, trees


def answer_vector() -> dict[str, object]:
    """Return what vectors/domain-answer.json holds."""
    made = trees()
    asked = crawl_log(
        {name: tree.root for name, tree in made.items()}, made["crawled.names"], log=_log()
    )
    return {
        "trust": f"log {LOG.key}\nquorum none\n",
        "name_key": asked.crawl.name_key.hex(),
        "note": asked.answer("absent-2.example").note.text,
        "cases": list(_cases(asked)),
    }


def _log() -> MemoryLog:
    return MemoryLog(cosigners=(WITNESS,))


def _cases(asked: Asked) -> Iterator[dict[str, object]]:
    absent, present = asked.answer("absent-2.example"), asked.answer("example.org")
    yield _case("absent, with the key", absent, "proof")
    yield _case("absent, without the key", replace(absent, name_key=None), "promise")
    yield _case("present, with the key", present, "proof")
    below = asked.answer("example.org", asked="www.example.org", with_key=False)
    yield _case("present, asked about a name below", below, "promise")
    yield _case("a publisher's answer", asked.answer("example.org", signer=PUBLISHER), "proof")
    booked = asked.answer("example.org", ranks=trees()["crawled.rank"])
    yield _case("present, with its bytes", booked, "proof")
    other_rank = asked.answer("shop.example", ranks=trees()["crawled.rank"]).rank
    yield _case("another's bytes", replace(booked, rank=other_rank), "not verified", 6)
    nothing = crawl_log({"private-licensed.text": crawled_section(0).root}, None, log=_log())
    yield _case("nothing was crawled", nothing.answer("a.example", with_key=False), "proof")
    untallied = crawl_log({"crawled.text": crawled_section(0).root}, None, log=_log())
    yield _case("no list of domains", untallied.answer("a.example"), "cannot tell", 5)
    yield _case("another key", replace(absent, name_key=bytes(32)), "not verified", 7)
    yield _case("another opening", replace(present, proof=absent.proof), "not verified", 6)
    other = replace(absent, domain="b.example", asked="b.example")
    yield _case("another domain", other, "not verified", 7)
    short = replace(absent, sections=absent.sections[1:])
    yield _case("a section left out", short, "not verified", 5)


def _case(
    what: str, answer: DomainAnswer, verdict: str, step: int | None = None
) -> dict[str, object]:
    case: dict[str, object] = {"what": what, "file": answer.to_bytes().decode(), "verdict": verdict}
    return case if step is None else {**case, "step": step}
