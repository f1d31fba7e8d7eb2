"""What policies and timelines state of themselves, and which findings they accept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

from msgspec.structs import replace

from strikerules.language.compose import Located
from strikerules.language.conditions import Context, read_condition
from strikerules.language.figures import attribute_of
from strikerules.language.policy import Accept, Property, PropertyKind, Timeline
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Position, Problem, did_you_mean, listed, quoted

__all__ = ["KINDS", "read_accepts", "read_properties", "timeline_properties"]

KINDS: tuple[PropertyKind, ...] = get_args(PropertyKind)


def read_properties(parts: Iterable[Located], context: Context) -> tuple[Property, ...]:
    """Read properties; problems are added to the context's.

    They are SR310 for an id that is there already, SR350 for a property that states nothing or
    several things, SR304 for an attribute that is not there, and what conditions have.
    """
    first: dict[str, Position] = {}
    found: list[Property] = []
    for part in parts:
        name = part.raw["id"]
        at = part.doc.position((*part.path, "id"))
        if name in first:
            context.problem(
                "SR310", f"a property {quoted(name)} is there already", at,
                expected=f"another name; it is used at {first[name]}",
            )  # fmt: skip
            continue
        first[name] = at
        stated = _property(part, context)
        if stated is not None:
            found.append(stated)
    return tuple(found)


def _property(part: Located, context: Context) -> Property | None:
    raw, doc, path = part.raw, part.doc, part.path
    kinds = [k for k in KINDS if k in raw]
    if len(kinds) != 1:
        context.problem(
            "SR350",
            f"the property {quoted(raw['id'])} states "
            + (f"{listed(kinds, 'and')} at once" if kinds else "nothing"),
            doc.position((*path, kinds[1]), key=True) if kinds else doc.position((*path, "id")),
            expected="one of " + listed(KINDS),
            help="write two properties" if kinds else None,
        )
        return None
    kind = kinds[0]
    here = (*path, kind)
    long: dict[str, Any] = raw[kind] if isinstance(raw[kind], dict) else {}
    when = read_condition(doc, (*here, "when"), context, long["when"]) if "when" in long else None
    policy = policy_at = None
    if kind in ("implies", "same_as"):
        policy = long["policy"] if long else raw[kind]
        policy_at = doc.position((*here, "policy") if long else here)
    decided = long.get("decision", "permitted" if kind == "implies" else [])
    attributes: list[str] = []
    if kind == "regardless":
        attributes = long["of"] if long else raw[kind]
        _check_attributes(attributes, (*here, "of") if long else here, part, context)
    return Property(
        raw["id"],
        kind,
        tuple(dict.fromkeys(decided if isinstance(decided, list) else [decided])),
        when,
        policy,
        doc.base if policy is not None else None,
        tuple(dict.fromkeys(attributes)),
        cites=tuple(raw.get("cites") or ()),
        title=raw.get("title"),
        text=raw.get("text"),
        note=raw.get("note"),
        at=doc.position((*path, "id")),
        policy_at=policy_at,
    )


def _check_attributes(
    names: list[str], path: tuple[str | int, ...], part: Located, context: Context
) -> None:
    for index, name in enumerate(names):
        if name not in context.vocabulary:
            context.problem(
                "SR304",
                f"{quoted(name)} is not an attribute",
                part.doc.position((*path, index)),
                help=did_you_mean(name, context.vocabulary),
            )


def timeline_properties(
    timeline: Timeline,
    parts: Iterable[Located],
    register_has: Callable[[str], str | Literal[True] | None],
    problems: list[Problem],
) -> tuple[Property, ...]:
    """Read the properties of a timeline; problems are added to the list.

    Their conditions may use the attributes of all its policies, its own parameters and the
    register's zones.
    """

    def has_zone(name: str) -> str | Literal[True] | None:
        known = register_has(name)
        if known is True:
            return True
        for policy in timeline.policies:
            readings = (r for q in policy.questions.values() for r in q.readings.values())
            if any(name in zones for zones in (policy.zones, *(r.zones for r in readings))):
                return (
                    f"it is a zone of the policy {quoted(policy.name)}; a timeline knows the"
                    " register's alone"
                )
        return known

    found: list[Problem] = []
    parameters: dict[str, Attribute | None] = {
        name: attribute_of(figure) for name, figure in timeline.parameters.items()
    }
    context = Context(timeline.vocabulary, (), parameters, has_zone, found)
    properties = read_properties(parts, context)
    for problem in found:
        if problem.code == "SR303":
            problem = replace(
                problem,
                expected="a test such as `weapon.made_in: US`, or `all`, `any` or `not` of tests",
                help="a timeline has no definitions; write out what is meant",
            )
        problems.append(problem)
    return properties


def read_accepts(parts: Iterable[Located]) -> tuple[Accept, ...]:
    """Read what findings are accepted, of parts whose shape was checked."""
    return tuple(
        Accept(
            part.raw["finding"],
            part.raw["because"],
            tuple(part.raw.get("about") or ()),
            part.origin,
            part.doc.position(part.path),
        )
        for part in parts
    )
