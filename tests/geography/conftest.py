"""Slow, plain answers for fast code to be held against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography.geodesy import Floats, geod

Brute = Callable[[BaseGeometry, float, float], float]


def outline_samples(geometry: BaseGeometry, step_deg: float) -> Floats:
    """Points along every ring, close together on the straight lines between the vertices."""
    return shapely.get_coordinates(shapely.segmentize(shapely.boundary(geometry), step_deg))


def _sampled_km(xy: Floats, lon: float, lat: float) -> Floats:
    n = len(xy)
    _, _, metres = geod().inv(np.full(n, lon), np.full(n, lat), xy[:, 0], xy[:, 1])
    return np.asarray(metres, dtype=np.float64) / 1000


@pytest.fixture(scope="session")
def boundary_km() -> Brute:
    """Distance to the boundary from sampling every edge, then ever finer around the best."""

    def search(geometry: BaseGeometry, lon: float, lat: float) -> float:
        best = np.inf
        for line in shapely.get_parts(shapely.boundary(geometry)):
            xy = shapely.get_coordinates(line)
            starts, ways = xy[:-1], np.diff(xy, axis=0)
            for start, way in zip(starts, ways, strict=True):
                low, high = 0.0, 1.0
                for _ in range(4):
                    t = np.linspace(low, high, 300)
                    km = _sampled_km(start + t[:, None] * way, lon, lat)
                    i = int(km.argmin())
                    width = (high - low) / 100
                    low, high = max(0.0, t[i] - width), min(1.0, t[i] + width)
                best = min(best, float(km.min()))
        return best

    return search


@pytest.fixture(scope="session")
def sampled_km() -> Brute:
    """Distance to the boundary from points about 10 m apart on the edges that come near."""

    def search(geometry: BaseGeometry, lon: float, lat: float) -> float:
        coarse = outline_samples(geometry, 0.01)
        km = _sampled_km(coarse, lon, lat)
        near = np.flatnonzero(km <= km.min() + 1.5)
        best = np.inf
        for i in near:
            for j in (i - 1, i + 1):
                if 0 <= j < len(coarse) and abs(coarse[j] - coarse[i]).max() <= 0.0101:
                    t = np.linspace(0, 1, 120)[:, None]
                    fine = coarse[i] + t * (coarse[j] - coarse[i])
                    best = min(best, float(_sampled_km(fine, lon, lat).min()))
        return best

    return search


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240530)
