"""Cosigning the checkpoints of logs, each only if it extends what was cosigned before."""
