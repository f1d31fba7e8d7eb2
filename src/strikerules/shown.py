"""A decision and its margins as users get them: they show themselves."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from strikerules.engine.decision import Decision as EngineDecision
from strikerules.engine.margin import Margin as EngineMargin
from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strikerules.pages.explore import Explored

__all__ = ["Decision", "Margin", "kept"]


def kept(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a scenario, which its owner may go on to change."""
    return {k: kept(v) if v.__class__ is dict else v for k, v in scenario.items()}


class Decision(EngineDecision, frozen=True, dict=True):
    """A decision that shows itself: as text when printed, as HTML in a notebook, as a map."""

    @classmethod
    def of(cls, decision: EngineDecision, asked: tuple[Any, Any] | None = None) -> Decision:
        """Return an engine's decision as one that shows itself.

        Parameters
        ----------
        decision : Decision
        asked : tuple, optional
            The policy and the scenario that it is of, for a picture of it.
        """
        found = cls(*(getattr(decision, name) for name in EngineDecision.__struct_fields__))
        found.__dict__["asked"] = asked
        return found

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the case on a map, with what would be decided were its target elsewhere.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure unless given.

        Returns
        -------
        matplotlib.axes.Axes
            As `Policy.plot`, which takes more.

        Raises
        ------
        InvalidInput
            SR611 where matplotlib is missing; SR614 where the decision no longer knows its case,
            as after it was pickled.
        """
        policy, scenario = self._case()
        found: Axes = policy.plot(scenario, ax)
        return found

    def explore(self) -> Explored:
        """Show the case on an interactive map, which needs no network.

        Returns
        -------
        Explored
            As `Policy.explore`.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing; SR614 as `plot`.
        """
        policy, scenario = self._case()
        found: Explored = policy.explore(scenario)
        return found

    def report(self, path: str | PathLike[str] | None = None, *, title: str | None = None) -> str:
        """Return a page about the case that opens anywhere; `path` is written as well.

        Returns
        -------
        str
            As `Policy.report`.

        Raises
        ------
        InvalidInput
            SR621 where Bokeh is missing; SR614 as `plot`.
        """
        policy, scenario = self._case()
        found: str = policy.report(scenario, path=path, title=title)
        return found

    def _case(self) -> tuple[Any, Any]:
        """Return the policy and the scenario that it is of."""
        asked: tuple[Any, Any] | None = self.__dict__.get("asked")
        if asked is None:
            raise InvalidInput(
                Problem(
                    "SR614",
                    f"the decision on {quoted(self.scenario)} does not know its case any more",
                    None,
                    None,
                    "draw the scenario: `policy.plot(scenario)`",
                )
            )
        return asked

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
