"""The Model Documentation Form of the GPAI Code of Practice, as far as a ledger knows its answers.

    labels.py    the form: two of its sections, words allowed in each field
    general.py   who, which model, how to tell it, when, made from what
    data.py      the data for training, testing and validation
    words.py     limits on words, and numbers with the digits that the form asks for

The form is given to authorities and downstream providers on request and is not for everybody:
its documents stay out of the public folder.
"""

from ledger.summary.regime import Regime
from ledger.summary.regimes.model_documentation.labels import FORM

REGIME = Regime(
    "model-documentation",
    "GPAI Code of Practice, Model Documentation Form: general information and data",
    FORM.fill,
    public=False,
)
