"""Changes of conditions, values and zones: what the operators are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.geography.atlas import Atlas
from strikerules.geography.zones import Zone
from strikerules.language.compose import Located
from strikerules.language.values import read_date
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import Problem
from strikerules.testing.mutation.edits import Edit, Text

__all__ = ["SWAPS", "Change", "Maker", "edge_step", "moved_words", "shifted", "widened"]

SWAPS = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "eq": "ne", "ne": "eq",
          "before": "until", "until": "before"}  # fmt: skip
_ANOTHER_COUNTRY = ("US", "FR")


class Change(Struct, frozen=True):
    """One change of one file."""

    doc: Document
    kind: str
    text: str
    edits: tuple[Edit, ...]
    path: Path


class Maker:
    def __init__(self, vocabulary: Vocabulary, atlas: Atlas) -> None:
        self.vocabulary, self.atlas = vocabulary, atlas
        self._texts: dict[int, Text] = {}
        self.zones: dict[str, Located] = {}

    def text(self, doc: Document) -> Text:
        if id(doc) not in self._texts:
            self._texts[id(doc)] = Text(doc)
        return self._texts[id(doc)]

    def change(self, part: Located, path: Path, kind: str, text: str, *edits: Edit) -> Change:
        return Change(part.doc, kind, text, self.text(part.doc).apart(edits), path)

    def put(self, part: Located, path: Path, kind: str, text: str, value: Any) -> Change:
        return self.change(part, path, kind, text, self.text(part.doc).put(path, value))

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, part: Located, path: Path, raw: Any, where: str) -> Iterator[Change]:
        """Yield the changes of a condition and of everything inside it."""
        text = self.text(part.doc)
        if not text.has(path):
            return
        if isinstance(raw, bool):
            yield self.put(part, path, "condition", f"{where}: always {not raw}".lower(), not raw)
            return
        if not isinstance(raw, dict):
            return
        keys = [k for k in raw if k not in ("cites", "note")]
        if len(keys) != 1:
            return
        key, value, here = keys[0], raw[keys[0]], (*path, keys[0])
        plain = {k: v for k, v in raw.items() if k == key}
        if key in ("all", "any") and isinstance(value, list):
            other = "any" if key == "all" else "all"
            if len(value) > 1:
                yield self.change(part, path, "condition", f"{where}: `{key}` made `{other}`",
                                  text.rename(here, other))  # fmt: skip
            for number, item in enumerate(value):
                yield self.change(
                    part, (*here, number), "clause", f"{where}: a condition left out",
                    text.drop((*here, number)),
                )  # fmt: skip
                yield from self.condition(part, (*here, number), item, where)
            return
        yield self.put(part, path, "condition", f"{where}: a condition negated",
                       value if key == "not" else {"not": plain})  # fmt: skip
        if key == "not":
            yield from self.condition(part, here, value, where)
        elif key != "is":
            yield from self.test(part, here, key, value, where)
        if path[-1] in ("when", "scope") or "define" in path or "definitions" in path[-2:]:
            yield self.put(part, path, "condition", f"{where}: its condition left out", True)

    def test(self, part: Located, path: Path, name: str, raw: Any, where: str) -> Iterator[Change]:
        attribute = self.vocabulary.get(name)
        if attribute is None:
            return
        if not isinstance(raw, dict):
            yield from self.operand(part, path, attribute, raw, where)
            return
        text = self.text(part.doc)
        for op, value in raw.items():
            here = (*path, op)
            if op in SWAPS and SWAPS[op] not in raw:
                yield self.change(part, here, "boundary", f"{where}: `{op}` made `{SWAPS[op]}`",
                                  text.rename(here, SWAPS[op]))  # fmt: skip
            elif op == "from":
                yield from self.operand(part, here, attribute, value, where)
                continue
            if op == "in" and isinstance(value, list):
                for number, member in enumerate(value):
                    yield self.change(
                        part,
                        (*here, number),
                        "clause",
                        f"{where}: `{member}` left out of the list",
                        text.drop((*here, number)),
                    )
            elif op == "within_distance" and isinstance(value, dict):
                km = Attribute("km", "number", "", unit="km")
                yield from self.operand(part, (*here, "km"), km, value.get("km"), where, by=12.0)
            elif attribute.kind != "location":
                yield from self.operand(part, here, attribute, value, where)

    def operand(
        self,
        part: Located,
        path: Path,
        attribute: Attribute,
        raw: Any,
        where: str,
        by: float | None = None,
    ) -> Iterator[Change]:
        if isinstance(raw, str) and raw.startswith("$"):
            return
        for kind, words, value in shifted(attribute, raw, by):
            yield self.put(part, path, kind, f"{where}: {words}", value)

    # -- zones -------------------------------------------------------------------------------------

    def moved(self, part: Located, path: Path, raw: Any, where: str) -> Iterator[Change]:
        """Yield a zone with its edge moved outwards and inwards."""
        zone = self.register_zone(raw)
        step = edge_step(zone.edge_km if zone is not None else _edge_of(raw))
        for km in (step, -step):
            new = widened(raw, km, zone)
            if new is not None:
                yield self.put(part, path, "edge", f"{where}: {moved_words(km)}", new)

    def register_zone(self, raw: Any) -> Zone | None:
        """Return the register's zone that an expression names, with its records."""
        name = raw.get("same_as") if isinstance(raw, dict) else raw
        if isinstance(name, str) and name in self.atlas.register and name not in self.zones:
            return self.atlas.register_zone(name)
        return None


