"""The verbs `ledger audit challenge` and `ledger audit log`, as regulator and lab type them."""

import json

from ledger.query.challenge import Challenge
from ledger.query.randomness import Mode
from tests.cli.prepared import Ran, Shell

TRUST = ("--trust", "ledger.d/trust.policy")


def challenge(shell: Shell, *more: str, out: str = "challenge.json") -> Ran:
    return shell("audit", "challenge", "summary.html", *TRUST, "--out", out, *more)


def written(shell: Shell, name: str = "challenge.json") -> Challenge:
    return Challenge.from_bytes((shell.folder / name).read_bytes())


def test_a_regulator_draws_from_a_document_without_a_ledger(shell: Shell) -> None:
    (shell.folder / "ledger.db").rename(shell.folder / "elsewhere.db")
    ran = challenge(shell)
    assert ran.code == 0, ran.err
    assert "459 draws of each kind in each section" in ran.out
    assert "no witness cosigned the checkpoint" in " ".join(ran.err.split())
    made = written(shell)
    assert (made.mode, len(made.rand), made.draws) == (Mode.REGULATOR, 32, 459)
    assert challenge(shell, out="other.json").code == 0
    assert written(shell, "other.json").rand != made.rand


def test_a_challenge_is_drawn_once(shell: Shell) -> None:
    assert challenge(shell).code == 0
    before = (shell.folder / "challenge.json").read_bytes()
    again = challenge(shell)
    assert (again.code, "is there already" in again.err) == (2, True)
    assert (shell.folder / "challenge.json").read_bytes() == before


def test_how_much_is_drawn_follows_from_what_is_to_be_excluded(shell: Shell) -> None:
    assert challenge(shell, "--precision", "5", "--allow", "2", out="a.json").code == 0
    assert written(shell, "a.json").draws == 165
    assert challenge(shell, "--together", out="b.json").code == 0
    both = written(shell, "b.json")
    assert both.claims > 2
    assert both.draws > 459
    rand = "ab" * 32
    given = ("--rand", rand, "--contents", "3", "--attempt", "2", "--deadline", "72h")
    assert challenge(shell, *given, out="c.json").code == 0
    made = written(shell, "c.json")
    assert (made.rand.hex(), made.contents, made.attempt) == (rand, 3, 2)


def test_who_draws_for_himself_is_told_that_it_is_no_audit(shell: Shell) -> None:
    ran = challenge(shell, "--mode", "self")
    assert (ran.code, written(shell).draws) == (0, 8_828)
    assert "shows nobody anything" in " ".join(ran.out.split())


def test_bad_input_is_told_apart(shell: Shell) -> None:
    def told(*more: str) -> tuple[int, str]:
        ran = challenge(shell, *more)
        assert not (shell.folder / "challenge.json").exists()
        return ran.code, " ".join(ran.err.split())

    assert told("--mode", "witnesses")[0] == 3  # the trust file names none
    assert "names none" in told("--mode", "witnesses")[1]
    assert told("--mode", "beacon")[0] == 3
    assert "it takes 459" in told("--draws", "10")[1]
    assert "no percentage" in told("--precision", "0")[1]
    assert "draws 32 bytes, not 2" in told("--rand", "abcd")[1]
    assert "hexadecimal" in told("--rand", "dice")[1]
    assert told("--rand", "dice")[0] == 2
    ran = shell("audit", "challenge", "nothing.html", *TRUST)
    assert (ran.code, "cannot be read" in ran.err) == (2, True)
    page = (shell.folder / "summary.html").read_text("utf-8")
    (shell.folder / "summary.html").write_text(page.replace(">demo-1<", ">demo-2<"), "utf-8")
    assert told()[0] == 1


def test_a_report_is_logged_once_whatever_it_says(shell: Shell) -> None:
    assert challenge(shell, "--quiet").code == 0
    assert shell("audit", "open", "challenge.json", "--out", "answer.zip").code == 0
    place = ("--challenge", "challenge.json", *TRUST, "--report", "report.html")
    assert shell("audit", "check", "answer.zip", *place).code == 0
    assert "<h1>Audit of the summary of demo-1</h1>" in (shell.folder / "report.html").read_text()
    report = json.loads((shell.folder / "report.json").read_bytes())
    ran = shell("audit", "log", "report.json", "--auditor", "Example Authority", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["verdict"], ran.json["new"]) == ("verified", True)
    again = shell("audit", "log", "report.json", "--json")
    assert (again.json["id"], again.json["new"]) == (ran.json["id"], False)
    shown = shell("show", ran.json["id"], "--json").json
    stated = shown["fields"]["audit"]
    assert stated["seed"] == report["seed"]
    assert stated["auditor"] == "Example Authority"
    assert {one["name"] for one in stated["sections"]} >= {"training"}
    assert "of summary 4.0: verified" in shell("list", "--kind", "audit").out
    assert shell("fsck").code == 0
    refused = shell("withdraw", ran.json["id"], "--reason", "we do not like it")
    assert (refused.code, "is an audit and cannot be" in " ".join(refused.err.split())) == (2, True)


def test_what_is_no_report_or_on_another_summary_is_not_logged(shell: Shell) -> None:
    assert challenge(shell, "--quiet").code == 0
    ran = shell("audit", "log", "challenge.json")
    assert (ran.code, "is no report of an audit" in " ".join(ran.err.split())) == (2, True)
    assert challenge(shell, "--mode", "self", "--quiet", out="self.json").code == 0
    assert shell("audit", "open", "self.json", "--out", "self.zip").code == 0
    place = ("--challenge", "self.json", *TRUST, "--report", "self-report.json")
    assert shell("audit", "check", "self.zip", *place).code == 0
    own = shell("audit", "log", "self-report.json")
    assert (own.code, "is no audit" in " ".join(own.err.split())) == (2, True)
