"""Where random choices come from: hypothesis, which shrinks them, or a seed, which is faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Source(Protocol):
    """Choices, the simplest first."""

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        ...

    def chance(self, percent: int) -> bool:
        """Return True in about so many cases of a hundred."""
        ...


class Seeded:
    """Choices that a seed settles."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent


class Drawn:
    """Choices that hypothesis makes."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def pick(self, options: Sequence[T]) -> T:
        index: int = self.draw(st.integers(0, len(options) - 1))
        return options[index]

    def chance(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)
