"""What there is to cover in a policy, and how a case is asked whether it covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from strikerules.engine.program import Program
from strikerules.engine.words import asked
from strikerules.language.conditions import Condition, Is, Not, Test, walk
from strikerules.language.graph import conditions_of
from strikerules.language.policy import Otherwise, Policy, Rule, Ruling, Timeline
from strikerules.problems import Position
from strikerules.testing.coverage import lines, probes
from strikerules.testing.coverage.sites import Site, changed, sites_of

if TYPE_CHECKING:
    from strikerules.testing.coverage.instrument import Look

__all__ = ["KINDS", "Item", "Plan", "plan_of"]

Kind = Literal[
    "rule", "condition", "reading", "exception", "default", "edge", "threshold", "entry", "claim"
]
KINDS: dict[Kind, str] = {
    "rule": "rules",
    "condition": "conditions",
    "reading": "readings",
    "exception": "exceptions",
    "default": "defaults",
    "edge": "edges of zones",
    "threshold": "thresholds",
    "entry": "entries",
    "claim": "claims",
}

Probe = Callable[["Look"], bool]
_OTHER = {"permit": "prohibit", "prohibit": "permit", "not_governed": "permit"}


class Item(Struct, frozen=True):
    """One thing to cover.

    Parameters
    ----------
    id : str
        Stays while nothing around it changes.
    kind : str
    text : str
        For people.
    at : Position, optional
        Where it stands.
    """

    id: str
    kind: Kind
    text: str
    at: Position | None = None


class Plan:
    """The items of a ruling with their probes, and the changes that they need.

    Attributes
    ----------
    items : list of Item
    probes : dict
    changes : list of Policy
        The program of the first has number 1.
    parts : dict
        For each claim the items of each part that cites it.
    """

    def __init__(self, ruling: Ruling) -> None:
        self.ruling = ruling
        self.items: list[Item] = []
        self.probes: dict[str, Probe] = {}
        self.changes: list[Policy] = []
        self.parts: dict[str, list[tuple[str, ...]]] = {}
        self.sites: dict[str, Site] = {}
        self.atoms: dict[str, tuple[int, bool]] = {}

    def add(self, item: Item, probe: Probe, cites: Iterable[str] = ()) -> None:
        """Add an item, once."""
        if item.id in self.probes:
            return
        self.items.append(item)
        self.probes[item.id] = probe
        for claim in cites:
            self.parts.setdefault(claim, []).append((item.id,))

    def change(self, policy: Policy) -> int:
        """Add a change; return the number of its program."""
        self.changes.append(policy)
        return len(self.changes)

    def cited(self, claims: Iterable[str], item_ids: tuple[str, ...]) -> None:
        """Note that a part with these items cites claims."""
        for claim in claims:
            if item_ids:
                self.parts.setdefault(claim, []).append(item_ids)

    def add_lines(self, program: Program) -> None:
        """Add the edges of zones and the thresholds that the compiled tests have, and claims."""
        for item, atom, value, probe in lines.lines_of(self.ruling, program):
            self.atoms[item.id] = (atom, value)
            self.add(item, probe)
        self._claims()

    def conditions_with(self, wanted: Callable[[Test], bool]) -> tuple[str, ...]:
        """Return the items of the tests of which something holds."""
        return tuple(
            f"{site_id}:{side}" for site_id, site in self.sites.items()
            if isinstance(site.condition, Test) and wanted(site.condition)
            for side in ("true", "false")
        )  # fmt: skip

    def _claims(self) -> None:
        places = {item.id: item.at for item in self.items}
        for claim in sorted(self.parts):
            at = next((p for part in self.parts[claim] for i in part if (p := places.get(i))), None)
            text = f"the claim `{claim}` in effect"
            self.items.append(Item(f"claim:{claim}", "claim", text, at))


def plan_of(ruling: Ruling) -> Plan:
    """Return what there is to cover in a policy; in a timeline what its policies have not."""
    plan = Plan(ruling)
    _readings(plan, ruling.name, ruling)
    if isinstance(ruling, Timeline):
        _entries(plan, ruling)
        return plan
    _rules(plan, ruling)
    _conditions(plan, ruling)
    _exceptions(plan, ruling)
    _default(plan, ruling)
    _figures(plan, ruling)
    return plan


def _rules(plan: Plan, policy: Policy) -> None:
    for rule in policy.rules:
        for side, standings, words in (
            ("applies", ("applies",), "applies"),
            ("fails", ("does_not_apply", "defeated"), "does not apply"),
        ):
            item = Item(f"{policy.name}/rule/{rule.id}:{side}", "rule",
                        f"the rule `{rule.id}` {words}", rule.at)  # fmt: skip
            probe = probes.Stands(policy.name, rule.id, standings)
            plan.add(item, probe, rule.cites if side == "applies" else ())


def _conditions(plan: Plan, policy: Policy) -> None:
    for site in sites_of(policy):
        key = f"{policy.name}/{site.id}"
        plan.sites[key] = site
        number = plan.change(changed(site, _negated))
        words, cites = _words(site.condition, policy), site.condition.cites
        for side in (True, False):
            label = "true" if side else "false"
            item = Item(
                f"{key}:{label}", "condition",
                f"`{words}`{_where(site)} is {label}, and it matters", site.condition.at,
            )  # fmt: skip
            plan.add(item, probes.Matters(policy.name, site.condition, number, side))
        plan.cited(cites, (f"{key}:true", f"{key}:false"))
    _joined(plan, policy)


def _joined(plan: Plan, policy: Policy) -> None:
    """Note the claims that joined conditions cite, with the tests inside them as their items."""
    by_condition = {id(s.condition): k for k, s in plan.sites.items()}
    for condition in conditions_of(policy):
        if condition.cites and not isinstance(condition, Test | Is):
            inner = [by_condition[id(c)] for c in walk(condition) if id(c) in by_condition]
            plan.cited(
                condition.cites, tuple(f"{k}:{side}" for k in inner for side in ("true", "false"))
            )


def _negated(condition: Condition) -> Condition:
    return Not(condition, at=condition.at)


def _words(condition: Condition, policy: Policy) -> str:
    if isinstance(condition, Is):
        return f"is: {condition.name}"
    assert isinstance(condition, Test)
    return asked(condition, dict(policy.parameters), policy.vocabulary)


def _where(site: Site) -> str:
    match site.root:
        case ("scope",):
            return " in the scope"
        case ("rule", name, "unless"):
            return f" in the exception of `{name}`"
        case ("rule", name, _):
            return f" in `{name}`"
        case ("definition", name):
            return f" in `{name}`"
        case ("reading", question, reading, _):
            return f" in `{question}={reading}`"
    return ""


def _readings(plan: Plan, owner: str, ruling: Ruling) -> None:
    for question in ruling.questions.values():
        if question.id in ruling.fixed:
            continue
        ids = []
        for reading in question.readings.values():
            item = Item(
                f"{owner}/question/{question.id}/{reading.id}", "reading",
                f"`{question.id}` read as `{reading.id}` matters",
                reading.at or question.at,
            )  # fmt: skip
            ids.append(item.id)
            plan.add(item, probes.Read(question.id, reading.id), reading.cites)
        plan.cited(question.cites, tuple(ids))


def _exceptions(plan: Plan, policy: Policy) -> None:
    for rule in policy.rules:
        if rule.unless is not None:
            key = f"{policy.name}/rule/{rule.id}/unless"
            item = Item(key, "exception", f"the exception of `{rule.id}` holds, and it matters",
                        rule.unless.at)  # fmt: skip
            _remove(plan, policy, item, rule, replace(rule, unless=None))
        for other in rule.overrides:
            key = f"{policy.name}/rule/{rule.id}/overrides/{other}"
            item = Item(key, "exception", f"`{rule.id}` overrides `{other}`, and it matters",
                        rule.at)  # fmt: skip
            left = tuple(o for o in rule.overrides if o != other)
            _remove(plan, policy, item, rule, replace(rule, overrides=left))


def _remove(plan: Plan, policy: Policy, item: Item, old: Rule, new: Rule) -> None:
    rules = tuple(new if r is old else r for r in policy.rules)
    number = plan.change(replace(policy, rules=rules))
    plan.add(item, probes.Changed(number))


def _default(plan: Plan, policy: Policy) -> None:
    if "-unless-" in policy.conflicts:
        return
    item = Item(f"{policy.name}/otherwise", "default", "no rule decides, and the default matters",
                policy.otherwise.at or policy.at)  # fmt: skip
    turned: Any = _OTHER[policy.otherwise.effect]
    changed_policy = replace(policy, otherwise=Otherwise(turned, at=policy.otherwise.at))
    number = plan.change(changed_policy)
    plan.add(item, probes.Changed(number, default_turned=True), policy.otherwise.cites)


def _figures(plan: Plan, policy: Policy) -> None:
    """Note the claims that parameters and facts cite, with the tests that use them as items."""
    for figure in policy.parameters.values():
        if figure.cites:
            uses = plan.conditions_with(lambda t, name=figure.name: name in lines.parameters_in(t))  # type: ignore[misc]
            plan.cited(figure.cites, uses)
    for fact in policy.facts.values():
        if fact.cites:
            uses = plan.conditions_with(lambda t, path=fact.path: t.attribute == path)  # type: ignore[misc]
            plan.cited(fact.cites, uses)


def _entries(plan: Plan, timeline: Timeline) -> None:
    for entry in timeline.entries:
        name = entry.policy.name
        item = Item(f"{timeline.name}/entry/{name}", "entry", f"`{name}` is in force", entry.at)
        plan.add(item, probes.InForce(name), entry.cites)


def claims_covered(plan: Plan, covered: set[str], any_case: bool) -> Iterator[str]:
    """Yield the items of claims of which every part that cites them is covered in part."""
    for claim, parts in plan.parts.items():
        if any_case and all(any(i in covered for i in part) for part in parts):
            yield f"claim:{claim}"
