"""A live page without a browser: its session, with maps that only note what they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from strikerules.api import Policy
from strikerules.app.answers import Answers
from strikerules.app.choices import Choices
from strikerules.app.session import Session, Setup
from strikerules.app.state import Form
from strikerules.language.scenario import Scenario

CASE = {
    "date": "2024-06-02", "weapon.made_in": "US", "weapon.kind": "rocket_artillery",
    "weapon.max_range_km": "80", "target.kind": "missile_launcher",
    "target.supports": "kharkiv_assault", "target.location.lon": "36.9",
    "target.location.lat": "50.45",
}  # fmt: skip


class NotedMap:
    """A map in degrees that notes what it is shown."""

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self.regions: Any = "never shown"
        self.case: Scenario | None = None
        self.held: str | None = None
        self.looked = 0
        self.moves = False

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        return x, y

    def show_policy(self, policy: Policy) -> None:
        self.policy = policy

    def show_regions(self, table: Any) -> None:
        self.regions = table

    def show_case(self, scenario: Scenario | None, held: str | None) -> None:
        self.case, self.held = scenario, held

    @property
    def within(self) -> tuple[float, float, float, float]:
        return 20.0, 40.0, 50.0, 60.0

    def look_at_case(self) -> bool:
        self.looked += 1
        return self.moves


class Page:
    """A session, and everything that it sends.

    Parameters
    ----------
    form : Form
    choices : Choices, optional
    regions : callable, optional
        Stands in for what works regions out.
    """

    def __init__(
        self,
        form: Form,
        choices: Choices | None = None,
        regions: Callable[..., Any] | None = None,
        scenarios: Mapping[str, Scenario] | None = None,
    ) -> None:
        self.answers = Answers(choices or Choices())
        self.answers.regions = regions or (lambda answer, within: answer.region_key)  # type: ignore[method-assign]
        self.maps = (NotedMap(), NotedMap())
        self.sent: list[dict[str, Any]] = []
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self.session = Session(
            Setup(self.answers, form, scenarios or {}), self.maps, self.sent.append,
            lambda work, done: self.waiting.append((work, done)),
        )  # fmt: skip
        self.session.receive({"kind": "ready"})

    @property
    def last(self) -> dict[str, Any]:
        """What was sent last."""
        return self.sent[-1]

    def type(self, key: str, text: str) -> dict[str, Any]:
        """Change a control, and return what is sent back."""
        self.session.receive({"kind": "field", "key": key, "text": text})
        return self.last

    def press(self, name: str, what: str = "") -> dict[str, Any]:
        """Press a button, and return what is sent back."""
        self.session.receive({"kind": "press", "name": name, "what": what})
        return self.last

    def work(self) -> None:
        """Do what was put off."""
        waiting, self.waiting[:] = list(self.waiting), []
        for work, done in waiting:
            done(work())

    def verdict(self, side: str = "a") -> str:
        """Return the verdict's HTML that was sent last."""
        found = next(m["html"] for m in reversed(self.sent) if "html" in m)
        return str(found[f"verdict-{side}"])
