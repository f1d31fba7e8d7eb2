"""An outline as a raster of cells: wholly in, wholly out, or crossed by the edge.

A point in a cell of the first two kinds needs no geometry. The cells are found exactly: a cell that
the edge comes nearer than rounding could tell counts as crossed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["CROSSED", "IN", "OUT", "cells_of"]

OUT, IN, CROSSED = range(3)

#: Degrees; far more than the rounding of a cell's number.
SLACK = 1e-9
BLOCK = 16


def cells_of(
    geometry: Any, bounds: tuple[float, float, float, float], per_degree: int
) -> NDArray[np.uint8]:
    """Return what each cell is.

    Parameters
    ----------
    geometry : shapely polygon or multipolygon
    bounds : tuple of float
        West, south, east, north, in whole degrees; what lies beyond is counted as crossed, by one
        cell more at the end of each row and column.
    per_degree : int
        A multiple of 16.

    Returns
    -------
    ndarray of uint8
        Rows from the south, cells from the west.
    """
    west, south, east, north = bounds
    wide, high = round((east - west) * per_degree), round((north - south) * per_degree)
    x, y = np.meshgrid(np.arange(wide // BLOCK), np.arange(high // BLOCK))
    edge = shapely.boundary(shapely.make_valid(geometry))
    edge = shapely.clip_by_rect(edge, west - 1, south - 1, east + 1, north + 1)
    shapely.prepare(edge)
    shapely.prepare(geometry)
    kinds = _kinds(geometry, edge, west, south, x.ravel(), y.ravel(), BLOCK / per_degree)
    blocks = kinds.reshape(high // BLOCK, wide // BLOCK)
    found = np.repeat(np.repeat(blocks, BLOCK, axis=0), BLOCK, axis=1)
    j, i = np.nonzero(found == CROSSED)
    found[j, i] = _kinds(geometry, edge, west, south, i, j, 1 / per_degree)
    return np.pad(found, ((0, 1), (0, 1)), constant_values=CROSSED)


def _kinds(
    geometry: Any, edge: Any, west: float, south: float, i: Any, j: Any, size: float
) -> NDArray[np.uint8]:
    """Return what cells of a size are, by their numbers from the west and the south."""
    x, y = west + i * size, south + j * size
    boxes = shapely.box(x - SLACK, y - SLACK, x + size + SLACK, y + size + SLACK)
    inside = shapely.intersects_xy(geometry, x + size / 2, y + size / 2)
    kinds = np.where(inside, IN, OUT)
    kinds[shapely.intersects(edge, boxes)] = CROSSED
    return kinds.astype(np.uint8)
