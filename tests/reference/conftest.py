"""How many random cases are looked at: some thousands, or `STRIKERULES_SOAK` of them."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

SOAK = int(os.environ.get("STRIKERULES_SOAK", "0"))
"""Pairs of a policy and a scenario in the long run; 0 is the ordinary run."""

SEEDS = range(SOAK or 1400)
"""Of the seeded loop, which is the faster of the two."""


def profile(examples: int) -> settings:
    """Return hypothesis settings: the same examples every time, but new ones in the long run."""
    return settings(
        max_examples=max(examples, SOAK // 20),
        derandomize=not SOAK,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
