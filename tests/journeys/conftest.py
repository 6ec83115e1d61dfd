from tests.databases import url

__all__ = ["url"]
