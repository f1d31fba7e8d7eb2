"""What the compilation of a ruling rests on: tests and operations kept once, readings as masks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from msgspec.structs import replace

from strikerules.engine.program import ATOM, SELECT, Atom, Question
from strikerules.geography.atlas import Atlas
from strikerules.geography.zones import Zone
from strikerules.language.policy import Reading

__all__ = ["Choice", "Frame", "Shared"]

Choice = dict[str, Reading]


class Shared:
    """Tests and operations, each kept once."""

    def __init__(self, atlas: Atlas, every: int, *, several: bool) -> None:
        self.atlas, self.every, self.several = atlas, every, several
        self.zones: dict[tuple[Any, ...], Zone] = {}
        self.atoms: dict[Atom, int] = {}
        self.ops: list[tuple[Any, ...]] = []
        self.known: dict[tuple[Any, ...], int] = {}
        self.keep: list[object] = []

    def op(self, *key: Any) -> int:
        if key not in self.known:
            self.known[key] = len(self.ops)
            self.ops.append(key)
        return self.known[key]

    def atom(self, atom: Atom) -> int:
        atom = self.one(atom)
        return self.op(ATOM, self.atoms.setdefault(atom, len(self.atoms)))

    def one(self, atom: Atom) -> Atom:
        """Return one test for all that are alike, whichever ruling draws its zone."""
        zone = atom.zone
        if not self.several or zone is None or not zone.made:
            return atom
        key = (zone.id, zone.edge_km, zone.status, zone.drawn, shapely.to_wkb(zone.geometry))
        return replace(atom, zone=self.zones.setdefault(key, zone))


class Frame:
    """One ruling's questions, and where its conditions went."""

    def __init__(self, questions: dict[str, Question], shared: Shared) -> None:
        self.questions, self.shared = questions, shared
        self.atlas, self.every, self.keep = shared.atlas, shared.every, shared.keep
        self.op, self.atom = shared.op, shared.atom
        self.places: dict[tuple[str, int], int] = {}
        self.tests: dict[tuple[str, int], list[tuple[dict[str, str], int]]] = {}

    def choices(
        self, names: Iterable[str], questions: Mapping[str, Any]
    ) -> list[tuple[int, Choice]]:
        """Return for each combination of readings of some questions its mask."""
        options = []
        for name in names:
            question = self.questions[name]
            options.append(
                [
                    (mask, name, questions[name].readings[reading])
                    for reading, mask in zip(question.readings, question.masks, strict=True)
                ]
            )
        found = []
        for combination in itertools.product(*options):
            mask = self.every
            for bits, _, _ in combination:
                mask &= bits
            found.append((mask, {name: reading for _, name, reading in combination}))
        return found

    def select(self, cases: list[tuple[int, int]]) -> int:
        targets = {child for _, child in cases}
        return targets.pop() if len(targets) == 1 else self.op(SELECT, tuple(cases))
