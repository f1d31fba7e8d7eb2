"""Policies looked at in all worlds, for Python: `verify` and what it returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from strikerules.analysis.findings import Finding, Report
from strikerules.analysis.verify import verify_ruling
from strikerules.analysis.zone_checks import register_findings
from strikerules.api import Policy, load
from strikerules.documents import read_document
from strikerules.documents.accepted import shipped_documents
from strikerules.engine.decision import Decision
from strikerules.language.elements import elements_of, shipped_elements
from strikerules.language.library import Library
from strikerules.language.policy import Policy as Ruled
from strikerules.language.policy import Property, Ruling
from strikerules.language.scenario import read_scenario
from strikerules.sources.register import SourceRegister, shipped_register
from strikerules.sources.tracing import trace

__all__ = ["Verification", "verify"]

_ABOUT_CITES = ("SR501", "SR509", "SR514")


class Verification:
    """What `verify` found.

    Attributes
    ----------
    reports : tuple of Report
        One for each policy and timeline.
    """

    def __init__(self, reports: Iterable[Report]) -> None:
        self.reports = tuple(reports)

    def __iter__(self) -> Iterator[Finding]:
        return (finding for report in self.reports for finding in report.findings)

    def __len__(self) -> int:
        return sum(len(report.findings) for report in self.reports)

    def __repr__(self) -> str:
        found, looked = len(self), len(self.reports)
        return f"<Verification of {looked}: {found or 'no'} finding{'' if found == 1 else 's'}>"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that are not accepted, in order."""
        return tuple(self)

    def select(self, chosen: Iterable[str] = (), ignored: Iterable[str] = ()) -> Verification:
        """Return only the findings whose code begins as one of those chosen, and of none ignored.

        An empty `chosen` chooses all.
        """
        chosen, ignored = tuple(chosen), tuple(ignored)

        def wanted(finding: Finding) -> bool:
            picked = not chosen or finding.code.startswith(chosen)
            return picked and not (ignored and finding.code.startswith(ignored))

        return Verification(
            Report(
                r.policy, tuple(f for f in r.findings if wanted(f)), r.accepted, r.proved, r.notes
            )
            for r in self.reports
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``verify/1``, without the envelope."""
        return {"results": [report.to_dict() for report in self.reports]}


def verify(
    *policies: Policy | str | PathLike[str] | Mapping[str, Any],
    zones: bool = False,
    sources: str | PathLike[str] | None = None,
) -> Verification:
    """Look at policies in all worlds: gaps, conflicts, what can never matter, stated properties.

    Parameters
    ----------
    *policies : Policy, str, path or mapping
        Policies and timelines; those that ship unless given.
    zones : bool
        Whether the register's zones are held against what it states of them; so it is where no
        policies are given.
    sources : path, optional
        A folder or file of registered sources beside those that ship: their claims are looked for
        in what the policies encode.

    Returns
    -------
    Verification

    Raises
    ------
    InvalidInput
        A policy can't be read, or one that a property names.

    Examples
    --------
    >>> import strikerules as sr
    >>> found = sr.verify({"policy": "p", "rules": [{"id": "r", "effect": "permit",
    ...     "when": {"all": [{"timing": "pre_emptive"}, {"timing": "in_response"}]}}]})
    >>> [f.code for f in found]
    ['SR801', 'SR803', 'SR818']
    """
    if not policies:
        atlas = load().atlas
        policies, zones = tuple(map(load, Library(atlas.has).names())), True
    looked_at = [p if isinstance(p, Policy) else load(p, sources=sources) for p in policies]
    reports = [_report(policy) for policy in looked_at]
    if zones:
        reports.append(Report("zones", tuple(register_findings(load().atlas))))
    found = list(_source_findings(looked_at, sources))
    if found:
        reports.append(Report("sources", tuple(found)))
    return Verification(reports)


def _source_findings(
    policies: list[Policy], sources: str | PathLike[str] | None
) -> Iterator[Finding]:
    """Yield claims that nothing encodes, and cites of claims that there are not.

    Of a policy of one's own the cites are looked at; that a claim that ships does not name it is
    as it should be.
    """
    files = {p.ruling.at.file for p in policies if p.ruling.at is not None and p.ruling.at.file}
    if not files and sources is None:
        return
    elements, shipped = list(_shipped_elements()), _shipped_files()
    own = sorted(f for f in files if str(Path(f).resolve()) not in shipped and f not in shipped)
    for file in own:
        elements += elements_of(read_document(file), file)
    register = shipped_register()
    if sources is not None:
        register = SourceRegister(
            [*register.sources.values(), *SourceRegister.load(sources).sources.values()]
        )
    mine = None if sources is None else {str(p) for p in _files(sources)}
    for problem in trace(register, elements).problems():
        file = problem.position.file if problem.position else ""
        if own and file not in own and not (mine and file in mine):
            continue
        if file in own and problem.code not in _ABOUT_CITES:
            continue
        yield Finding(
            problem.code, problem.message, "sources", (), problem.position,
            problem.help or problem.expected,
        )  # fmt: skip


_shipped_elements = cache(shipped_elements)


@cache
def _shipped_files() -> frozenset[str]:
    return frozenset(str(path) for _, path, _ in shipped_documents())


def _files(sources: str | PathLike[str]) -> list[Path]:
    path = Path(sources)
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _report(policy: Policy) -> Report:
    library = Library(policy.atlas.has)
    known: dict[int, Policy] = {id(policy.ruling): policy}

    def of(ruling: Ruling) -> Policy:
        if id(ruling) not in known:
            known[id(ruling)] = policy.of(ruling)
        return known[id(ruling)]

    def check(ruling: Ruling, data: dict[str, Any], readings: dict[str, str]) -> Decision:
        from strikerules.analysis.space import vocabulary_of

        vocabulary = vocabulary_of([policy.ruling, ruling])
        return of(ruling).check(read_scenario(data, vocabulary), readings=readings)

    def other_of(stated: Property) -> Ruled:
        return library.load_property_policy(stated)

    return verify_ruling(
        policy.ruling,
        policy.atlas,
        check=check,
        other_of=other_of,
        parent_of=library.load_parent,
    )
