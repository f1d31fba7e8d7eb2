"""The library: load a policy, check a scenario, look at a zone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from msgspec.structs import fields, replace

from strikerules.documents import Document
from strikerules.documents.parse import MOST_DEPTH
from strikerules.engine.assemble import decide
from strikerules.engine.compile import compile_ruling
from strikerules.engine.decision import Decision as EngineDecision
from strikerules.engine.margin import Margin as EngineMargin
from strikerules.engine.program import Program
from strikerules.geography.atlas import Atlas
from strikerules.geography.zones import Zone, ZoneRegister, zone_register
from strikerules.language.library import DEFAULT, Library
from strikerules.language.policy import Ruling, Timeline
from strikerules.language.scenario import Scenario, read_scenario, read_scenarios
from strikerules.language.values import read_date
from strikerules.language.vary import vary
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, quoted
from strikerules.sources.cited import Claims, shipped_claims

__all__ = ["Decision", "Policy", "load", "zone"]


class Decision(EngineDecision, frozen=True):
    """A decision that shows itself: as text when printed, as HTML in a notebook."""

    @classmethod
    def of(cls, decision: EngineDecision) -> Decision:
        """Return an engine's decision as one that shows itself."""
        return cls(**{f.name: getattr(decision, f.name) for f in fields(EngineDecision)})

    def __repr__(self) -> str:
        return f"<Decision {self}>"

    def text(self, *, width: int = 80, colour: bool = False) -> str:
        """Return the decision as text for people, as ``strikerules check`` prints it."""
        from strikerules.views.text import decision_text

        return decision_text(self, width=width, colour=colour)

    def markdown(self) -> str:
        """Return the decision as Markdown."""
        from strikerules.views.markdown import decision_markdown

        return decision_markdown(self)

    def _repr_html_(self) -> str:
        from strikerules.views.html import decision_html

        return decision_html(self)


class Margin(EngineMargin, frozen=True):
    """How robust a settled decision is; as text when printed."""

    @classmethod
    def of(cls, margin: EngineMargin | None) -> Margin | None:
        """Return an engine's margin as one that shows itself."""
        return None if margin is None else cls(margin.decision, margin.facts, margin.places)

    def text(self, *, width: int = 80) -> str:
        """Return the margins as text for people, as ``strikerules check --margin`` prints them."""
        from strikerules.views.margin import margin_text

        return margin_text(self, width=width)

    def __str__(self) -> str:
        return self.text()


