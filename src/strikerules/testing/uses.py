"""The policies that a test file names."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from msgspec import Struct

from strikerules.api import Policy, load
from strikerules.documents import Document, Path
from strikerules.language.library import Library
from strikerules.language.policy import Timeline
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["Uses", "read_uses"]


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
        raise InvalidInput(Problem("SR901", "no policy is named", doc.position()))
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
            policy = shared.of(ruling).vary(
                set=use.get("set") or {}, readings=use.get("readings") or {}
            )
        except InvalidInput as error:
            problems += [
                p if p.position is not None else Problem(p.code, p.message, at, p.expected, p.help)
                for p in error.problems
            ]
            continue
        name = use.get("name") or policy.name
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
