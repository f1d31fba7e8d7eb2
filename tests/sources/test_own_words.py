"""The project holds facts from the article, never its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = 8
PLACES = ("seeds", "rules", "docs", "examples", "geodata", "src", "README.md", "CHANGELOG.md")
KINDS = {".md", ".yaml", ".yml", ".py", ".toml", ".txt", ".html", ".csv", ".ipynb", ".json"}


def _runs(text: str) -> Iterator[str]:
    words = re.findall(r"[a-z0-9]+", re.sub(r"[.'’]", "", text.casefold()))
    return (" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _files() -> Iterator[Path]:
    for place in PLACES:
        path = ROOT / place
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.suffix in KINDS and p.is_file())


@pytest.mark.parametrize("place", PLACES)
def test_no_sentence_is_copied(article: list[str], place: str) -> None:
    """The project would hand out the newspaper's sentences as its own."""
    theirs = {run for paragraph in article for run in _runs(paragraph)}
    for file in _files():
        if file.relative_to(ROOT).parts[0] == place:
            shared = theirs.intersection(_runs(file.read_text(encoding="utf-8")))
            assert not shared, (file.relative_to(ROOT), sorted(shared))


def test_a_copied_run_is_found(article: list[str]) -> None:
    """The check above could pass whatever the files say."""
    theirs = {run for paragraph in article for run in _runs(paragraph)}
    words = article[5].split()
    assert theirs.intersection(_runs(" ".join(["#", *words[2 : 2 + RUN + 2]]).upper()))
    assert not theirs.intersection(_runs(" ".join(words[2 : 2 + RUN - 3])))
