"""Outcomes in words."""

from __future__ import annotations

__all__ = ["OUTCOME_WORDS", "outcome_words"]

OUTCOME_WORDS = {
    "permitted": "permitted",
    "prohibited": "prohibited",
    "not_governed": "not governed",
}


def outcome_words(outcomes: tuple[str, ...]) -> str:
    """Return outcomes in words: ``permitted or prohibited``."""
    return " or ".join(OUTCOME_WORDS[o] for o in outcomes)
