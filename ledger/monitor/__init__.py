"""Watching a log from outside: consistent, alive, and signed by keys that may."""
