"""How many random pairs of policies are looked at: some hundreds, or `STRIKERULES_SOAK` of them."""

from __future__ import annotations

from tests.reference.conftest import SOAK, profile

__all__ = ["SEEDS", "SOAK", "profile"]

SEEDS = range(SOAK or 420)
