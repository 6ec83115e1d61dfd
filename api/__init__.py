"""The ledger over HTTP: the log's tiles at the root, `/api/v1` for the rest, and the public page.

    /checkpoint, /tile/…     the log as any tlog client reads it           routes/tiles.py
    /api/v1/log, /records    state, records, and their proofs              routes/records.py …
    /api/v1/releases, …      what was published about models               routes/releases.py …
    /api/v1/verify           a file in, a verdict in numbered steps out    routes/verify.py
    /api/v1/batches          a signed batch in, if the operator allows it  routes/submit.py
    /                        the page for people                           routes/pages.py

A route parses, calls `ledger`, and returns; nothing is decided here. Reads need no account and no
private table. docs/api.md is the reference.
"""
