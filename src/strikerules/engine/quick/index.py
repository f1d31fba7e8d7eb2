"""Large policies by what a case can be about: only rules that may apply are looked at.

Most rules are a list of tests, each of one attribute, all of which have to hold. For such a rule
every class of every attribute says whether it still can apply, a bit for each rule; the bits that
all of a case's classes leave are the rules that apply. Tests of zones are kept the other way round,
from a zone to its rules, so that zones far away cost nothing. Rules of any other shape are among
those left as far as their simple tests go, and are then evaluated as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from strikerules.engine.combine import Outcomes
from strikerules.engine.decide import questions_that_differ
from strikerules.engine.decision import names_of
from strikerules.engine.diagram import unsettled
from strikerules.engine.program import ALL, ANY, ATOM, CONST, NOT, Program, Status
from strikerules.engine.quick.answer import Answer
from strikerules.engine.quick.bits import bits_of, numbers_in
from strikerules.engine.quick.groups import Group, Lone, Part, Wanted
from strikerules.engine.quick.truths import Truth, Truths
from strikerules.language.policy import Policy

if TYPE_CHECKING:
    from strikerules.engine.quick.facts import FactCoder, ReachCoder
    from strikerules.engine.quick.places import PlaceCoder

__all__ = ["RuleIndex", "worth_an_index"]

#: From so many rules on, an index is worth making.
_MANY = 8
#: From so many rules on, answers that are found at once are not kept.
_FLEETING = 256
#: So many answers may be kept, or so many bytes of the bits in them.
_MOST_KEPT, _MOST_BYTES = 200_000, 100_000_000
#: Algorithms to which it makes no difference how often, or in what order, a rule stands.
_UNORDERED = ("prohibit-overrides", "permit-overrides", "prohibit-unless-permit",
              "permit-unless-prohibit")  # fmt: skip


def worth_an_index(program: Program) -> bool:
    """Tell whether a program is one policy with many rules."""
    return isinstance(program.ruling, Policy) and len(program.parts[0].rules) >= _MANY


class _Shape(Struct, frozen=True):
    """What a rule asks: atoms that must hold or fail, and whether that is all."""

    wanted: frozenset[tuple[int, bool]]
    plain: bool
    never: bool


class RuleIndex:
    """Finds the rules that may apply, and what they come to.

    Parameters
    ----------
    program : Program
        Of one policy.
    facts, reach, target, launch
        The coders of its attributes, as `Signatures` has them.
    """

    def __init__(
        self,
        program: Program,
        facts: Sequence[FactCoder],
        reach: ReachCoder,
        target: PlaceCoder,
        launch: PlaceCoder,
    ) -> None:
        self.program, self.part = program, program.parts[0]
        self.facts, self.reach, self.target, self.launch = facts, reach, target, launch
        self.coders: tuple[FactCoder | ReachCoder, ...] = (*facts, reach)
        self.where: dict[int, tuple[int, int]] = {
            atom: (number, position)
            for number, coder in enumerate(self.coders)
            for position, atom in enumerate(coder.atoms)
        }
        rules = self.part.rules
        self.everything = (1 << len(rules)) - 1
        shapes = [self._shape(ops.when, ops.unless) for ops in rules]
        self._effects = {
            effect: bits_of(i for i, ops in enumerate(rules) if ops.rule.effect == effect)
            for effect in ("permit", "prohibit")
        }
        self._overriding = any(ops.overriders for ops in rules)
        self._rank = {rule: rank for rank, rule in enumerate(self.part.order)}
        not_plain, never = [], []
        by_atom: dict[tuple[int, bool], list[int]] = {}
        by_zone: dict[int, list[int]] = {}
        for rule, shape in enumerate(shapes):
            zoned = sorted(a for a, wanted in shape.wanted if wanted and a in self.target.line_of)
            placed = [a for a, _ in shape.wanted if a not in self.where]
            if zoned:
                by_zone.setdefault(zoned[0], []).append(rule)
            if not shape.plain or len(placed) > len(zoned[:1]):
                not_plain.append(rule)
            if shape.never:
                never.append(rule)
            for literal in shape.wanted:
                if literal[0] in self.where:
                    by_atom.setdefault(literal, []).append(rule)
        self._not_plain = bits_of(not_plain)
        self.everything &= ~bits_of(never)
        self._requires = by_atom
        self._zoned = by_zone
        #: Whether cases seldom have the same signature, and finding is not worth keeping.
        self.fleeting = len(rules) >= _FLEETING
        #: How many answers may be kept.
        self.kept = min(_MOST_KEPT, 1 + _MOST_BYTES // (1 + len(rules) // 8))
        self._somewhere = bits_of(r for found in by_zone.values() for r in found)
        self._masks: list[dict[int, tuple[int, int]]] = [{} for _ in self.coders]
        self._places: dict[int, tuple[int, int]] = {}
        self._simple = not self._overriding and self.part.policy.conflicts in _UNORDERED
        self._kinds: dict[tuple[bool, bool, int, int], tuple[Answer | None]] = {}
        self._wanted = [self._beside_places(shape) for shape in shapes]
        #: For each zone's line the rules that ask about it; under -1 those that ask about none.
        self._of_line: dict[int, list[int]] = {}
        zoned_rules = set()
        for atom, found in by_zone.items():
            self._of_line.setdefault(self.target.line_of[atom], []).extend(found)
            zoned_rules.update(found)
        self._of_line[-1] = [r for r in range(len(rules)) if r not in zoned_rules]
        self._groups: dict[int, Group | Lone | None] = {}
        self._at: dict[int, tuple[Group | Lone, ...] | None] = {}
        self._unfit = frozenset([*not_plain, *never])
        for line, numbers in self._of_line.items():
            if len(numbers) == 1:
                self._groups[line] = self._group(line)
        scope = program.ops[self.part.scope]
        self._everywhere = (program.every, 0) if scope[0] == CONST and scope[1] else None
        self._grouped = self._simple and self._everywhere is not None
        self._plainly: dict[tuple[bool, bool], Answer | None] = {}

    def _shape(self, when: int, unless: int | None) -> _Shape:
        wanted: set[tuple[int, bool]] = set()
        plain, never = True, False
        stack = [(when, True)] + ([(unless, False)] if unless is not None else [])
        while stack:
            number, holds = stack.pop()
            op = self.program.ops[number]
            kind = op[0]
            if kind == ATOM:
                wanted.add((op[1], holds))
            elif kind == NOT:
                stack.append((op[1], not holds))
            elif (kind == ALL and holds) or (kind == ANY and not holds):
                stack += [(child, holds) for child in op[1]]
            elif kind == CONST:
                never |= op[1] is not holds
            else:
                plain = False
        return _Shape(frozenset(wanted), plain, never)

    def _beside_places(self, shape: _Shape) -> list[Wanted]:
        """Return what a rule asks of other attributes than places."""
        found: list[Wanted] = []
        for atom, holds in shape.wanted:
            where = self.where.get(atom)
            if where is not None:
                coder, test = where
                # three flags stand before the classes
                found.append((3 + coder, self.coders[coder].truths, test, holds))
        return found

    def _group(self, line: int) -> Group | Lone | None:
        """Return the rules of a line, None where some are more than a list of tests."""
        numbers, rules, wanted = self._of_line[line], self.part.rules, self._wanted
        if not self._unfit.isdisjoint(numbers):
            return None
        if len(numbers) == 1:
            (rule,) = numbers
            return Lone(rule, rules[rule].rule.effect, wanted[rule])
        every = ((n, rules[n].rule.effect, wanted[n]) for n in sorted(numbers))
        return Group(every)

    # -- answers -----------------------------------------------------------------------------

    def quick(self, key: tuple[int, ...]) -> Answer | None:
        """Return the answer where only the rules of the target's zones need a look, or None.

        Parameters
        ----------
        key : tuple of int
            As in `Signatures`.
        """
        target = key[-2]
        groups = self._at.get(target)
        if groups is None:
            if target in self._at or not self._grouped:
                return None
            if len(self._at) >= _MOST_KEPT:
                self._at.clear()
            groups = self._at[target] = self._groups_at(target)
            if groups is None:
                return None
        permits = prohibits = False
        parts: list[Part] = []
        for group in groups:
            left = group.left(key)
            if left:
                if left < 0:
                    return None
                parts.append((group, left))
                permits = permits or left & group.permit != 0
                prohibits = prohibits or left & group.prohibit != 0
        effects = (permits, prohibits)
        answer = self._plainly.get(effects)
        if answer is None:
            answer = self._plainly[effects] = self._of_effects(permits, prohibits)
        if not parts or answer is None:
            return answer
        rules = partial(self._names_in, parts)
        return Answer(answer.possible, rules, answer.depends_on, answer.masks)

    def _groups_at(self, target: int) -> tuple[Group | Lone, ...] | None:
        """Return the groups that a class of places leaves, None where one is open or unfit."""
        sides = self.target.sides[target]
        if sides is None or not self._of_line.keys().isdisjoint(sides.open):
            return None
        found: list[Group | Lone] = []
        for line in (-1, *sides.inside):
            if not self._of_line.get(line):
                continue
            if line not in self._groups:
                self._groups[line] = self._group(line)
            group = self._groups[line]
            if group is None:
                return None
            found.append(group)
        return tuple(found)

    def _of_effects(self, permits: bool, prohibits: bool) -> Answer | None:
        every = self.program.every
        sure = [e for e, is_there in (("permit", permits), ("prohibit", prohibits)) if is_there]
        children = [_child(effect, every, every) for effect in sure]
        scope = self.part.scope
        masks = self.part.settle(children, {scope: every}, {scope: 0}, every)  # type: ignore[arg-type]
        return None if unsettled(masks) else self._answer(masks, ())

    def answer(self, key: tuple[int, ...], given: frozenset[str]) -> Answer | None:
        """Return the answer that follows from a signature's classes alone, or None.

        Parameters
        ----------
        key : tuple of int
            As in `Signatures`.
        given : frozenset of str
            Records of the area that the case states itself.
        """
        every = self.program.every
        case = Truths(self, key, given)
        held, out = self._everywhere or case.truth(self.part.scope)
        if out == every:
            return self._answer(Outcomes(0, 0, every), ())
        may, must = self._left(key)
        if may == must and self._simple and not may & self._not_plain:
            return self._simply(must, held, out)
        some = may & self._not_plain
        if may & ~(must | some):
            # a rule may apply or not, which its tests alone don't tell
            return None
        known = {rule: case.rule(rule) for rule in numbers_in(some)}
        for true, false in known.values():
            if true | false != every:
                return None
        known = {rule: truth for rule, truth in known.items() if truth[1] != every}
        applying = (must & ~some) | bits_of(r for r, truth in known.items() if truth[0] == every)
        if held != every and (applying or known):
            return None
        masks = self._combined(applying, known, held, out)
        if masks is None or unsettled(masks):
            return None
        return self._answer(masks, applying)

    def _simply(self, applying: int, held: int, out: int) -> Answer | None:
        """Return the answer of rules that all apply, where only their effects make a difference."""
        kind = (
            bool(applying & self._effects["permit"]), bool(applying & self._effects["prohibit"]),
            held, out,
        )  # fmt: skip
        found = self._kinds.get(kind)
        if found is None:
            every = self.program.every
            answer = None
            if held == every or not applying:
                masks = self._combined(applying, {}, held, out)
                if masks is not None and not unsettled(masks):
                    answer = self._answer(masks, applying)
            found = self._kinds[kind] = (answer,)
        (answer,) = found
        if answer is None:
            return None
        return Answer(answer.possible, Names(self, applying), answer.depends_on, answer.masks)

    def _answer(self, masks: Outcomes, applying: int | tuple[str, ...]) -> Answer:
        program = self.program
        questions = questions_that_differ(program, [tuple(masks)])
        rules = self._names(applying) if self._overriding and applying else applying
        found = rules if isinstance(rules, tuple) else Names(self, rules)
        return Answer(names_of(masks, program.every), found, questions, tuple(masks))

    def _left(self, key: tuple[int, ...]) -> tuple[int, int]:
        """Return the rules that may apply by their simple tests, and those that do."""
        target = key[-2]
        found = self._places.get(target)
        if found is None:
            if len(self._places) >= self.kept:
                self._places.clear()
            found = self._places[target] = self._place(target)
        may, must = found
        same = must is may
        for number, code in enumerate(key[3:-2]):
            mask = self._masks[number].get(code)
            if mask is None:
                mask = self._masks[number][code] = self._mask(number, code)
            may &= mask[0]
            same = same and mask[0] is mask[1]
            if not same:
                must &= mask[1]
        return may, may if same else must & may

    def _mask(self, number: int, code: int) -> tuple[int, int]:
        coder = self.coders[number]
        no: list[int] = []
        unsure: list[int] = []
        if coder.atoms:
            for atom, truth in zip(coder.atoms, coder.truths[code], strict=True):
                for holds in (True, False):
                    rules = self._requires.get((atom, holds))
                    if rules is not None and truth is not holds:
                        (unsure if truth is None else no).extend(rules)
        may = self.everything & ~bits_of(no)
        return may, may & ~bits_of(unsure) if unsure else may

    def _place(self, number: int) -> tuple[int, int]:
        sides = self.target.sides[number]
        anywhere = self.everything & ~self._somewhere
        if sides is None:
            return self.everything, anywhere
        inside, unsure = (
            bits_of(
                rule
                for line in lines
                for atom in self.target.atoms_on(line)
                for rule in self._zoned.get(atom, ())
            )
            for lines in (sides.inside, sides.open)
        )
        may = anywhere | inside | unsure
        return (may, may) if not unsure else (may, anywhere | (inside & ~unsure))

    def _combined(
        self, applying: int, known: dict[int, Truth], held: int, out: int
    ) -> Outcomes | None:
        """Return the outcomes of rules that apply, some under certain readings only."""
        part, every = self.part, self.program.every
        scope = {part.scope: held}, {part.scope: out}
        if self._overriding:
            children = self._after_exceptions(applying, known)
            if children is None:
                return None
        elif part.policy.conflicts in _UNORDERED:
            sure = {e for e, bits in self._effects.items() if applying & bits}
            children = [_child(effect, every, every) for effect in sorted(sure)]
            children += [_child(part.rules[r].rule.effect, t, every) for r, (t, _) in known.items()]
        else:
            both = {**dict.fromkeys(numbers_in(applying), (every, 0)), **known}
            children = [
                _child(part.rules[rule].rule.effect, both[rule][0], every) for rule in sorted(both)
            ]
        return part.settle(children, *scope, every)  # type: ignore[arg-type]

    def _after_exceptions(self, applying: int, known: dict[int, Truth]) -> list[Outcomes] | None:
        part, every = self.part, self.program.every
        both = {**dict.fromkeys(numbers_in(applying), (every, 0)), **known}
        found: dict[int, Status] = {}
        for rule in sorted(both, key=self._rank.__getitem__):
            true, false = both[rule]
            beaten, free = 0, every
            for other in part.rules[rule].overriders:
                if other in found:
                    beaten |= found[other].applies
                    free &= found[other].fails
            found[rule] = Status(true & free, false | beaten, true, false, free)
            if (
                found[rule].applies not in (0, every)
                or found[rule].applies | found[rule].fails != every
            ):
                return None
        if any(found[r].applies != every for r in found):
            # which rules apply is then told by the rules one by one
            return None
        return [
            _child(part.rules[rule].rule.effect, every & ~found[rule].fails, every)
            for rule in sorted(found)
        ]

    def _names(self, applying: int | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(applying, tuple):
            return applying
        rules = self.part.rules
        return tuple(rules[number].rule.id for number in numbers_in(applying))

    def _names_in(self, parts: Iterable[Part]) -> tuple[str, ...]:
        """Return the names of rules in several groups."""
        rules = self.part.rules
        numbers = sorted(n for group, bits in parts for n in group.numbers(bits))
        return tuple(rules[number].rule.id for number in numbers)


class Names:
    """The names of rules, put together when they are asked for."""

    __slots__ = ("_bits", "_index")

    def __init__(self, index: RuleIndex, bits: int) -> None:
        self._index, self._bits = index, bits

    def __call__(self) -> tuple[str, ...]:
        return self._index._names(self._bits)


def _child(effect: str, mask: int, every: int) -> Outcomes:
    """Return what a rule may come to that applies under some readings, and under no others."""
    return Outcomes(
        mask if effect == "permit" else 0, mask if effect == "prohibit" else 0, every & ~mask
    )