class Policy:
    """A policy or a timeline, ready to decide.

    Parameters
    ----------
    ruling : Policy or Timeline
        As the language layer reads it.
    atlas : Atlas
    claims : Claims

    Attributes
    ----------
    name, title : str
    questions : dict
        Open questions with the names of their readings.
    """

    def __init__(self, ruling: Ruling, atlas: Atlas, claims: Claims) -> None:
        self.ruling, self._atlas, self._claims = ruling, atlas, claims
        self._program: Program | None = None

    def __repr__(self) -> str:
        kind = "Timeline" if isinstance(self.ruling, Timeline) else "Policy"
        return f"<{kind} {self.name}: {self.title}>"

    @property
    def name(self) -> str:
        """Its name."""
        return self.ruling.name

    @property
    def title(self) -> str:
        """Its title, or its name where it has none."""
        return self.ruling.title or self.ruling.name

    def of(self, ruling: Ruling) -> Policy:
        """Return another ruling with the same zones and claims at hand."""
        return Policy(ruling, self._atlas, self._claims)

    @property
    def atlas(self) -> Atlas:
        """Where its zones are found."""
        return self._atlas

    @property
    def questions(self) -> dict[str, tuple[str, ...]]:
        """The open questions, each with its readings."""
        return {q: tuple(v.readings) for q, v in self.ruling.open_questions.items()}

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters' values."""
        found = {n: f.value for n, f in self.ruling.parameters.items()}
        for policy in self.ruling.policies if isinstance(self.ruling, Timeline) else ():
            found |= {n: f.value for n, f in policy.parameters.items()}
        return found

    @property
    def program(self) -> Program:
        """What it compiles to."""
        if self._program is None:
            self._program = compile_ruling(self.ruling, self._atlas)
        return self._program

    def vary(
        self,
        *,
        set: Mapping[str, Any] | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Policy:
        """Return a policy with parameters set and questions answered.

        Parameters
        ----------
        set : mapping, optional
            From a parameter to its value.
        readings : mapping, optional
            From a question to the reading chosen.

        Raises
        ------
        InvalidInput
            SR323 or SR324: there is no such parameter, question or reading.

        Examples
        --------
        >>> load("kharkiv").vary(set={"long_range_km": 300}).parameters["long_range_km"]
        300.0
        """
        return Policy(vary(self.ruling, set=set, readings=readings), self._atlas, self._claims)

    def check(
        self,
        scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
        margin: bool = False,
    ) -> Decision:
        """Decide one scenario.

        Parameters
        ----------
        scenario : mapping, Scenario or path
            A mapping is nested (``{"weapon": {"made_in": "US"}}``) or has dotted keys; what is
            left out is unknown. A file must hold one scenario (`check_all` takes more).
        readings, set : mapping, optional
            As in `vary`.
        as_of : str, optional
            Decide as if this were the scenario's date.
        margin : bool
            Also say how robust a settled decision is (see `margins`).

        Returns
        -------
        Decision

        Raises
        ------
        InvalidInput
            With every problem at once.

        Examples
        --------
        >>> load("kharkiv").check({"weapon": {"made_in": "US"}, "target": {
        ...     "location": {"lon": 36.23, "lat": 49.99}}}).decision
        'not_governed'
        """
        policy = self.vary(set=set, readings=readings) if set or readings else self
        return policy._decide(one_scenario(scenario, policy.ruling.vocabulary), as_of, margin)

    def margins(
        self, scenario: Mapping[str, Any] | Scenario | str | PathLike[str]
    ) -> Margin | None:
        """Return by how much each known fact and place may be off before the decision changes.

        Parameters
        ----------
        scenario : mapping, Scenario or path
            As in `check`.

        Returns
        -------
        Margin or None
            None where the case is open. What is measured, and how exactly, is in
            docs/semantics.md.

        Examples
        --------
        >>> case = {"weapon.made_in": "US", "target.location": {"lon": 40.0, "lat": 52.0}}
        >>> round(load("ban").margins(case).places[0].first.km)
        241
        """
        return Margin.of(self.check(scenario, margin=True).margin)

    def check_all(
        self, source: str | PathLike[str], *, as_of: str | None = None, margin: bool = False
    ) -> list[Decision]:
        """Decide every scenario of a file; ``-`` is standard input."""
        scenarios = read_scenarios(source, self.ruling.vocabulary)
        return self._decide_all(scenarios, as_of, margin)

    def _decide_all(
        self, scenarios: list[Scenario], as_of: str | None = None, margin: bool = False
    ) -> list[Decision]:
        problems: list[Problem] = []
        decisions: list[Decision] = []
        for scenario in scenarios:
            try:
                decisions.append(self._decide(scenario, as_of, margin))
            except InvalidInput as error:
                problems.extend(error.problems)
        if problems:
            raise InvalidInput(problems)
        return decisions

    def _decide(self, scenario: Scenario, as_of: str | None, margin: bool = False) -> Decision:
        scenario = on_day(scenario, as_of)
        decision = decide(self.program, scenario, self._atlas, self._claims)
        if margin:
            from strikerules.analysis.margin import margins

            found = margins(self.program, scenario, self._atlas) if decision.settled else None
            decision = replace(decision, margin=Margin.of(found), margin_asked=True)
        return Decision.of(decision)


def on_day(scenario: Scenario, as_of: str | None) -> Scenario:
    """Return a scenario as if a day were its date; as it is without one.

    Raises
    ------
    InvalidInput
        The day is no date.
    """
    if as_of is None:
        return scenario
    day = read_date(as_of, None)
    if isinstance(day, Problem):
        raise InvalidInput(day)
    return replace(
        scenario,
        values={**scenario.values, "date": day},
        withheld=scenario.withheld - {"date"},
    )


def one_scenario(
    scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
    vocabulary: Vocabulary,
    several: str = "`check_all` decides them all",
) -> Scenario:
    """Return a scenario that is given in one way or another.

    Parameters
    ----------
    scenario : mapping, Scenario or path
    vocabulary : Vocabulary
    several : str
        What to do about a file that holds more than one.

    Raises
    ------
    InvalidInput
        SR201 where it is none, or more than one.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        return read_scenario(_plain_mapping(scenario), vocabulary)
    if not isinstance(scenario, str | PathLike):
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(scenario)} is not a scenario",
                expected="a mapping, a Scenario, or the path of a file",
            )
        )
    found = read_scenarios(scenario, vocabulary)
    if len(found) > 1:
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(str(scenario))} holds {len(found)} scenarios",
                expected="one",
                help=several,
            )
        )
    return found[0]


@cache
def _shared() -> tuple[ZoneRegister, Claims]:
    return zone_register(), shipped_claims()


def load(
    source: str | PathLike[str] | Mapping[str, Any] = DEFAULT,
    *,
    sources: str | PathLike[str] | None = None,
) -> Policy:
    """Load a policy or a timeline.

    Parameters
    ----------
    source : str, path or mapping
        A name (``kharkiv``; ``timeline`` is the shipped timeline), the path of a YAML file, or
        the policy itself as a mapping.
    sources : path, optional
        A folder or file of registered sources beside those that ship.

    Returns
    -------
    Policy

    Raises
    ------
    InvalidInput
        Every problem of the file at once, each with its place.

    Examples
    --------
    >>> load("kharkiv").title
    'Limited permission near Kharkiv'
    """
    register, claims = _shared()
    atlas = Atlas(register)
    if sources is not None:
        from strikerules.data import folder

        claims = Claims(folder("seeds"), sources)
    library = Library(atlas.has)
    if isinstance(source, Mapping):
        ruling = library.load_document(Document("", "", _plain_mapping(source), {}, Path.cwd()))
    else:
        ruling = library.load(source)
    atlas.check(ruling)
    return Policy(ruling, atlas, claims)


def _plain_mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping as a file would hold it: lists, dicts, text, numbers."""
    return {str(k): _plain(v, 1) for k, v in mapping.items()}


def _plain(value: Any, depth: int) -> Any:
    import datetime
    import numbers

    if depth > MOST_DEPTH:
        raise InvalidInput(Problem("SR107", f"nested more than {MOST_DEPTH} deep"))
    if isinstance(value, Mapping):
        return {str(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, depth + 1) for v in value]
    if isinstance(value, numbers.Number) and not isinstance(value, bool | int | float):
        # numpy's numbers, which a data frame hands out
        return value.item() if hasattr(value, "item") else str(value)
    if type(value).__name__ == "bool_" or type(value).__name__ == "bool":
        return bool(value)
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value


def zone(name: str) -> Zone:
    """Return a zone of the register.

    Parameters
    ----------
    name : str
        Such as ``kharkiv-oblast``; `strikerules zones` lists them.

    Returns
    -------
    Zone
        Its `geometry` is a shapely polygon in longitude and latitude (WGS 84).

    Raises
    ------
    InvalidInput
        SR401: there is none so called.

    Examples
    --------
    >>> zone("russia").geometry.geom_type
    'MultiPolygon'
    """
    return _shared()[0].get(name)
