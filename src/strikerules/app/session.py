"""One open page: takes what is done on it, answers, and says what is to be shown.

It knows nothing of the library that shows it: messages go out by a function, and maps and
background work are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from strikerules.app import controls
from strikerules.app.answer_html import (
    answer_html,
    compared_words,
    problem_html,
    spoken,
    verdict_html,
)
from strikerules.app.answers import Answer, Answers
from strikerules.app.export import file_name, scenario_yaml
from strikerules.app.state import PLACES, Form, form_of
from strikerules.app.timeline import Span, span_of
from strikerules.documents import parse_document
from strikerules.language.scenario import Scenario, read_scenario, scenarios_of
from strikerules.language.values import read_date
from strikerules.problems import InvalidInput, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from strikerules.api import Policy

__all__ = ["Later", "Session", "Setup", "Shown", "case_of"]

Message = dict[str, Any]
Later = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""Does the first elsewhere, then the second, with what the first returned, here."""


class Shown(Protocol):
    """A map, as a session needs it."""

    def to_lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return the degrees of a place on the map."""

    def show_policy(self, policy: Policy) -> None:
        """Show a policy's zones."""

    def show_regions(self, table: GeoDataFrame | None) -> None:
        """Show what is decided where."""

    def show_case(self, scenario: Scenario | None, held: str | None) -> None:
        """Show a case's places; the one that is held by the pointer is left where it is."""

    @property
    def within(self) -> tuple[float, float, float, float]:
        """What the map can show: west, south, east and north, degrees."""

    def look_at_case(self) -> bool:
        """Show where the case lies; true where all else has to be shown again."""


class Setup(Struct, frozen=True):
    """What all pages of a server begin with.

    Parameters
    ----------
    answers : Answers
    form : Form
    scenarios : mapping
        From a name to a scenario that can be chosen.
    """

    answers: Answers
    form: Form
    scenarios: Mapping[str, Scenario] = {}


