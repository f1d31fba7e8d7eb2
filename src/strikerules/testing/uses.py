"""The policies that a test file names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from msgspec import Struct

from strikerules.api import Policy, load
from strikerules.documents import Document, Path
from strikerules.geography.atlas import zones_of
from strikerules.language.library import Library
from strikerules.language.locations import InZone, Named
from strikerules.language.policy import Timeline, questions_of
from strikerules.language.scenario import Scenario
from strikerules.language.vary import apply_set
from strikerules.language.weapons import find_weapon
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["Uses", "misanswered", "read_uses", "unresolved"]


class Uses(Struct, frozen=True):
    """The policies of a test file.

    Attributes
    ----------
    policies : dict
        By the names that cases have for them.
    sources : dict
        From the same names to what the file says: a name or a path.
    answers : dict
        From the same names to the questions answered and the parameters set for it.
    files : tuple of pathlib.Path
        All that they were read from.
    """

    policies: dict[str, Policy]
    sources: dict[str, str]
    answers: dict[str, tuple[dict[str, str], dict[str, Any]]]
    files: tuple[FilePath, ...]

    @property
    def rules(self) -> dict[str, set[str]]:
        """The rules of each policy; of a timeline those of all its policies."""
        found = {}
        for name, policy in self.policies.items():
            ruling = policy.ruling
            among = ruling.policies if isinstance(ruling, Timeline) else (ruling,)
            found[name] = {rule.id for one in among for rule in one.rules}
        return found


def read_uses(doc: Document) -> Uses:
    """Load the policies that a test file names; names are looked for beside the file first.

    Raises
    ------
    InvalidInput
        SR901 where it names none, or both one and several; SR904 two of one name; SR3xx.
    """
    data, problems = doc.data, list[Problem]()
    if data.get("policy") is not None and data.get("policies") is not None:
        raise InvalidInput(
            Problem(
                "SR901", "both `policy` and `policies` are given",
                doc.position(("policies",), key=True), expected="one of the two",
            )
        )  # fmt: skip
    if data.get("policy") is not None:
        wanted: list[tuple[Any, Path]] = [(data["policy"], ("policy",))]
    elif data.get("policies") is not None:
        wanted = [(raw, ("policies", i)) for i, raw in enumerate(data["policies"])]
    else:
        raise InvalidInput(
            Problem(
                "SR901", "no policy is named",
                doc.position(("policy",) if "policy" in data else ("policies",)),
                expected="`policy: NAME_OR_FILE`, or `policies:` and a list of them",
            )
        )  # fmt: skip
    shared = load()
    library = Library(shared.atlas.has)
    policies: dict[str, Policy] = {}
    sources: dict[str, str] = {}
    answers: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
    for raw, path in wanted:
        use = raw if isinstance(raw, dict) else {"policy": raw}
        at = doc.position((*path, "policy") if isinstance(raw, dict) else path)
        try:
            ruling = library.load_from(use["policy"], doc.base, at)
            shared.atlas.check(ruling)
        except InvalidInput as error:
            problems += [
                p if p.position is not None else Problem(p.code, p.message, at, p.expected, p.help)
                for p in error.problems
            ]
            continue
        except OSError:  # a name that the system does not take
            problems.append(Problem("SR101", f"there is no file {quoted(use['policy'])}", at))
            continue
        policy = shared.of(ruling)
        name = use.get("name") or policy.name
        own = {part: use.get(part) or {} for part in ("set", "readings")}
        found = misanswered(policy, doc, path, own) if isinstance(raw, dict) else []
        if not found:
            whole = {part: {**(data.get(part) or {}), **own[part]} for part in own}
            found = misanswered(policy, doc, (), whole, name if len(wanted) > 1 else None)
        if found:
            problems += found
            continue
        policy = policy.vary(**own)
        if name in policies:
            problems.append(
                Problem(
                    "SR904", f"a second policy is called {quoted(name)} here", at,
                    help="give it a name of its own: `{policy: FILE, name: NAME}`",
                )
            )  # fmt: skip
        policies[name], sources[name] = policy, use["policy"]
        answers[name] = (use.get("readings") or {}, use.get("set") or {})
    if problems:
        raise InvalidInput(problems)
    return Uses(policies, sources, answers, tuple(library.files()))


def unresolved(scenario: Scenario, policy: Policy) -> list[Problem]:
    """Return what a scenario names that is not there: a weapon, a place, a zone."""
    found: list[Problem] = []
    at = scenario.positions
    name = scenario.values.get("weapon.name")
    try:
        if name is not None:
            find_weapon(name, at.get("weapon.name"))
    except InvalidInput as error:
        found += error.problems
    for path, location in scenario.locations.items():
        kind = {Named: ".place", InZone: ".zone"}.get(type(location), "")
        try:
            where = at.get(path + kind, at.get(path))
            policy.atlas.place(location, where, zones_of(policy.ruling))
        except InvalidInput as error:
            found += error.problems
    return found


def misanswered(
    policy: Policy,
    doc: Document,
    path: Path,
    whole: Mapping[str, Mapping[str, Any]],
    called: str | None = None,
) -> list[Problem]:
    """Return what is wrong with the parameters set and the questions answered at a place.

    Parameters
    ----------
    policy : Policy
    doc, path
        The part of the file that has `set` and `readings`.
    whole : mapping
        ``set`` and ``readings`` with those laid under them, which must go together.
    called : str, optional
        The policy's name in the file, to be said where it is one of several.
    """
    ruling, raw, found = policy.ruling, doc.get(path), list[Problem]()
    questions = questions_of(ruling)
    for name, value in (raw.get("set") or {}).items():
        here: Path = (*path, "set", name)
        one = apply_set(ruling, name, value, doc.position(here), doc.position(here, key=True))
        found += [one] if isinstance(one, Problem) else []
    for name, reading in (raw.get("readings") or {}).items():
        at = doc.position((*path, "readings", name), key=name not in questions)
        try:
            policy.vary(readings={name: reading})
        except InvalidInput as error:
            none = "no `readings`: the policy has no open questions"
            found += [
                Problem(p.code, p.message, at, p.expected if questions else none, p.help)
                for p in error.problems
            ]
    if not found:
        try:
            policy.vary(set=whole["set"], readings=whole["readings"])
        except InvalidInput as error:
            at = doc.position((*path, "set"), key=True)
            found = [Problem(p.code, p.message, at, p.expected, p.help) for p in error.problems]
    if called is None:
        return found
    return [p if quoted(called) in p.message
            else Problem(p.code, f"{p.message} (policy {quoted(called)})", p.position, p.expected,
                         p.help) for p in found]  # fmt: skip
