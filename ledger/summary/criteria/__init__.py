"""Self-assessment of an EU summary by the criteria of researchers.

The 242 checks are those of the framework below: ids, fields, dimensions and weights are theirs,
the words are our own, and which part can satisfy a check (`met_by`) is our classification. What
comes out is our own reading of a document, made by a program that knows only the document and what
it was filled from. It is never the researchers' score: theirs is one person's reading.
"""

from ledger.summary.criteria.assess import SECTIONS, assess
from ledger.summary.criteria.assessment import Assessment, Finding, Score, score
from ledger.summary.criteria.check import TRANSPARENCY, USEFULNESS, Check, CheckSection

NAME = "aial"
AUTHORS = "Blankvoort, Pandit and Gahntz, AI Accountability Lab, Trinity College Dublin"
SOURCE = "FAccT 2026, doi 10.5281/zenodo.18803975, arXiv 2603.13270"
OWN_READING = "our own reading, made by a program; not the researchers' score"

__all__ = [
    "AUTHORS",
    "NAME",
    "OWN_READING",
    "SECTIONS",
    "SOURCE",
    "TRANSPARENCY",
    "USEFULNESS",
    "Assessment",
    "Check",
    "CheckSection",
    "Finding",
    "Score",
    "assess",
    "score",
]
