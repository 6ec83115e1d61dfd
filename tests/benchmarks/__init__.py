"""Measurements: `make bench` runs them and prints the table of docs/benchmarks.md.

Nothing here is a test: what a machine is doing besides would decide whether it passes.
"""
