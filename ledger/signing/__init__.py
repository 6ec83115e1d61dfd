"""Who vouches for it: keys, the Ed25519 guard, and signed notes."""
