"""How it is shown to others: proofs, evidence, and the verifier that trusts nothing it is given."""
