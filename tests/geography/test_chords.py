"""The bounds that geodesics are searched by hold everywhere on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest

from strikerules.geography import destinations, distances_km
from strikerules.geography.chords import least_chord, longest_km, reach_of, shortest_km
from strikerules.geography.geodesy import to_ecef


@pytest.mark.parametrize("km", [0.01, 1.0, 100.0, 1000.0, 5000.0, 10_000.0, 15_000.0])
def test_every_geodesic_lies_between_its_bounds(km: float, rng: np.random.Generator) -> None:
    """The nearest edge could be ruled out by a bound that does not hold."""
    lon, lat = rng.uniform(-180, 180, 400), rng.uniform(-90, 90, 400)
    lat[:50], lat[50:100] = 0.0, 90.0
    x, y = destinations(lon, lat, rng.uniform(0, 360, 400), km)
    exact = distances_km(lon, lat, x, y)
    chords = np.linalg.norm(to_ecef(lon, lat) - to_ecef(x, y), axis=1)
    for chord, truth in zip(chords, exact, strict=True):
        assert shortest_km(chord) <= truth + 1e-9
        assert longest_km(chord) >= truth - 1e-9
        assert least_chord(truth) <= chord
    assert reach_of(float(chords.min())) >= chords.max()


def test_bounds_are_close_where_it_matters() -> None:
    """Searching would be exact but look at thousands of edges."""
    for chord, gap in ((10.0, 1e-6), (100.0, 1e-4), (500.0, 0.01), (2000.0, 1.0)):
        assert longest_km(chord) - shortest_km(chord) < gap


def test_antipodes_have_no_chord_that_is_too_long() -> None:
    """A point opposite to a zone would be an error instead of an answer."""
    assert shortest_km(20_000.0) > 20_000
    assert longest_km(12_756.3) > 20_000
    assert least_chord(1e9) == pytest.approx(least_chord(20_003.9), abs=1.0)
