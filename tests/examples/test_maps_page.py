"""The page on maps: its Python is run, and gives what the page shows."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "maps.md"
FENCE = re.compile(r"(?ms)^```python\n(.*?)^```$")


def test_python() -> None:
    """What the page shows of the library would not be what it returns."""
    text = "\n".join(FENCE.findall(PAGE.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(text, {}, "maps.md", str(PAGE), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not said, "".join(said)
    assert len(test.examples) > 15
