"""A witness: it sees logs grow, cosigns what continues what it saw, and nothing else."""
