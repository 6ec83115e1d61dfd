"""The short form of `make soak ARGS=machine`: everything that happens to a log, in any order."""

from tests.soak.machine import tell


def test_whatever_happens_the_log_is_the_list() -> None:
    tell(25, 30)
