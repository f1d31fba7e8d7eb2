"""Towns are found by the names that people write."""

from __future__ import annotations

import pytest

from strikerules.geography import Gazetteer, distance_km, gazetteer, zone_register
from strikerules.problems import InvalidInput

HEAD = ["id", "name", "country", "lon", "lat", "accuracy_km", "source"]


@pytest.mark.parametrize(
    "name", ["Stary Oskol", "stary oskol", "STARY-OSKOL", "Starý Oskol", "stary'oskol"]
)
def test_spelling_does_not_matter(name: str) -> None:
    """A scenario would have to spell a town as the list does."""
    assert gazetteer().get(name).id == "stary-oskol"
    assert name in gazetteer()


def test_unknown_place() -> None:
    """A misspelt town would fail without a hint."""
    with pytest.raises(InvalidInput) as caught:
        gazetteer().get("Belgrod")
    (problem,) = caught.value.problems
    assert problem.code == "SR402"
    assert problem.message == "place `Belgrod` is not known"
    assert problem.help == "did you mean `Belgorod`?"
    assert 7 not in gazetteer()


def test_both_sides_and_capitals_are_there() -> None:
    """Scenarios could not name the towns that the border runs between."""
    places = gazetteer()
    assert len(places) >= 60
    for name in ("Kyiv", "Moscow", "Minsk", "Kharkiv", "Belgorod", "Vovchansk", "Shebekino"):
        assert name in places
    border = zone_register().get("russia").edges
    near = [p for p in places if border.distance_km(p.lon, p.lat) < 60]
    assert {p.country for p in near} >= {"UA", "RU"}
    assert len(near) > 40


def test_accuracy_is_stated_and_sources_are_in_the_register() -> None:
    """A town would be taken for a point, or its data go uncredited."""
    for place in gazetteer():
        assert 1 <= place.accuracy_km <= 30
        assert place.source in zone_register().sources
        assert place.country in ("UA", "RU", "BY")


def test_known_distance_between_towns() -> None:
    """Positions would be swapped or misread."""
    a, b = gazetteer().get("Kharkiv"), gazetteer().get("Belgorod")
    assert distance_km(a.lon, a.lat, b.lon, b.lat) == pytest.approx(72, abs=3)


def test_two_towns_of_one_name_are_told_apart() -> None:
    """The wrong Donetsk would be found."""
    assert gazetteer().get("Donetsk").country == "UA"
    assert gazetteer().get("Donetsk (Rostov oblast)").country == "RU"


@pytest.mark.parametrize(
    "row",
    [
        ["x", "X", "UA", "36", "95", "1", "s"],
        ["x", "X", "UA", "36", "nan", "1", "s"],
        ["x", "X", "UA", "east", "50", "1", "s"],
        ["x", "X", "UA", "36", "50", "-1", "s"],
        ["x", "X", "UA"],
        ["y", "First!", "UA", "36", "50", "1", "s"],
    ],
)
def test_bad_rows(row: list[str]) -> None:
    """A wrong row would put a town anywhere, or hide another."""
    first = ["first", "First", "UA", "36", "50", "1", "s"]
    with pytest.raises(InvalidInput) as caught:
        Gazetteer(iter([HEAD, first, row]))
    (problem,) = caught.value.problems
    assert problem.code == "SR408"
    assert problem.position is not None
    assert problem.position.line == 3


def test_wrong_columns() -> None:
    """Columns in another order would swap longitude and latitude."""
    with pytest.raises(InvalidInput) as caught:
        Gazetteer(iter([["id", "name", "country", "lat", "lon", "accuracy_km", "source"]]))
    assert caught.value.problems[0].code == "SR408"