def edge_step(edge_km: float) -> float:
    """Return how far a mutant moves an edge, in km.

    It is farther than a case that counts as close to the edge can be from it, by more than the
    edge is uncertain.
    """
    return max(10.0, 4 * edge_km)


def _edge_of(raw: Any) -> float:
    edge = raw.get("edge_km", 0.0) if isinstance(raw, dict) else 0.0
    return float(edge) if isinstance(edge, int | float) else 0.0


def moved_words(km: float) -> str:
    return f"its edge moved {abs(km):g} km {'outwards' if km > 0 else 'inwards'}"


def widened(raw: Any, km: float, zone: Zone | None) -> dict[str, Any] | None:
    if isinstance(raw, dict) and "buffer_km" in raw:
        wide = raw["buffer_km"] + km
        return {**raw, "buffer_km": wide} if wide and abs(wide) <= 500 else None
    whole = dict(raw) if isinstance(raw, dict) else {"same_as": raw}
    kept = {
        k: whole.pop(k)
        for k in list(whole)
        if k
        in ("title", "status", "source", "edge_km", "designated", "communicated", "note", "cites")
    }
    for key in ("inside", "apart", "adjoins"):
        whole.pop(key, None)
    if zone is not None:
        for key in ("designated", "communicated"):
            record = getattr(zone, key)
            if record is not None and key not in kept:
                on = {} if record.on is None else {"on": record.on}
                kept[key] = {"by": record.by, **on}
    of = whole["same_as"] if set(whole) == {"same_as"} else whole
    return {"buffer_km": int(km) if float(km).is_integer() else km, "of": of, **kept}


def shifted(
    attribute: Attribute, raw: Any, by: float | None = None
) -> Iterator[tuple[str, str, Any]]:
    """Yield values beside a value: a threshold shifted both ways, another word, the other answer.

    Yields
    ------
    tuple
        The kind of change, words for it, the value.
    """
    if isinstance(raw, bool):
        yield "value", f"`{_low(raw)}` made `{_low(not raw)}`", not raw
    elif isinstance(raw, int | float):
        step = by if by is not None else max(1.0, abs(raw) / 100)
        for value in (raw + step, raw - step):
            plain = int(value) if float(value).is_integer() else value
            if plain >= 0 or attribute.origin != "base":
                yield "threshold", f"{raw} made {plain}", plain
    elif attribute.kind == "date" and isinstance(raw, str):
        day = read_date(raw, None)
        if isinstance(day, date) and not isinstance(day, Problem):
            for other in (day + timedelta(days=1), day - timedelta(days=1)):
                yield "date", f"{raw} made {other}", other.isoformat()
    elif attribute.kind == "values" and isinstance(raw, str):
        word = next((v for v in attribute.values if v != raw), None)
        if word is not None:
            yield "value", f"`{raw}` made `{word}`", word
    elif attribute.kind == "country" and isinstance(raw, str):
        country = next(c for c in _ANOTHER_COUNTRY if c != raw)
        yield "value", f"`{raw}` made `{country}`", country


def _low(value: bool) -> str:
    return "true" if value else "false"
