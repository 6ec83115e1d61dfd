"""The other side: what a regulator does, by the command line, with what the lab hands out."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from ledger.query.challenge import Challenge
from tests.cli.prepared import Ran
from tests.journeys.cheating.lab import Lab, run

TRUST = ("--trust", "trust.policy")
FEW = ("--confidence", "95", "--precision", "10")
"""29 draws: more than the sections here have records, so that nothing depends on luck."""


@dataclass(frozen=True)
class Auditor:
    """A folder with a trust file, and in time a summary, a challenge and an answer."""

    folder: Path
    lab: Lab
    """Where the public files of the log are, and who answers."""

    @classmethod
    def of(cls, folder: Path, lab: Lab) -> "Auditor":
        """Take the trust file, once and for all."""
        folder.mkdir()
        shutil.copy(lab.folder / "ledger.d" / "trust.policy", folder)
        return cls(folder, lab)

    @property
    def challenge(self) -> Path:
        """The challenge that was drawn."""
        return self.folder / "challenge.json"

    @property
    def answer(self) -> Path:
        """The lab's answer."""
        return self.folder / "answer.zip"

    def run(self, *words: str) -> Ran:
        """Run a command in the auditor's folder."""
        return run(self.folder, *words)

    def take(self, document: Path) -> Ran:
        """Level 0: take a summary and verify it."""
        shutil.copy(document, self.folder / "summary.html")
        return self.run("verify", "summary.html", *TRUST, "--json")

    def draw(self, *options: str) -> Challenge:
        """Draw a challenge for the summary."""
        words = ("audit", "challenge", "summary.html", *TRUST, "--quiet", *FEW)
        ran = self.run(*words, *options)
        assert ran.code == 0, ran
        return Challenge.from_bytes(self.challenge.read_bytes())

    def ask(self, *options: str) -> Ran:
        """Have the lab answer, by the command that labs have."""
        words = ("audit", "open", str(self.challenge), "--out", str(self.answer))
        return self.lab.run(*words, "--quiet", *options)

    def check(self, *options: str) -> Ran:
        """Level 1: check the answer."""
        words = ("audit", "check", "answer.zip", "--challenge", "challenge.json", *TRUST)
        return self.run(*words, "--json", "--quiet", *options)

    def audit(self, document: Path, *options: str) -> Ran:
        """Go from the summary to the verdict; a summary that does not verify gets no further."""
        taken = self.take(document)
        if taken.code != 0:
            return taken
        self.draw()
        assert self.ask().code == 0
        return self.check(*options)
