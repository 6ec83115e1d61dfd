"""What takes too long for every test run: the same checks as in `tests/`, thousands of times."""
