"""Items made ahead come as they would without."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import suppress

import pytest

from strikerules.batch.ahead import made_ahead


def counted(most: int, seen: list[int]) -> Generator[int, None, None]:
    try:
        for number in range(most):
            seen.append(number)
            yield number
    finally:
        seen.append(-1)


@pytest.mark.parametrize("most", [0, 1, 2, 50])
def test_all_come_in_their_order(most: int) -> None:
    """Rows would be lost, doubled, or written in another order."""
    seen: list[int] = []
    with made_ahead(counted(most, seen)) as found:
        assert list(found) == list(range(most))
    assert seen == [*range(most), -1]


def test_one_is_made_while_one_is_used() -> None:
    """Deciding would wait for writing, or a whole table would be held in memory."""
    made = threading.Event()
    most: list[int] = []

    def items() -> Generator[int, None, None]:
        for number in range(5):
            most.append(number)
            if number == 1:
                made.set()
            yield number

    with made_ahead(items()) as found:
        assert next(found) == 0
        assert made.wait(10)
        assert most == [0, 1]
        assert list(found) == [1, 2, 3, 4]


def test_what_fails_fails_in_its_place() -> None:
    """A table that can't be read to its end would be taken for whole."""

    def items() -> Generator[int, None, None]:
        yield 0
        yield 1
        raise ValueError("the third")

    with made_ahead(items()) as found:
        assert [next(found), next(found)] == [0, 1]
        with pytest.raises(ValueError, match="the third"):
            next(found)


@pytest.mark.parametrize("used", [0, 1, 3])
def test_whoever_stops_early_lets_go(used: int) -> None:
    """A file would be closed that a thread still reads, where writing fails."""
    before, seen = threading.active_count(), []
    with suppress(OSError), made_ahead(counted(50, seen)) as found:
        assert [next(found) for _ in range(used)] == list(range(used))
        raise OSError("no room")
    # a generator that never began has nothing to close
    assert seen[-1:] == ([-1] if used else [])
    assert len(seen) <= used + 3
    assert threading.active_count() == before


def test_it_stops_before_what_it_reads_is_closed() -> None:
    """A signal that comes while a batch is made would take the file away under it."""
    order: list[str] = []
    inside = threading.Event()

    def items() -> Generator[int, None, None]:
        try:
            yield 0
            inside.set()
            time.sleep(0.2)
            order.append("made")
            yield 1
        finally:
            order.append("closed")

    with suppress(KeyboardInterrupt), made_ahead(items()) as found:
        assert next(found) == 0
        assert inside.wait(10)
        raise KeyboardInterrupt
    assert order == ["made", "closed"]
