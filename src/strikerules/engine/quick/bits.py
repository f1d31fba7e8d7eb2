"""Sets of rules as the bits of a number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

__all__ = ["bits_of", "numbers_in"]


def bits_of(numbers: Iterable[int]) -> int:
    """Return a number in which these bits are set."""
    wanted = list(numbers)
    if not wanted:
        return 0
    flags = np.zeros(max(wanted) + 1, dtype=np.bool_)
    flags[wanted] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def numbers_in(bits: int) -> list[int]:
    """Return which bits are set."""
    if bits.bit_length() <= 64:
        return [i for i in range(bits.bit_length()) if bits >> i & 1]
    flags = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(flags, bitorder="little")).tolist()
