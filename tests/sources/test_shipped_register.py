"""The register that ships: whole, in order, and true to its source."""

from __future__ import annotations

import re
from datetime import date

import pytest

from strikerules.sources import Source, SourceRegister, Span, coverage_of

DIGEST = "d9a23807e2d9ccafce1ee2cded937c8caa885f20ebc077ccfdacd7886463f967"


def test_document(nyt: Source) -> None:
    """A reader could not find the document, or not know it for the same one."""
    assert (nyt.outlet, nyt.date, nyt.paragraphs) == ("The New York Times", date(2024, 5, 31), 20)
    assert nyt.sha256 == DIGEST


def test_digest_is_the_text_s(article: list[str], nyt: Source) -> None:
    """The claims would be of another text than the one that was read."""
    assert len(article) == nyt.paragraphs
    assert all(article)


def test_sentences_counted(article: list[str], nyt: Source) -> None:
    """Coverage by sentence would be measured against a wrong count."""
    for number, (paragraph, counted) in enumerate(zip(article, nyt.sentences, strict=True), 1):
        text = re.sub(r"\b(?:[A-Z]|Mr|Jr|Gen)\.(?=[ ,A-Z])", "", paragraph)
        text = re.sub(r"\b[A-Z]\.[A-Z]\.", "", text)
        ends = len(re.findall(r"[.]”?\)?(?= |$)|[.]\)", text))
        assert ends == counted, f"paragraph {number}"


def test_every_sentence_has_a_claim(nyt: Source) -> None:
    """A sentence of the source could be passed over in silence."""
    for coverage in coverage_of(nyt):
        assert coverage.claims > 0, coverage
        assert coverage.sentences_without_claim == (), coverage


def test_every_claim_is_encoded_or_explained(shipped: SourceRegister) -> None:
    """A claim could be left out of the rules without a word."""
    for claim in shipped.claims():
        assert bool(claim.encoded_as) != bool(claim.not_encoded), claim.id
        assert claim.firmness != "context" or claim.not_encoded, claim.id
        assert all(reference.position is not None for reference in claim.encoded_as)


def test_ids_in_order(nyt: Source) -> None:
    """A citation could not be found by its number."""
    ids = [claim.id for claim in nyt.claims]
    assert ids == sorted(set(ids))
    assert all(int(claim.id[1:3]) == claim.paragraph for claim in nyt.claims)


def test_quoted_terms_are_the_source_s(article: list[str], nyt: Source) -> None:
    """A term would be put in the source's mouth."""
    for claim in nyt.claims:
        paragraph = article[claim.paragraph - 1].casefold()
        for term in claim.quoted:
            assert term.casefold() in paragraph, (claim.id, term)


@pytest.mark.parametrize(
    ("claim", "speaker", "said", "happened"),
    [
        ("c01a", "Blinken", "2024-05-31", None),
        ("c03b", "Blinken", "2024-05-29", None),
        ("c04a", "US officials", "2024-05-30", None),
        ("c04b", "US officials", "about 2024-05-30 to 2024-05-31", None),
        ("c04c", "US officials", "2024-05-30", "about 2024-05-17 to 2024-05-30"),
        ("c04e", "New York Times", "2024-05-31", "2024-05-30"),
        ("c06b", "US officials", "about 2024-05-30 to 2024-05-31", None),
        ("c07a", "Stoltenberg", "2024-05-31", None),
        ("c12a", "New York Times", "2024-05-31", "2024-05-14"),
        ("c12b", "New York Times", "2024-05-31", "2024-05-17"),
        ("c14a", "Zelensky", "2024-05-20", None),
        ("c15d", "European officials", "until about 2024-05-31", None),
    ],
)
def test_who_and_when(
    nyt: Source, claim: str, speaker: str, said: str, happened: str | None
) -> None:
    """A claim would be laid to the wrong person or the wrong day."""
    (found,) = [c for c in nyt.claims if c.id == claim]
    assert speaker in found.speaker
    assert str(found.date) == said
    assert (None if found.happened is None else str(found.happened)) == happened


@pytest.mark.parametrize(
    ("claim", "weekday"), [("c01a", "Friday"), ("c03b", "Wednesday"), ("c04a", "Thursday")]
)
def test_weekdays(article: list[str], nyt: Source, claim: str, weekday: str) -> None:
    """The days of the week in the source would be resolved to other dates."""
    (found,) = [c for c in nyt.claims if c.id == claim]
    assert weekday in article[found.paragraph - 1]
    assert found.date.start == found.date.end
    assert found.date.start is not None
    assert found.date.start.strftime("%A") == weekday
    assert 0 <= (nyt.date - found.date.start).days < 7


def test_nothing_is_dated_after_the_article_but_the_summit(nyt: Source) -> None:
    """Something would be known before it was said."""
    for claim in nyt.claims:
        assert claim.date.end is not None, claim.id
        assert claim.date.end <= nyt.date, claim.id
        if claim.happened is not None and claim.happened.end is not None:
            july = Span(date(2024, 7, 1), date(2024, 7, 31))
            assert claim.happened.end <= nyt.date or claim.happened == july, claim.id


def test_decided_claims_are_the_officials(nyt: Source) -> None:
    """A hint would pass for a decision, or a decision for a hint."""
    decided = {claim.id for claim in nyt.claims if claim.firmness == "decided"}
    assert decided == {"c04a", "c04b", "c06a", "c06b"}
    assert all("US officials" in c.speaker for c in nyt.claims if c.id in decided)
    hinted = {claim.id for claim in nyt.claims if claim.firmness == "hinted"}
    assert {"c01a", "c02a", "c05a"} <= hinted