class Session:
    """One open page.

    Parameters
    ----------
    setup : Setup
    maps : tuple of Shown
        That of the policy and that of the one compared with.
    send : callable
        Takes a message for the page.
    later : Later
    """

    def __init__(
        self,
        setup: Setup,
        maps: tuple[Shown, Shown],
        send: Callable[[Message], None],
        later: Later,
    ) -> None:
        self.setup, self.maps, self.send, self.later = setup, maps, send, later
        self.form = setup.form
        self.scenarios = dict(setup.scenarios)
        self.answered: list[Answer] = []
        self.seen: dict[str, str] = {}
        self.wanted: list[str] = ["", ""]
        self.painted: list[str] = ["", ""]
        self.rulings: dict[str, Any] = {}
        self.span: Span | None = None

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take what was done on the page; what is no message of the page's is left aside."""
        kind = message.get("kind")
        do = {
            "ready": self._ready, "field": self._field, "move": self._move, "press": self._press,
            "open": self._open, "choose": self._choose,
        }.get(str(kind))  # fmt: skip
        if do is not None:
            do(message)

    def _ready(self, _: Mapping[str, Any]) -> None:
        self.seen = {}
        self.painted = ["", ""]
        self._refresh(whole=True)

    def _field(self, message: Mapping[str, Any]) -> None:
        key, text = str(message.get("key", "")), str(message.get("text", ""))
        self.seen[key] = text
        self.form = self.form.edit(key, text)
        self._refresh(whole=key in ("policy", "against"))

    def _move(self, message: Mapping[str, Any]) -> None:
        place = {"target": PLACES[0], "launch": PLACES[1]}.get(str(message.get("place")))
        x, y = message.get("x"), message.get("y")
        if place is None or not isinstance(x, int | float) or not isinstance(y, int | float):
            return
        lon, lat = self.maps[0].to_lonlat(float(x), float(y))
        if not (-90 <= lat <= 90 and abs(lon) < 1000):
            return
        held = None if message.get("final", True) else str(message["place"])
        self.form = self.form.at(place, lon, lat)
        self._refresh(held=held)

    def _press(self, message: Mapping[str, Any]) -> None:
        name, what = message.get("name"), str(message.get("what", ""))
        if name == "forget" and what in PLACES:
            self.form = self.form.forget(what)
            self._refresh()
        elif name == "clear":
            self.form = replace(self.form, fields={}, title="", text="", name="my-case")
            self._refresh(whole=True)
        elif name == "swap" and self.form.against:
            self.form = replace(self.form, policy=self.form.against, against=self.form.policy)
            self._refresh(whole=True)
        elif name == "again":
            self.setup.answers.read_again()
            choices = self.setup.answers.choices
            self.scenarios |= choices.scenarios(choices.vocabulary())
            self._refresh(whole=True)
        elif name == "look":
            self._look()
        elif name == "yaml" and self.answered:
            text = scenario_yaml(self.form, self.answered[0])
            self._download(file_name(self.form, "yaml"), "application/yaml", text)
        elif name == "report" and self.answered:
            self._report(self.answered[0])

    def _report(self, answer: Answer) -> None:
        """Write the report of the case as it is now decided, and hand it over."""
        if answer.policy is None:
            return
        policy, name = answer.policy, file_name(self.form, "html")
        head = {"scenario": self.form.name or "case"}
        more = {k: v for k, v in (("title", self.form.title), ("text", self.form.text)) if v}
        scenario = read_scenario({**head, **more, **answer.data}, policy.ruling.vocabulary)
        told = {
            "readings": ", ".join(f"{q}={r}" for q, r in sorted(self.form.readings.items())),
            "set": ", ".join(f"{p}={v}" for p, v in sorted(self.form.parameters.items())),
        }

        def work() -> Any:
            from strikerules.pages.report import cases_page

            try:
                words = {k: v for k, v in told.items() if v}
                return cases_page(policy, [scenario], policy.claims, more=words)
            except Exception as error:
                return error

        def done(page: Any) -> None:
            self.send({"working": ""})
            if isinstance(page, Exception):
                self._excuse("The report could not be written", page)
            else:
                self._download(name, "text/html", page)

        self.send({"working": "Writing the report…"})
        self.later(work, done)

    def _excuse(self, what: str, error: Exception) -> None:
        """Say that something could not be done, and why where that is known."""
        problems = error.problems if isinstance(error, InvalidInput) else ()
        self.send({"notice": _listed(what, problems)})

    def _download(self, name: str, mime: str, text: str) -> None:
        self.send({"download": {"name": name, "mime": mime, "text": text}})

    def _open(self, message: Mapping[str, Any]) -> None:
        """Read a file of scenarios that was chosen on the page; the first comes into the fields."""
        name, text = str(message.get("name", "file")), str(message.get("text", ""))
        try:
            doc = parse_document(text, name)
            found = scenarios_of(doc, self.setup.answers.choices.vocabulary())
        except InvalidInput as error:
            self.send({"notice": _listed(f"{name} can’t be opened", error.problems)})
            return
        labels = {f"{one.name} ({name})": one for one in found}
        self.scenarios |= labels
        self._take(next(iter(labels)))

    def _choose(self, message: Mapping[str, Any]) -> None:
        if message.get("name") in self.scenarios:
            self._take(str(message["name"]))

    def _take(self, label: str) -> None:
        self.form = form_of(self.scenarios[label], self.form)
        self._refresh(whole=True, chosen=label)
        self._look()

    def _look(self) -> None:
        """Show where the case lies, on both maps."""
        # the second map follows the first
        moved = [shown.look_at_case() for shown in self.maps]
        if any(moved):
            self.painted = ["", ""]
            self._refresh()

    def _refresh(self, *, whole: bool = False, held: str | None = None, chosen: str = "") -> None:
        """Answer the form as it is now, and send what is to change on the page."""
        began = perf_counter()
        keys = [self.form.policy, *([self.form.against] if self.form.against else [])]
        answers = [self.setup.answers.answer(self.form, key) for key in keys]
        self.answered = answers
        message: Message = {
            "html": self._answers_html(answers),
            "errors": _errors(answers),
            "values": self._values(),
            "hints": controls.hints(self.form, _located(answers)),
            "spoken": spoken(answers),
            "two": len(answers) == 2,
        }
        for key, answer in zip(keys, answers, strict=True):
            if answer.policy is not None:
                self.rulings[key] = answer.policy.ruling
        if whole:
            rulings = [self.rulings[k] for k in keys if k in self.rulings]
            found = controls.sections(self.setup.answers.choices, self.form, rulings)
            message["html"] |= {f"s-{name}": html for name, html in found.items()}
            message["scenarios"] = {"names": list(self.scenarios), "chosen": chosen}
        message |= self._slider(answers[0])
        self._show(answers, held, message)
        message["ms"] = round((perf_counter() - began) * 1e3, 1)
        self.send(message)

    def _answers_html(self, answers: list[Answer]) -> dict[str, str]:
        first, *more = answers
        other = more[0] if more else None
        html = {
            "verdict-a": verdict_html(first, other),
            "answer-a": answer_html(first, other),
            "verdict-b": "",
            "answer-b": "",
            "compared": "",
        }
        if other is not None:
            html |= {
                "verdict-b": verdict_html(other, first),
                "answer-b": answer_html(other, first),
                "compared": compared_words(first, other),
            }
        return html

    def _values(self) -> dict[str, str]:
        """Return the controls whose text the page does not have yet."""
        now = self.form.texts
        keys = now.keys() | self.seen.keys()
        found = {k: now.get(k, "") for k in keys if now.get(k, "") != self.seen.get(k, "")}
        self.seen = now
        return found

    def _slider(self, answer: Answer) -> Message:
        found = read_date(self.form.get("date"), None)
        day = found if isinstance(found, date) else None
        if answer.policy is not None:
            self.span = span_of(answer.policy.ruling, day)
        if self.span is None:
            return {}
        days = self.span.last - self.span.first
        place = None if day is None else (day - self.span.first).days
        inside = place is not None and 0 <= place <= days.days
        return {
            "slider": {
                "first": self.span.first.isoformat(),
                "days": days.days,
                "day": place if inside else None,
                "text": day.isoformat() if day is not None else "unknown",
                "stretches": [
                    {"days": s.days, "words": s.words, "first": s.first.isoformat(),
                     "sure": bool(s.sure)}
                    for s in self.span.stretches
                ],
            }
        }  # fmt: skip

    def _show(self, answers: list[Answer], held: str | None, message: Message) -> None:
        """Bring the maps up to date; regions that are not at hand follow later."""
        waiting = False
        for number, answer in enumerate(answers):
            shown = self.maps[number]
            if answer.policy is None:
                shown.show_case(None, None)
                self._paint(number, None, "")
                continue
            shown.show_policy(answer.policy)
            shown.show_case(case_of(answer), held)
            self.wanted[number] = answer.region_key
            if self.painted[number] == answer.region_key:
                continue
            table = self.setup.answers.regions_at_hand(answer, self.maps[0].within)
            if table is not None:
                self._paint(number, table, answer.region_key)
            else:
                waiting = True
                self._work_out(number, answer)
        message["busy"] = waiting

    def _paint(self, number: int, table: GeoDataFrame | None, key: str) -> None:
        self.maps[number].show_regions(table)
        self.painted[number] = key

    def _work_out(self, number: int, answer: Answer) -> None:
        within = self.maps[0].within

        def work() -> Any:
            if self.wanted[number] != answer.region_key:
                return None  # something else is wanted by now
            try:
                return self.setup.answers.regions(answer, within)
            except Exception as error:
                return error

        def done(found: Any) -> None:
            if self.wanted[number] != answer.region_key or within != self.maps[0].within:
                return
            if isinstance(found, Exception):
                self._excuse("The regions could not be worked out", found)
                found = None
            self._paint(number, found, answer.region_key)
            keys = [a.region_key for a in self.answered]
            self.send({"busy": self.painted[: len(keys)] != keys})

        self.later(work, done)


def _located(answers: list[Answer]) -> tuple[str, ...]:
    return tuple(path for path in PLACES if path in answers[0].data)


def case_of(answer: Answer) -> Scenario:
    """Return the places of a case as a scenario."""
    return read_scenario({path: answer.data[path] for path in PLACES if path in answer.data})


def _errors(answers: list[Answer]) -> dict[str, str]:
    """Return what stands beside each field that can't be read."""
    found: dict[str, list[Problem]] = {}
    for number, answer in enumerate(answers):
        for key, problems in answer.problems.items():
            field = "against" if key == "policy" and number == 1 else key
            found.setdefault(field, []).extend(problems)
    return {
        key: "<br>".join(problem_html(p) for p in dict.fromkeys(problems))
        for key, problems in found.items()
        if key
    }


def _listed(head: str, problems: tuple[Problem, ...]) -> str:
    items = "".join(
        f"<li>{problem_html(p)}{f' (line {p.position.line})' if p.position else ''}</li>"
        for p in problems
    )
    return f"<strong>{escape(head)}</strong><ul>{items}</ul>"
