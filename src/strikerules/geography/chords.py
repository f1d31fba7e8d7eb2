"""Bounds on geodesics from Earth-centred chords, and edge pieces arranged for them.

A chord is straight through the Earth between two points of the ellipsoid. The curvature of any
geodesic lies between those of two circles, so that its length lies between the arcs of those
circles over the same chord (Schur's comparison theorem; the 0.1 % on the wider circle is for the
little by which a geodesic is not a plane curve).
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.geography.geodesy import FARTHEST_KM, R_MAX_KM, R_MIN_KM, Floats

Ints = NDArray[np.intp]

_BLOCK = 32
_FLAT_KM = R_MAX_KM * 1.001


def shortest_km(chord: float) -> float:
    """Return a length that no geodesic over this chord falls short of.

    Examples
    --------
    >>> round(shortest_km(1000.0), 3)
    1001.018
    """
    return 2 * _FLAT_KM * math.asin(min(1.0, max(0.0, chord) / (2 * _FLAT_KM)))


def longest_km(chord: float) -> float:
    """Return a length that no shortest geodesic over this chord exceeds.

    Examples
    --------
    >>> round(longest_km(1000.0), 3)
    1001.041
    """
    if chord >= 2 * R_MIN_KM:
        return FARTHEST_KM
    return min(FARTHEST_KM, 2 * R_MIN_KM * math.asin(max(0.0, chord) / (2 * R_MIN_KM)))


def reach_of(chord: float) -> float:
    """Return the greatest chord whose geodesic can be as short as one over the given chord.

    Examples
    --------
    >>> round(reach_of(1000.0), 3)
    1000.023
    """
    angle = longest_km(chord) / (2 * _FLAT_KM)
    return 2 * _FLAT_KM * math.sin(min(angle, math.pi / 2)) + 1e-9


def least_chord(km: float) -> float:
    """Return a chord that every geodesic of at least this length exceeds.

    Examples
    --------
    >>> round(least_chord(1001.041), 3)
    1000.0
    """
    return 2 * R_MIN_KM * math.sin(min(km / (2 * R_MIN_KM), math.pi / 2)) - 1e-9


def to_chords(point: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Where on each chord (0 to 1) the point nearest to `point` is, and how far, in km.

    The arrays end in an axis of length 3 and broadcast together.

    Examples
    --------
    >>> t, km = to_chords(np.array([1.0, 2, 0]), np.zeros(3), np.array([4.0, 0, 0]))
    >>> float(t), float(km)
    (0.25, 2.0)
    """
    along = end - start
    square = np.einsum("...i,...i", along, along)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.einsum("...i,...i", point - start, along) / square
    t = np.clip(np.where(square > 0, t, 0.0), 0.0, 1.0)
    return t, np.linalg.norm(start + t[..., None] * along - point, axis=-1)


class Blocks(Struct, frozen=True):
    """Edge pieces as chords, in blocks of neighbours that each lie in a ball."""

    start: Floats
    end: Floats
    bulge: Floats
    centres: Floats
    reaches: Floats

    @classmethod
    def of(cls, ends: Floats, lengths: Floats, bulges: Floats) -> Blocks:
        """Arrange pieces in the order they come.

        Parameters
        ----------
        ends : ndarray, shape (n, 2, 3)
            Earth-centred ends of the pieces, in km.
        lengths, bulges : ndarray, shape (n,)
            Upper bounds, in km, on a piece's length and on how far it strays from its chord.
        """
        first = np.arange(0, len(ends), _BLOCK)
        counts = np.diff(np.append(first, len(ends)))
        centres = np.add.reduceat(ends.mean(axis=1), first) / counts[:, None]
        off = np.linalg.norm(ends - np.repeat(centres, counts, axis=0)[:, None], axis=2)
        reaches = np.maximum.reduceat(off.max(axis=1) + lengths / 2, first)
        return cls(ends[:, 0], ends[:, 1], bulges, centres, reaches)

    def members(self, blocks: Ints) -> Ints:
        """The pieces in these blocks."""
        rows = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        return rows[rows < len(self.bulge)]
