"""The regimes, a module or package each, with a `REGIME`; the file is the registration.

eu.py                  AI Act, Article 53(1)(d); the form itself is in ledger/summary/eu
ab2013/                California, Civil Code sections 3110 and 3111: twelve items
model_documentation/   Model Documentation Form of the GPAI Code of Practice
"""
