"""Exit statuses, and which of several wins."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["FAILED", "FINDING", "FINE", "OPEN", "status_of", "worst"]

FINE, FINDING, FAILED, OPEN = 0, 1, 2, 3
_ORDER = (FAILED, FINDING, OPEN, FINE)


def status_of(decision: str) -> int:
    """Return the exit status of one decision.

    Examples
    --------
    >>> status_of("prohibited"), status_of("indeterminate")
    (1, 3)
    """
    return {"prohibited": FINDING, "indeterminate": OPEN}.get(decision, FINE)


def worst(statuses: Iterable[int]) -> int:
    """Return the worst of several statuses, in the order 2, 1, 3, 0.

    Examples
    --------
    >>> worst([0, 3, 1, 0])
    1
    """
    found = set(statuses)
    return next((s for s in _ORDER if s in found), FINE)
