"""The EU's public summary of training content as a regime."""

from ledger.summary.eu import summarise
from ledger.summary.eu.domain_file import attachments
from ledger.summary.regime import Regime

REGIME = Regime(
    "eu",
    "EU AI Act, Article 53(1)(d): public summary of training content",
    summarise,
    attachments=attachments,
)
