"""The shipped register, a small made-up one, and the article where a copy of it is to hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from strikerules.documents import parse_document
from strikerules.sources import Source, SourceRegister, read_source

ROOT = Path(__file__).resolve().parents[2]

SMALL = """\
source: gazette
title: A made-up gazette
outlet: The Gazette
date: 2030-01-05
sha256: "{digest}"
paragraphs: 2
sentences: [1, 2]
speakers:
  minister: the minister of a made-up country
claims:
  - id: c01a
    paragraph: 1
    sentence: 1
    speaker: minister
    date: 2030-01-04
    firmness: decided
    text: Nets may be used in the harbour.
    encoded_as:
      - {{policy: nets, rule: harbour}}
      - {{policy: nets, question: size, reading: large}}
  - id: c02a
    paragraph: 2
    speaker: minister
    sentence: 2
    date: {{from: 2030-01-01, until: 2030-01-04, about: true}}
    firmness: context
    text: The weather was fine.
    not_encoded: weather
""".format(digest="0" * 64)


@pytest.fixture(scope="session")
def shipped() -> SourceRegister:
    """The register that ships."""
    return SourceRegister.load()


@pytest.fixture(scope="session")
def nyt(shipped: SourceRegister) -> Source:
    """The article that the shipped policy is described in."""
    return shipped.source("nyt-2024-05-31")


@pytest.fixture(scope="session")
def article(nyt: Source) -> list[str]:
    """The paragraphs of the article, from the copy beside the checkout if there is one."""
    copies = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
    if not copies:
        pytest.skip("no copy of the article beside the checkout")
    for copy in copies:
        raw = copy.read_bytes()
        if hashlib.sha256(raw).hexdigest() == nyt.sha256:
            return raw.decode("utf-8").split("\n")[: nyt.paragraphs]
    pytest.fail("no copy of the article has the digest in the register")


@pytest.fixture
def small_text() -> str:
    """The text of a made-up register."""
    return SMALL


@pytest.fixture
def small() -> Callable[..., Source]:
    """Read the made-up register, with pieces of its text replaced."""

    def read(*changes: tuple[str, str]) -> Source:
        text = SMALL
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} is not there once"
            text = text.replace(old, new)
        return read_source(parse_document(text, "gazette.yaml"))

    return read
