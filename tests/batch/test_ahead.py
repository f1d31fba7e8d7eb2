"""Items made ahead come as they would without."""

from __future__ import annotations

import threading
from collections.abc import Generator

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
    assert list(made_ahead(counted(most, seen))) == list(range(most))
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

    found = made_ahead(items())
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

    found = made_ahead(items())
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="the third"):
        next(found)


def test_whoever_stops_early_lets_go() -> None:
    """Files would stay open, and threads running, where writing fails."""
    before, seen = threading.active_count(), []
    found = made_ahead(counted(50, seen))
    assert next(found) == 0
    found.close()  # type: ignore[attr-defined]
    assert seen[-1] == -1
    assert len(seen) <= 4
    assert threading.active_count() == before
