"""The ledger over HTTP: the log's tiles at the root, `/api/v1` for the rest, and the public page.

A route parses, calls `ledger`, and returns; nothing is decided here.
"""
