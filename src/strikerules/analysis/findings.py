"""What `verify` finds: each with a stable code, a place, and a scenario where one shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from strikerules.language.policy import Accept
from strikerules.problems import Position, Problem

__all__ = ["LEVELS", "Finding", "Level", "Report", "accepted"]

Level = Literal["error", "warning", "note"]

LEVELS: dict[str, Level] = {
    "SR801": "warning",
    "SR802": "warning",
    "SR803": "warning",
    "SR804": "warning",
    "SR805": "warning",
    "SR806": "warning",
    "SR807": "warning",
    "SR808": "note",
    "SR809": "note",
    "SR810": "note",
    "SR811": "note",
    "SR812": "warning",
    "SR813": "warning",
    "SR814": "warning",
    "SR815": "error",
    "SR816": "error",
    "SR817": "error",
    "SR818": "note",
    "SR819": "note",
    "SR821": "error",
    "SR822": "warning",
    "SR823": "warning",
}
"""How grave each code is; those of the source register are warnings."""


class Finding(Struct, frozen=True):
    """One finding.

    Parameters
    ----------
    code : str
    message : str
        Lower case, no full stop.
    policy : str
        The policy or timeline that it is about.
    about : tuple of str
        The names in it (rules, readings, zones, …) that an `accept` can give.
    at : Position, optional
    help : str, optional
    witness : dict, optional
        A scenario that shows it, replayed through the engine.
    readings : dict
        The readings under which it does.
    decision : str, optional
        What the engine says of the witness.
    show : callable, optional
        Looks for the witness, its readings and its decision, where that is still to be done.
    """

    code: str
    message: str
    policy: str
    about: tuple[str, ...] = ()
    at: Position | None = None
    help: str | None = None
    witness: dict[str, Any] | None = None
    readings: dict[str, str] = {}
    decision: str | None = None
    show: Callable[[], dict[str, Any]] | None = None

    def shown(self) -> Finding:
        """Return the finding with its scenario, which is looked for only now."""
        return self if self.show is None else replace(self, show=None, **self.show())

    @property
    def level(self) -> Level:
        """How grave it is: an error is wrong for sure, a note a matter of tidiness."""
        return LEVELS.get(self.code, "warning")

    def problem(self) -> Problem:
        """Return it as what errors are shown as."""
        return Problem(self.code, self.message, self.at, help=self.help)

    def to_dict(self) -> dict[str, Any]:
        """Return it as one entry of ``findings`` in ``verify/1``."""
        out: dict[str, Any] = {
            "code": self.code,
            "level": self.level,
            "message": self.message,
            "policy": self.policy,
            "about": list(self.about),
        }
        if self.at is not None and self.at.file:
            out |= {"file": self.at.file, "line": self.at.line, "column": self.at.column}
        if self.help:
            out["help"] = self.help
        if self.witness is not None:
            out["witness"] = self.witness
            out["readings"] = self.readings
            out["decision"] = self.decision
        return out


class Report(Struct, frozen=True):
    """What was found of one policy or timeline.

    Attributes
    ----------
    findings : tuple of Finding
    accepted : tuple of (Finding, str)
        Those that the policy accepts, each with its reason.
    proved : tuple of str
        The properties that hold in every scenario, under every reading.
    notes : tuple of str
    """

    policy: str
    findings: tuple[Finding, ...] = ()
    accepted: tuple[tuple[Finding, str], ...] = ()
    proved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as one entry of ``results`` in ``verify/1``."""
        return {
            "policy": self.policy,
            "findings": [f.to_dict() for f in self.findings],
            "accepted": [{**f.to_dict(), "because": why} for f, why in self.accepted],
            "proved": list(self.proved),
            "notes": list(self.notes),
        }


def accepted(
    found: Iterable[Finding], accepts: Iterable[Accept], policy: str
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Part findings into those that stand and those that are accepted.

    An `accept` of the policy's own that accepts nothing becomes a finding (SR819).
    """
    accepts = list(accepts)
    used: set[int] = set()
    standing: list[Finding] = []
    taken: list[tuple[Finding, str]] = []
    for finding in found:
        why = None
        for number, one in enumerate(accepts):
            if one.code == finding.code and set(one.about) <= set(finding.about):
                used.add(number)
                why = why or one.because
        if why is None:
            standing.append(finding.shown())
        else:
            taken.append((finding, why))
    for number, one in enumerate(accepts):
        if number not in used and one.origin == policy:
            about = f" about {', '.join(one.about)}" if one.about else ""
            standing.append(
                Finding(
                    "SR819",
                    f"there is no finding {one.code}{about} to accept",
                    policy,
                    one.about,
                    one.at,
                    "take it out, or mend the code or the names",
                )
            )
    return standing, taken
