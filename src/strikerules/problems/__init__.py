"""What can be wrong with an input, said so that a person can act on it."""

from strikerules.problems.model import InvalidInput, Position, Problem
from strikerules.problems.suggest import cant_be, did_you_mean, listed, quoted

__all__ = ["InvalidInput", "Position", "Problem", "cant_be", "did_you_mean", "listed", "quoted"]
