"""Putting a decision together: verdict, rules, explanation, assumptions, citations, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from strikerules.engine.case import DISTANCE, LAUNCH, TARGET, Case
from strikerules.engine.decide import Verdict, rule_results
from strikerules.engine.decision import Citation, Decision, NextQuestion, RuleResult, names_of
from strikerules.engine.diagram import dimensions_in
from strikerules.engine.explain import Step, explain, leaned_on
from strikerules.engine.idle import idle_rules
from strikerules.engine.program import Program
from strikerules.engine.settle import OpenCase, Settlings
from strikerules.engine.words import km_words
from strikerules.geography.atlas import Atlas
from strikerules.language.policy import Policy, Timeline, fixed_in
from strikerules.language.scenario import Scenario
from strikerules.language.values import written
from strikerules.problems import Problem, did_you_mean, quoted
from strikerules.sources.cited import Claims

__all__ = ["decide", "decide_case"]

_NEVER_NAMED = ("weapon.name", "date")


def decide(program: Program, scenario: Scenario, atlas: Atlas, claims: Claims) -> Decision:
    """Decide one scenario.

    Parameters
    ----------
    program : Program
    scenario : Scenario
    atlas : Atlas
    claims : Claims
        Where claims are looked up.

    Raises
    ------
    InvalidInput
        The scenario names a zone, town or weapon that there is not, or a polygon that is none.
    """
    return decide_case(Case(program, scenario, atlas), claims)


def decide_case(
    case: Case,
    claims: Claims,
    explained: Callable[[Verdict, Sequence[RuleResult]], Step] = explain,
) -> Decision:
    """Decide a scenario that stands before its program already.

    Parameters
    ----------
    case : Case
    claims : Claims
    explained : callable, optional
        What makes the explanation.
    """
    program, scenario = case.program, case.scenario
    verdict = Verdict(case)
    results = rule_results(verdict)
    tree = explained(verdict, results)
    depends = verdict.depends_on()
    decisive = list(_decisive(tree, verdict))
    ruling = program.ruling
    policies = [p.policy for p in program.parts if verdict.false[p.entry] != program.every]
    cut = verdict.worlds is not None and verdict.worlds.exhausted
    citations = tuple(_citations(decisive, policies, depends.questions, ruling, claims))
    settlings, ask_next = _what_to_ask(verdict)
    return Decision(
        scenario=scenario.name,
        policy=policies[0].name if len(policies) == 1 else ruling.name,
        possible=names_of(verdict.masks, program.every),
        rules=results,
        depends_on=depends,
        readings=verdict.rows(depends.questions, _fixed(ruling)),
        assumptions=tuple(_assumptions(decisive)),
        citations=citations,
        settled_by=settlings.sets,
        ask_next=ask_next,
        warnings=(*case.warnings, *_unknown_claims(citations, policies, claims)),
        notes=(*_notes(case, verdict, policies), *_settling_note(settlings)),
        title=scenario.title,
        timeline=ruling.name if isinstance(ruling, Timeline) else None,
        exact=not cut,
        why=tree,
    )


def _what_to_ask(verdict: Verdict) -> tuple[Settlings, NextQuestion | None]:
    """Return what would settle the case, and what to ask first; nothing where it is settled."""
    if len(names_of(verdict.masks, verdict.program.every)) == 1:
        return Settlings(()), None
    case = OpenCase(verdict)
    matter = [] if verdict.worlds is None else verdict.worlds.matters(verdict.diagram)
    return case.settlings(), case.next_question(matter)


def _settling_note(settlings: Settlings) -> Iterator[str]:
    if settlings.largest == 0:
        yield "of the many sets of answers that would settle it one is given; it may not be minimal"
    elif settlings.largest is not None:
        answers = "one answer" if settlings.largest == 1 else f"{settlings.largest} answers"
        yield f"sets of more than {answers} that would settle it are too many, and left out"


def _fixed(ruling: Policy | Timeline) -> dict[str, str]:
    return {q: r for q, r in fixed_in(ruling).items() if q not in ruling.open_questions}


def _decisive(tree: Step, verdict: Verdict) -> Iterator[Step]:
    """Yield the steps at the top of the tree that the outcome rests on."""
    sides = verdict.true, verdict.false, verdict.program.every
    idle = {name for part in verdict.program.parts for name in idle_rules(part, *sides)}
    for step in tree.children:
        if step.kind != "rule" or step.name not in idle:
            yield step


def _assumptions(decisive: Iterable[Step]) -> Iterator[str]:
    steps = (step for top in decisive for step in leaned_on(top))
    yield from dict.fromkeys(name for step in steps for name in step.assumptions)


def _citations(
    decisive: list[Step],
    policies: list[Policy],
    questions: tuple[str, ...],
    ruling: Policy | Timeline,
    claims: Claims,
) -> Iterator[Citation]:
    """Claims of what decided, of what is open, and of the policy where nothing else is cited."""
    wanted: list[str] = []
    rules = [s for s in decisive if s.kind == "rule" and s.truth != "no"]
    for step in (*rules, *(s for s in decisive if s.kind == "otherwise")):
        wanted += step.citations
        if step.kind == "rule":
            wanted += [c for inner in leaned_on(step) for c in inner.citations]
    asked = {q: v for p in policies for q, v in p.questions.items()}
    if isinstance(ruling, Timeline):
        asked |= ruling.questions
    for name in questions:
        wanted += asked[name].cites
    if not wanted:
        wanted += [c for s in decisive for inner in leaned_on(s) for c in inner.citations]
        wanted += [c for p in policies for c in p.cites]
    among = list(dict.fromkeys(s for p in policies for s in p.sources)) or list(ruling.sources)
    for ref in dict.fromkeys(wanted):
        found = claims.find(ref, among)
        if found is None:
            yield Citation(ref, None, None)
        else:
            yield Citation(
                found.id, found.source, found.paragraph, found.text, found.firmness, found.speaker
            )


def _unknown_claims(
    citations: tuple[Citation, ...], policies: list[Policy], claims: Claims
) -> Iterator[Problem]:
    """Warn of cites that a registered source of the policy does not have."""
    named = [s for p in policies for s in p.sources]
    known = [c for s in dict.fromkeys(named) for c in claims.ids(s)]
    if not known:
        return
    for one in citations:
        if one.source is None:
            yield Problem(
                "SR704",
                f"the claim {quoted(one.claim)} is cited, and no source of the policy has it",
                policies[0].at,
                help=did_you_mean(one.claim, known),
            )


def _notes(case: Case, verdict: Verdict, policies: list[Policy]) -> Iterator[str]:
    ruling = case.program.ruling
    for policy in policies:
        if policy.hypothetical:
            yield f"`{policy.name}` is hypothetical: nobody has announced it"
    day = case.values.get("date")
    if isinstance(ruling, Timeline) and ruling.known_until and day is not None:
        if day > ruling.known_until:  # type: ignore[operator]
            yield (
                f"the sources end on {ruling.known_until}; what was said after that is not in"
                f" `{ruling.name}`"
            )
    worlds = verdict.worlds
    if worlds is not None and worlds.exhausted:
        yield (
            f"left open after {worlds.looked_at:,} partial worlds: some of what it hangs on may"
            " not matter"
        )
    if worlds is not None and worlds.loose and len(names_of(verdict.masks, case.program.every)) > 1:
        yield (
            "places and edges are uncertain by different distances; which combinations are"
            " possible is bounded, not exact"
        )
    yield from _distance_note(case, verdict)
    looked = {a.attribute for a in case.program.atoms} | set(_NEVER_NAMED)
    looked |= {n for p in policies for r in p.rules for n in r.regardless}
    if "target.depth_km" in looked:
        looked.add("target.location")
    narrowed = any(
        place.kind != "point" or place.accuracy_km for place in case.places.values()
    ) and looked & {"target.location", "launch.location"}
    if "strike.distance_km" in looked or narrowed:
        looked |= {DISTANCE, "launch.location", "target.location", "weapon.max_range_km"}
    idle = sorted(n for n in case.scenario.given if n not in looked)
    if idle:
        values = case.values
        shown = ", ".join(f"{n} ({written(values[n])})" if n in values else n for n in idle)
        yield f"no rule looks at: {shown}"


def _distance_note(case: Case, verdict: Verdict) -> Iterator[str]:
    """Say so where a case is open because two uncertain places meet in one distance."""
    ends = {path: case.places[path] for path in (TARGET, LAUNCH)}
    if (
        DISTANCE in case.values
        or not ends.keys() <= case.scenario.locations.keys()
        or any(place.exact for place in ends.values())
        or verdict.worlds is None
    ):
        return
    names = {verdict.worlds.dimensions[i].name for i in dimensions_in(verdict.diagram)}
    if DISTANCE in names:
        low, high = km_words(case.distance.low), km_words(case.distance.high)
        yield (
            "target and launch are both uncertain; of the distance between them only the bounds"
            f" are known, {low} to {high}"
        )
