"""On which side of many lines points lie, found again and again."""

from strikerules.geography.sides.faces import COARSEST, Bounds, Combinations, Faces
from strikerules.geography.sides.small import ManySides, sides_of
from strikerules.geography.sides.tree import Sides, SideTree

__all__ = [
    "COARSEST",
    "Bounds",
    "Combinations",
    "Faces",
    "ManySides",
    "SideTree",
    "Sides",
    "sides_of",
]
