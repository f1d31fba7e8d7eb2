"""Batches made ahead: while one is written, the next is read and decided."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["made_ahead"]

T = TypeVar("T")


def made_ahead(items: Generator[T, None, None]) -> Iterator[T]:
    """Yield items in their order, the next of which is made in a thread meanwhile.

    Parameters
    ----------
    items : generator
        Never runs in two threads at once; what it raises comes where its item would have come.
        It is closed with the iterator.

    Examples
    --------
    >>> list(made_ahead(n * n for n in range(4)))
    [0, 1, 4, 9]
    """
    nothing = object()
    with ThreadPoolExecutor(1, "strikerules-ahead") as pool:
        coming = pool.submit(next, items, nothing)
        try:
            while (item := coming.result()) is not nothing:
                coming = pool.submit(next, items, nothing)
                yield item  # type: ignore[misc]
        finally:
            pool.submit(items.close).result()
