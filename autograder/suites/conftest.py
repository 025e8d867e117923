"""A TA runs one submission's checks: ``pytest autograder/suites/training --submission FILE``."""

import pytest

from autograder.grading import debugging


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--submission``."""
    debugging.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Feed the checks from the submission."""
    debugging.register(config)
