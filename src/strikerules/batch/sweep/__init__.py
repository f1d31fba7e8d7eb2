"""Sweeps: scenarios by the thousand over values, grids and random draws, made batch by batch."""

from strikerules.batch.sweep.read import grid_sweep, read_sweep
from strikerules.batch.sweep.sweep import Sweep

__all__ = ["Sweep", "grid_sweep", "read_sweep"]
