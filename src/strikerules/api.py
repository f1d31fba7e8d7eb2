"""The library: load a policy, check a scenario, look at a zone."""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from strikerules import __version__
from strikerules.documents import Document
from strikerules.engine.assemble import decide
from strikerules.engine.compile import compile_ruling
from strikerules.engine.program import Program
from strikerules.exploring import Exploring
from strikerules.geography.atlas import Atlas
from strikerules.geography.zones import Zone, ZoneRegister, zone_register
from strikerules.given import on_day, one_scenario, plain_mapping
from strikerules.language.library import DEFAULT, Library
from strikerules.language.policy import Ruling, Timeline, fixed_in, pinned_in
from strikerules.language.scenario import Scenario, read_scenarios
from strikerules.language.values import written
from strikerules.language.vary import vary
from strikerules.problems import InvalidInput, Problem
from strikerules.shown import Decision, Margin, kept
from strikerules.sources.cited import Claims, shipped_claims

if TYPE_CHECKING:
    from strikerules.engine.quick import Answer, Single

__all__ = ["Decision", "Policy", "load", "zone"]


#: After so many scenarios it pays to keep what cases of one kind have in common.
_ENOUGH = 8


class _Origin(Struct, frozen=True):
    """Where a policy is from, for another process to have it from there.

    Parameters
    ----------
    name : str, optional
        That of a shipped policy or timeline; without one the policy is sent as it was read.
    sources : str, optional
        Registered sources beside those that ship.
    steps : tuple
        What was set and which readings were chosen, step after step.
    """

    name: str | None = None
    sources: str | None = None
    steps: tuple[tuple[dict[str, Any], dict[str, str]], ...] = ()


class Policy(Exploring):
    """A policy or a timeline, ready to decide.

    It can be pickled: one that ships by its name and what was varied, any other as it was read.
    In another process it is made ready once, however many copies arrive.

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
        super().__init__()
        self.ruling, self._atlas, self._claims = ruling, atlas, claims
        self._program: Program | None = None
        self._origin = _Origin()

    def __repr__(self) -> str:
        ruling = self.ruling
        kind = "Timeline" if isinstance(ruling, Timeline) else "Policy"
        chosen = [f"{question}={reading}" for question, reading in fixed_in(ruling).items()]
        chosen += [f"{name}={written(self.parameters[name])}" for name in sorted(pinned_in(ruling))]
        told = f" ({', '.join(chosen)})" if chosen else ""
        return f"<{kind} {self.name}{told}: {self.title}>"

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return _unpacked, (self._packed,)

    @cached_property
    def _packed(self) -> bytes:
        ruling = None if self._origin.name else self.ruling
        return pickle.dumps((__version__, self._origin, ruling))

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
        found = Policy(ruling, self._atlas, self._claims)
        found._origin = _Origin(sources=self._origin.sources)
        return found

    @property
    def atlas(self) -> Atlas:
        """Where its zones are found."""
        return self._atlas

    @property
    def claims(self) -> Claims:
        """Where the words of the claims that it cites are found."""
        return self._claims

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
            with _no_collecting():
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
        found = self.of(vary(self.ruling, set=set, readings=readings))
        step = (dict(set or {}), dict(readings or {}))
        found._origin = replace(self._origin, steps=(*self._origin.steps, step))
        return found

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
        if not (set or readings or as_of or margin) and isinstance(scenario, dict):
            found = self._as_before(scenario)
            if found is not None:
                return Decision.of(found, (self, kept(scenario)))
        return policy._decide(one_scenario(scenario, policy.ruling.vocabulary), as_of, margin)

    def decide(self, scenario: Mapping[str, Any]) -> Answer:
        """Decide one scenario without explaining it, fast enough for a simulation's loop.

        What was worked out for one scenario serves all that are alike: the first few take as long
        as `check`, the others some millionths of a second.

        Parameters
        ----------
        scenario : mapping
            As in `check`.

        Returns
        -------
        Answer
            With `decision`, `possible`, `settled`, `rules` (those that apply) and `depends_on`;
            the same as `check` says.

        Raises
        ------
        InvalidInput
            With every problem at once.

        Examples
        --------
        >>> load("kharkiv").decide({"weapon": {"made_in": "US"}, "target": {
        ...     "location": {"lon": 36.23, "lat": 49.99}}}).decision
        'not_governed'
        """
        single: Single | None = getattr(self._deciders, "single", None)
        return (single or self._single()).decide(scenario)

    def _single(self) -> Single:
        """What decides one scenario after another, in this thread."""
        from strikerules.engine.quick import Signatures, Single

        single: Single | None = getattr(self._deciders, "single", None)
        if single is None:
            program = self.program
            with _no_collecting():
                single = self._deciders.single = Single(
                    Signatures(program, self._atlas),
                    lambda given: one_scenario(given, self.ruling.vocabulary),
                )
        return single

    def _as_before(self, scenario: dict[str, Any]) -> Decision | None:
        """Decide as cases of the same kind were, once several scenarios have been checked."""
        deciders = self._deciders
        explained = getattr(deciders, "explained", None)
        if explained is None:
            deciders.checked = getattr(deciders, "checked", 0) + 1
            if deciders.checked <= _ENOUGH:
                return None
            from strikerules.engine.quick.explained import Explained

            explained = Explained(self.program, self._atlas, self._claims, Decision)
            deciders.explained = explained
        found = self._single().explain(scenario, explained)
        assert found is None or isinstance(found, Decision)
        return found

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
        return Decision.of(decision, (self, scenario))


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
    if "pandas" in sys.modules:
        # pandas came after this package: its data frames can be decided from now on
        import_module("strikerules.pandas")
    atlas, claims = _at_hand(sources)
    library = Library(atlas.has)
    with _no_collecting():
        if isinstance(source, Mapping):
            ruling = library.load_document(Document("", "", plain_mapping(source), {}, Path.cwd()))
        else:
            ruling = library.load(source)
        atlas.check(ruling)
    policy = Policy(ruling, atlas, claims)
    shipped = isinstance(source, str) and source in ("timeline", *library.names())
    policy._origin = _Origin(
        str(source) if shipped else None, None if sources is None else str(Path(sources).resolve())
    )
    return policy


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Leave what is made alone until it is done.

    Of a policy with many parts everything is kept, and the collector of garbage would go through
    all of it over and over again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _at_hand(sources: str | PathLike[str] | None) -> tuple[Atlas, Claims]:
    register, claims = _shared()
    if sources is not None:
        from strikerules.data import folder

        claims = Claims(folder("seeds"), sources)
    return Atlas(register), claims


@lru_cache(maxsize=8)
def _unpacked(packed: bytes) -> Policy:
    """Return a policy that was pickled; the same one for the same pickle."""
    version, origin, ruling = pickle.loads(packed)
    if version != __version__:
        raise RuntimeError(
            f"the policy comes from strikerules {version}, and this is strikerules {__version__}:"
            " it might decide otherwise here"
        )
    if origin.name is None:
        policy = Policy(ruling, *_at_hand(origin.sources))
        policy._origin = origin
        return policy
    policy = load(origin.name, sources=origin.sources)
    for setting, readings in origin.steps:
        policy = policy.vary(set=setting, readings=readings)
    return policy


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
