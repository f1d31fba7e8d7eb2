"""Batches made ahead: while one is written, the next is read and decided."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["made_ahead"]

T = TypeVar("T")


@contextmanager
def made_ahead(items: Generator[T, None, None]) -> Iterator[Iterator[T]]:
    """Give an iterator over items, the next of which is made in a thread while one is used.

    Parameters
    ----------
    items : generator
        Never runs in two threads at once; what it raises comes where its item would have come.
        In the end it has stopped and is closed, however far it came.

    Examples
    --------
    >>> with made_ahead(n * n for n in range(4)) as squares:
    ...     list(squares)
    [0, 1, 4, 9]
    """
    nothing = object()
    pool = ThreadPoolExecutor(1, "strikerules-ahead")

    def found() -> Iterator[T]:
        coming = pool.submit(next, items, nothing)
        while (item := coming.result()) is not nothing:
            coming = pool.submit(next, items, nothing)
            yield item  # type: ignore[misc]

    try:
        yield found()
    finally:
        try:
            pool.shutdown(cancel_futures=True)
        finally:
            # it still runs only where waiting for it was interrupted too
            with contextlib.suppress(ValueError):
                items.close()
