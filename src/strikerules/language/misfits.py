"""Words that a parameter can be, and that the attribute it is compared with can not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec.structs import replace

from strikerules.language.conditions import Condition, Parameter, Test, walk
from strikerules.language.graph import conditions_of
from strikerules.language.policy import Policy, Ruling
from strikerules.language.values import Value, read_value
from strikerules.problems import Position, Problem

__all__ = ["misfits"]


def misfits(ruling: Ruling) -> Iterator[Problem]:
    """Yield the problem with each value of a parameter that some test could never meet.

    A rule that rests on such a word would never apply, or always, and nobody would be told; a
    property would hold of nothing. Of a timeline its own properties are looked at.
    """
    vocabulary = ruling.vocabulary
    seen: set[tuple[str, str, str]] = set()
    for test in _conditions(ruling):
        if not isinstance(test, Test):
            continue
        attribute = vocabulary[test.attribute]
        if attribute.kind not in ("values", "country"):
            continue
        operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        for operand in operands:
            if not isinstance(operand, Parameter):
                continue
            for value, at in _values(ruling, operand.name):
                key = (operand.name, attribute.path, str(value))
                found = read_value(attribute, value, at)
                if isinstance(found, Problem) and key not in seen:
                    seen.add(key)
                    yield replace(found, message=f"{found.message}, which `${operand.name}` is"
                                  " compared with")  # fmt: skip


def _conditions(ruling: Ruling) -> Iterable[Condition]:
    stated = (node for p in ruling.properties if p.when is not None for node in walk(p.when))
    return chain(conditions_of(ruling), stated) if isinstance(ruling, Policy) else stated


def _values(ruling: Ruling, name: str) -> Iterator[tuple[Value, Position | None]]:
    figure = ruling.parameters[name]
    yield figure.value, figure.at
    if name in ruling.pinned:
        return
    for question in ruling.questions.values():
        for reading in question.readings.values():
            if name in reading.set and ruling.fixed.get(question.id) in (None, reading.id):
                yield reading.set[name], question.at
