"""On which side of many lines points lie, found again and again."""

from strikerules.geography.sides.classes import Sides
from strikerules.geography.sides.faces import COARSEST, WIDE, Bounds, Combinations, Faces
from strikerules.geography.sides.small import ManySides, sides_of
from strikerules.geography.sides.tree import SideTree

__all__ = [
    "COARSEST",
    "WIDE",
    "Bounds",
    "Combinations",
    "Faces",
    "ManySides",
    "SideTree",
    "Sides",
    "sides_of",
]
