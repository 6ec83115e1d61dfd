"""The EU's public summary of training content: facts, profile and release in, a Document out.

Regulation (EU) 2024/1689, Article 53(1)(d); the Commission's template C(2025) 8311 final.

    form.py        the 53 fields, in official order and wording
    answer.py      Yes or No, boxes, and how to state what records lack
    describe.py    sentences about a part of the facts, for lay readers
    general.py     the head and sections 1.1 and 1.2     overall.py    1.3, with sizes.py
    public.py      2.1 and the 3 % rule                  crawled.py    2.3, with domain_file.py
    sources.py     2.2, 2.4 and 2.6                      synthetic.py  2.5
    processing.py  3                                     charts.py     where amounts are shown
    summarise.py   all of them, in order
"""

from ledger.summary.eu.domain_file import attachments
from ledger.summary.eu.summarise import summarise
from ledger.summary.filing import Filing, Identity, Previous

__all__ = ["Filing", "Identity", "Previous", "attachments", "summarise"]
