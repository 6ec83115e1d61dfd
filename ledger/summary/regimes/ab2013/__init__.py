"""California, Civil Code sections 3110 and 3111 (AB 2013): twelve items about training data.

    items.py     the items in order, with labels in our own words
    datasets.py  (1) sources, (3) numbers, (6) bought or licensed, (10) when, (11) first used
    rights.py    (5) protection, (7) personal and (8) aggregate consumer information
    making.py    (2) purpose, (4) types, (9) cleaning, (12) synthetic generation

The statute asks for a high-level summary and prescribes no form, so the document claims none.
"""

from ledger.summary.regime import Regime
from ledger.summary.regimes.ab2013.items import FORM

REGIME = Regime("ab2013", "California Civil Code 3110 and 3111 (AB 2013)", FORM.fill)
