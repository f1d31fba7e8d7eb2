"""What the page on speed shows is what it says."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "speed.md"


def test_the_examples_of_the_page() -> None:
    """A reader would copy a loop that does not run, or runs to something else."""
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted >= 4
    assert not found.failed
