"""From a form to answers: the policy as varied, the decision, what the map shows."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from strikerules.api import Decision, Policy
from strikerules.app.choices import Choices
from strikerules.app.state import PLACES, Form, read_form, typed
from strikerules.geography.atlas import zones_of
from strikerules.language.locations import Location
from strikerules.language.policy import Figure, Ruling, Timeline, questions_of
from strikerules.language.scenario import read_scenario
from strikerules.problems import InvalidInput, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from strikerules.geography.places import Place

__all__ = ["Answer", "Answers", "figures_of"]

Problems = Mapping[str, tuple[Problem, ...]]
Box = tuple[float, float, float, float]

_MOST_REGIONS = 64


class Answer(Struct, frozen=True):
    """What one policy makes of a form.

    Parameters
    ----------
    policy : Policy or None
        With the readings and parameters chosen; None where it can't be loaded.
    decision : Decision or None
        None where nothing could be decided.
    data : dict
        The scenario that was decided, by paths.
    problems : mapping
        From a field, ``policy``, ``reading.QUESTION`` or ``parameter.NAME`` to what is wrong.
        Under an empty key stands what belongs to no field.
    region_key : str
        The same for all forms that have the same regions.
    ms : float
        How long it took.
    """

    policy: Policy | None
    decision: Decision | None
    data: dict[str, Any]
    problems: Problems
    region_key: str = ""
    ms: float = 0.0

    @property
    def unread(self) -> tuple[str, ...]:
        """The fields that can't be read, in order; they count as unknown or are left aside."""
        return tuple(self.problems)


class Answers:
    """Answers forms, and keeps what the next one will need again.

    Parameters
    ----------
    choices : Choices
    """

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._varied: OrderedDict[str, tuple[Policy, Problems]] = OrderedDict()
        self._regions: OrderedDict[tuple[str, Box], GeoDataFrame] = OrderedDict()
        self._lock = Lock()

    def read_again(self) -> None:
        """Forget what was made of the user's files, and look at them anew."""
        with self._lock:
            self.choices.read_again()
            self._varied.clear()
            self._regions.clear()

    def answer(self, form: Form, key: str) -> Answer:
        """Return what the policy of a key makes of a form."""
        began = perf_counter()
        try:
            policy, problems = self.policy(form, key)
        except InvalidInput as error:
            return Answer(None, None, {}, {"policy": error.problems})
        reading = read_form(form, policy.ruling.vocabulary)
        data, wrong = reading.data, {**problems, **reading.problems}
        for path in PLACES:
            if path in data:
                try:
                    self.place(policy, data[path])
                except InvalidInput as error:
                    wrong[f"{path}.place"] = error.problems
                    del data[path]
        decision = None
        try:
            decision = policy.check({"scenario": form.name or "case", **data})
        except InvalidInput as error:
            wrong[""] = error.problems
        region_key = self._region_key(form, key, data)
        return Answer(policy, decision, data, wrong, region_key, (perf_counter() - began) * 1e3)

    def policy(self, form: Form, key: str) -> tuple[Policy, Problems]:
        """Return a policy as the form varies it, and which readings and figures can't be used."""
        chosen = self._chosen(form, key)
        if chosen not in self._varied:
            policy = self.choices.load(key)
            problems: dict[str, tuple[Problem, ...]] = {}
            questions, figures = questions_of(policy.ruling), figures_of(policy.ruling)
            for question, reading in form.readings.items():
                if reading and question in questions:
                    policy, wrong = _varied(policy, {}, {question: reading})
                    problems |= {f"reading.{question}": wrong} if wrong else {}
            for name, text in form.parameters.items():
                if text and name in figures:
                    value = typed("boolean", text) if text in ("true", "false") else (
                        typed("number", text)
                    )  # fmt: skip
                    policy, wrong = _varied(policy, {name: value}, {})
                    problems |= {f"parameter.{name}": wrong} if wrong else {}
            self._varied[chosen] = policy, problems
            while len(self._varied) > _MOST_REGIONS:
                self._varied.popitem(last=False)
        return self._varied[chosen]

    @staticmethod
    def place(policy: Policy, data: dict[str, Any]) -> Place:
        """Return where a location of a scenario is, as a policy sees it.

        Raises
        ------
        InvalidInput
            SR401, SR402 or SR405: it names what is not there, or crosses itself.
        """
        location: Location = read_scenario({PLACES[0]: data}).locations[PLACES[0]]
        return policy.atlas.place(location, None, zones_of(policy.ruling))

    def regions_at_hand(self, answer: Answer, within: Box) -> GeoDataFrame | None:
        """Return the regions of a case where they have been worked out already."""
        key = (answer.region_key, within)
        with self._lock:
            found = self._regions.get(key)
            if found is not None:
                self._regions.move_to_end(key)
            return found

    def regions(self, answer: Answer, within: Box) -> GeoDataFrame:
        """Return what is decided all over the map, whatever the target's place; it may take long.

        Parameters
        ----------
        answer : Answer
            With a policy.
        within : tuple of float
            West, south, east and north of what is looked at, degrees.
        """
        found = self.regions_at_hand(answer, within)
        if found is None:
            assert answer.policy is not None
            case = {k: v for k, v in answer.data.items() if k != "target.location"}
            found = answer.policy.regions({"scenario": "case", **case}, within=within)
            with self._lock:
                self._regions[answer.region_key, within] = found
                while len(self._regions) > _MOST_REGIONS:
                    self._regions.popitem(last=False)
        return found

    def _chosen(self, form: Form, key: str) -> str:
        return json.dumps([key, sorted(form.readings.items()), sorted(form.parameters.items())])

    def _region_key(self, form: Form, key: str, data: dict[str, Any]) -> str:
        case = {k: v for k, v in data.items() if k != "target.location"}
        return self._chosen(form, key) + json.dumps(case, sort_keys=True, default=str)


def _varied(
    policy: Policy, figures: dict[str, Any], readings: dict[str, str]
) -> tuple[Policy, tuple[Problem, ...]]:
    try:
        return policy.vary(set=figures, readings=readings), ()
    except InvalidInput as error:
        return policy, error.problems


def figures_of(ruling: Ruling) -> dict[str, Figure]:
    """Return the parameters of a policy, or of a timeline and its policies."""
    found = dict(ruling.parameters)
    for policy in ruling.policies if isinstance(ruling, Timeline) else ():
        found |= policy.parameters
    return found
