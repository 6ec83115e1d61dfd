"""A shell for the commands that watch, and for those that make a log to watch."""

from tests.cli.conftest import empty, prepared, shell

__all__ = ["empty", "prepared", "shell"]
