"""Everything that `verify` looks for in one policy or timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from strikerules.analysis.diagrams import TooManyNodes
from strikerules.analysis.diff import compare
from strikerules.analysis.findings import Finding, Report, accepted
from strikerules.analysis.proofs import Prover
from strikerules.analysis.reading_checks import reading_findings
from strikerules.analysis.rule_checks import RuleChecks
from strikerules.analysis.showing import Shower
from strikerules.analysis.space import Space
from strikerules.analysis.unused import unused_findings
from strikerules.analysis.zone_checks import policy_zone_findings
from strikerules.engine.compile import Together
from strikerules.engine.decision import Decision
from strikerules.geography.atlas import Atlas
from strikerules.language.policy import Policy, Property, Ruling
from strikerules.problems import quoted

__all__ = ["CheckUnder", "verify_ruling"]

CheckUnder = Callable[[Ruling, dict[str, Any], dict[str, str]], Decision]
"""Decides a scenario, as plain data, under a ruling and some readings."""


def verify_ruling(
    ruling: Ruling,
    atlas: Atlas,
    *,
    check: CheckUnder,
    other_of: Callable[[Property], Policy],
    parent_of: Callable[[Policy], Policy | None],
) -> Report:
    """Look at one policy or timeline in all worlds.

    Parameters
    ----------
    ruling : Policy or Timeline
    atlas : Atlas
    check : callable
        Replays witnesses.
    other_of : callable
        Loads the other policy of a property.
    parent_of : callable
        Loads what a variant extends.
    """
    found: list[Finding] = []
    proved: list[str] = []
    notes: list[str] = []
    others = {p.id: other_of(p) for p in ruling.properties if p.policy is not None}
    try:
        look = _Look(ruling, others, atlas, check)
        notes += look.space.notes
        found += look.findings()
        for stated in ruling.properties:
            wrong = look.prove(stated)
            if wrong is None:
                proved.append(stated.id)
            else:
                found.append(wrong)
        if isinstance(ruling, Policy):
            found += _same_as_parent(ruling, parent_of(ruling), atlas, check)
    except (TooManyNodes, RecursionError):
        found.append(
            Finding(
                "SR823",
                f"{quoted(ruling.name)} has more different worlds than were looked at: what was not"
                " found is not shown to be absent",
                ruling.name,
                at=ruling.at,
                help="look at parts of it: fewer zones and thresholds, or questions answered",
            )
        )
    if isinstance(ruling, Policy):
        found += unused_findings(ruling)
        found += policy_zone_findings(ruling, atlas)
        found += _without_source(ruling)
    standing, taken = accepted(_in_order(found), ruling.accepts, ruling.name)
    return Report(ruling.name, tuple(standing), tuple(taken), tuple(proved), tuple(notes))


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of the document, each once."""
    unique = {(f.code, f.message, f.at): f for f in found}.values()
    return sorted(
        unique,
        key=lambda f: (f.at.file, f.at.line, f.at.column, f.code) if f.at else ("", 0, 0, f.code),
    )


class _Look:
    """A ruling, the policies that its properties name, and all their worlds."""

    def __init__(
        self, ruling: Ruling, others: dict[str, Policy], atlas: Atlas, check: CheckUnder
    ) -> None:
        self.ruling, self.check = ruling, check
        self.others = list({id(p): p for p in others.values()}.values())
        self.index_of = {
            key: next(n for n, p in enumerate(self.others) if p is other)
            for key, other in others.items()
        }
        together = Together([ruling, *self.others], atlas)
        self.where = {
            p.id: None if p.when is None else together.condition(0, p.when)
            for p in ruling.properties
        }
        roots = [op for op in self.where.values() if op is not None]
        self.space = Space(together, atlas, roots=roots)
        self.shower = Shower(self.space, self._check_under(ruling))
        self.prover = Prover(self.space, self.shower, ruling.name)

    def _check_under(self, ruling: Ruling) -> Callable[[dict[str, Any], dict[str, str]], Decision]:
        return lambda data, readings: self.check(ruling, data, readings)

    def findings(self) -> Iterator[Finding]:
        if isinstance(self.ruling, Policy):
            yield from RuleChecks(self.space, self.shower.shown).findings()
        if not self.space.unlooked:
            yield from reading_findings(self.space, 0)

    def prove(self, stated: Property) -> Finding | None:
        op = self.where[stated.id]
        node = self.space.diagrams.one if op is None else self.space.ops[op].node
        if stated.policy is None:
            return self._looked(stated, self.prover.finding(stated, node))
        other = self.index_of[stated.id]
        check = self._check_under(self.others[other])
        return self._looked(stated, self.prover.finding(stated, node, other + 1, check))

    def _looked(self, stated: Property, found: Finding | None) -> Finding | None:
        """Leave open what hangs on records of zones that were not looked at."""
        if found is None and self.space.unlooked and stated.kind not in ("never", "always"):
            return self.prover.left_open(stated, self.space.notes[0])
        return found


def _same_as_parent(
    policy: Policy, parent: Policy | None, atlas: Atlas, check: CheckUnder
) -> Iterator[Finding]:
    if parent is None:
        return
    checks = [lambda data, p=p: check(p, data, {}) for p in (parent, policy)]
    found = compare((parent, policy), atlas, checks, names=(parent.name, policy.name))
    if found.equivalent:
        yield Finding(
            "SR814",
            f"the variant {quoted(policy.name)} decides every scenario as {quoted(parent.name)}"
            " does",
            policy.name,
            (parent.name,),
            policy.at,
            "what it changes makes no difference; look for a rule that should have been replaced",
        )


def _without_source(policy: Policy) -> Iterator[Finding]:
    """Yield rules that cite nothing; one finding for a policy that names no source at all."""
    if not policy.sources:
        yield Finding(
            "SR818",
            f"the policy {quoted(policy.name)} names no source",
            policy.name,
            (policy.name,),
            policy.at,
            "name what it is taken from under `sources:`, and the claims under `cites:`",
        )
        return
    for rule in policy.rules:
        if not rule.cites and rule.origin in ("", policy.name):
            yield Finding(
                "SR818", f"the rule {quoted(rule.id)} cites nothing", policy.name, (rule.id,),
                rule.at, "name the claims that it encodes under `cites:`",
            )  # fmt: skip
