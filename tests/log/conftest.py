"""Every test here runs on SQLite and on PostgreSQL."""

from tests.databases import store, url

__all__ = ["store", "url"]
