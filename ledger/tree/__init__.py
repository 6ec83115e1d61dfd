"""How records are committed: RFC 6962 trees, their proofs, tiles and growth."""
