"""Which unknown tests an unknown operation rests on."""

from __future__ import annotations

from collections.abc import Iterable

from strikerules.engine.program import ALL, ANY, ATOM, DERIVED, NOT, SELECT, Program

__all__ = ["relevant_atoms"]


def relevant_atoms(
    program: Program,
    true: list[int],
    false: list[int],
    given: frozenset[str],
    roots: list[int],
    interest: int,
) -> set[int]:
    """Return the unknown tests that operations rest on where these are themselves unknown.

    Parameters
    ----------
    interest : int
        The combinations of readings that are asked about.
    """
    wanted: dict[int, int] = {}
    for root in roots:
        wanted[root] = interest & ~(true[root] | false[root])
    found: set[int] = set()
    heads = [r for r in wanted if wanted[r]]
    if not heads:
        return found
    for index in range(max(heads), -1, -1):
        mask = wanted.get(index, 0)
        if not mask:
            continue
        op = program.ops[index]
        kind = op[0]
        if kind == ATOM:
            found.add(op[1])
            continue
        children: Iterable[tuple[int, int]]
        if kind in (ALL, ANY):
            children = ((mask, c) for c in op[1])
        elif kind == NOT:
            children = ((mask, op[1]),)
        elif kind == SELECT:
            children = ((mask & m, c) for m, c in op[1])
        elif kind == DERIVED:
            children = ((mask, op[2] if op[1] in given else op[3]),)
        else:
            continue
        for bits, child in children:
            open_bits = bits & ~(true[child] | false[child])
            if open_bits:
                wanted[child] = wanted.get(child, 0) | open_bits
    return found
