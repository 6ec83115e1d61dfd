"""Four published summaries, encoded as a ledger, a profile and a release.

The facts are those of `tests/vectors/regulation/`, in our own words. Sizes of single datasets are
made up so that they add up to the total where one is stated; no summary states them.
"""
