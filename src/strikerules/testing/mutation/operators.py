"""What is changed in a policy to make its mutants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from strikerules.documents import Document, Path
from strikerules.geography.atlas import Atlas
from strikerules.geography.zones import Zone
from strikerules.language.compose import Composite, Located
from strikerules.language.documents import Algorithm
from strikerules.language.values import read_date
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import Problem
from strikerules.testing.mutation.edits import Edit, Text

__all__ = ["Change", "changes_of", "changes_of_timeline"]

ALGORITHMS: tuple[str, ...] = Algorithm.__args__  # type: ignore[attr-defined]
_JOINING = ("all", "any", "not", "is")
_EFFECTS = {"permit": "prohibit", "prohibit": "permit"}
_DEFAULTS = ("permit", "prohibit", "not_governed")
_SWAPS = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "eq": "ne", "ne": "eq",
          "before": "until", "until": "before"}  # fmt: skip
_ANOTHER_COUNTRY = ("US", "FR")


class Change(Struct, frozen=True):
    """One change of one file."""

    doc: Document
    kind: str
    text: str
    edits: tuple[Edit, ...]
    path: Path


class _Maker:
    def __init__(self, vocabulary: Vocabulary, atlas: Atlas) -> None:
        self.vocabulary, self.atlas = vocabulary, atlas
        self._texts: dict[int, Text] = {}
        self.zones: dict[str, Located] = {}

    def text(self, doc: Document) -> Text:
        if id(doc) not in self._texts:
            self._texts[id(doc)] = Text(doc)
        return self._texts[id(doc)]

    def change(self, part: Located, path: Path, kind: str, text: str, *edits: Edit) -> Change:
        return Change(part.doc, kind, text, edits, path)

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
            if op in _SWAPS:
                yield self.change(part, here, "boundary", f"{where}: `{op}` made `{_SWAPS[op]}`",
                                  text.rename(here, _SWAPS[op]))  # fmt: skip
            elif op == "from":
                yield from self.operand(part, here, attribute, value, where)
                continue
            if op == "in" and isinstance(value, list):
                for number, member in enumerate(value):
                    yield self.change(
                        part, (*here, number), "clause", f"{where}: `{member}` left out of the list",
                        text.drop((*here, number)),
                    )  # fmt: skip
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
            new = _buffered(raw, km, zone)
            if new is not None:
                yield self.put(part, path, "edge", f"{where}: {_moved(km)}", new)

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


def _moved(km: float) -> str:
    return f"its edge moved {abs(km):g} km {'outwards' if km > 0 else 'inwards'}"


def _buffered(raw: Any, km: float, zone: Zone | None) -> dict[str, Any] | None:
    if isinstance(raw, dict) and "buffer_km" in raw:
        wide = raw["buffer_km"] + km
        return {**raw, "buffer_km": wide} if wide and abs(wide) <= 500 else None
    whole = dict(raw) if isinstance(raw, dict) else {"same_as": raw}
    kept = {k: whole.pop(k) for k in list(whole) if k in (
        "title", "status", "source", "edge_km", "designated", "communicated", "note", "cites")}  # fmt: skip
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


def shifted(attribute: Attribute, raw: Any, by: float | None = None) -> Iterator[tuple[str, str, Any]]:
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
        other = next((v for v in attribute.values if v != raw), None)
        if other is not None:
            yield "value", f"`{raw}` made `{other}`", other
    elif attribute.kind == "country" and isinstance(raw, str):
        other = next(c for c in _ANOTHER_COUNTRY if c != raw)
        yield "value", f"`{raw}` made `{other}`", other


def _low(value: bool) -> str:
    return "true" if value else "false"


def changes_of(composite: Composite, vocabulary: Vocabulary, atlas: Atlas) -> Iterator[Change]:
    """Yield the changes of a policy, those of what it inherits among them.

    Parameters
    ----------
    composite : Composite
        As `compose` lays it together.
    vocabulary : Vocabulary
        The policy's.
    atlas : Atlas
    """
    maker = _Maker(vocabulary, atlas)
    maker.zones = composite.section("zones")
    yield from _single(maker, composite)
    for name, part in composite.section("rules").items():
        yield from _rule(maker, name, part)
    if _conflicts(composite) == "first-applicable":
        yield from _orders(maker, composite)
    for name, part in composite.section("definitions").items():
        yield from maker.condition(part, part.path, part.raw, f"definition `{name}`")
    for name, part in composite.section("questions").items():
        if name not in composite.sets:
            yield from _question(maker, name, part)
    for name, part in composite.section("parameters").items():
        yield from _parameter(maker, name, composite.sets.get(name), part)
    for name, part in composite.section("zones").items():
        yield from maker.moved(part, part.path, part.raw, f"zone `{name}`")
    yield from _register_zones(maker, composite)


def _conflicts(composite: Composite) -> str:
    part = composite.single.get("conflicts")
    return str(part.raw) if part is not None else "prohibit-overrides"


def _single(maker: _Maker, composite: Composite) -> Iterator[Change]:
    own = Located(composite.doc.data, composite.doc, (), composite.name)
    scope = composite.single.get("scope")
    if scope is not None:
        yield from maker.condition(scope, scope.path, scope.raw, "scope")
        if isinstance(scope.raw, dict) and {"all", "any"} & scope.raw.keys():
            yield maker.put(scope, scope.path, "clause", "the scope left out", True)
    algorithm, now = composite.single.get("conflicts"), _conflicts(composite)
    for other in ALGORITHMS:
        if other == now:
            continue
        words = f"`conflicts: {now}` made `{other}`"
        if algorithm is not None:
            yield maker.put(algorithm, algorithm.path, "algorithm", words, other)
        elif (edit := _at_top(maker, composite, "conflicts", other)) is not None:
            yield maker.change(own, (), "algorithm", words, edit)
    if "-unless-" in now:
        return
    default = composite.single.get("otherwise")
    effect = "not_governed"
    if default is not None:
        effect = default.raw["effect"] if isinstance(default.raw, dict) else default.raw
    for word in _DEFAULTS:
        if word == effect:
            continue
        words = f"`otherwise: {effect}` made `{word}`"
        if default is None:
            if (edit := _at_top(maker, composite, "otherwise", word)) is not None:
                yield maker.change(own, (), "default", words, edit)
        else:
            path = (*default.path, "effect") if isinstance(default.raw, dict) else default.path
            yield maker.put(default, path, "default", words, word)


def _at_top(maker: _Maker, composite: Composite, key: str, value: Any) -> Edit | None:
    """Return the edit that says of a policy what nothing says yet; of a variant, as a change."""
    text = maker.text(composite.doc)
    if composite.lineage:
        return text.append("replace", {key: value})
    return text.append(key, value)


def _rule(maker: _Maker, name: str, part: Located) -> Iterator[Change]:
    text, raw, path = maker.text(part.doc), part.raw, part.path
    effect = raw["effect"]
    yield maker.put(part, (*path, "effect"), "effect",
                    f"rule `{name}`: `{effect}` made `{_EFFECTS[effect]}`", _EFFECTS[effect])  # fmt: skip
    yield maker.change(part, path, "rule", f"rule `{name}` left out", text.drop(path))
    if "when" in raw:
        yield from maker.condition(part, (*path, "when"), raw["when"], f"rule `{name}`")
    if raw.get("unless", False) is not False:
        here = (*path, "unless")
        yield maker.put(part, here, "exception", f"rule `{name}`: its exception left out", False)
        yield from maker.condition(part, here, raw["unless"], f"exception of `{name}`")
    for number, other in enumerate(raw.get("overrides") or ()):
        here = (*path, "overrides", number)
        yield maker.change(part, here, "exception", f"`{name}` no longer overrides `{other}`",
                           text.drop(here))  # fmt: skip


def _orders(maker: _Maker, composite: Composite) -> Iterator[Change]:
    """Yield neighbouring rules of one list that change places."""
    rules = list(composite.section("rules").items())
    for (name, one), (other, two) in zip(rules, rules[1:], strict=False):
        if one.doc is not two.doc or one.path[:-1] != two.path[:-1]:
            continue
        text = maker.text(one.doc)
        a, b = text.spans[one.path], text.spans[two.path]
        words = f"the rules `{name}` and `{other}` in the other order"
        yield maker.change(
            one, one.path, "order", words,
            Edit(a.start, a.end, text.text[b.start : b.end]),
            Edit(b.start, b.end, text.text[a.start : a.end]),
        )  # fmt: skip


def _question(maker: _Maker, name: str, part: Located) -> Iterator[Change]:
    readings = part.raw.get("readings") or {}
    base = (*part.path, "readings")
    for reading, raw in readings.items():
        where, here = f"reading `{name}={reading}`", (*base, reading)
        for defined, condition in ((raw or {}).get("define") or {}).items():
            yield from maker.condition(part, (*here, "define", defined), condition, where)
        for figure, value in ((raw or {}).get("set") or {}).items():
            attribute = _kind_of(value)
            yield from maker.operand(part, (*here, "set", figure), attribute, value, where)
        for zone, expression in ((raw or {}).get("zones") or {}).items():
            yield from maker.moved(part, (*here, "zones", zone), expression, where)
    names = list(readings)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            yield from _swapped(maker, name, part, base, one, other)


def _swapped(
    maker: _Maker, name: str, part: Located, base: Path, one: str, other: str
) -> Iterator[Change]:
    text = maker.text(part.doc)
    a, b = (part.raw["readings"][r] or {} for r in (one, other))
    edits = []
    for key in ("define", "set", "zones"):
        paths = [(*base, reading, key) for reading in (one, other)]
        if key in a and key in b:
            edits += [text.put(paths[0], b[key]), text.put(paths[1], a[key])]
        elif key in a or key in b:
            edits = [text.put((*base, one), _with_content(a, b)),
                     text.put((*base, other), _with_content(b, a))]  # fmt: skip
            break
    if edits:
        yield maker.change(part, base, "reading", f"`{name}`: `{one}` and `{other}` swapped",
                           *edits)  # fmt: skip


def _with_content(kept: dict[str, Any], taken: dict[str, Any]) -> dict[str, Any]:
    content = ("define", "set", "zones")
    return {k: v for k, v in kept.items() if k not in content} | {
        k: v for k, v in taken.items() if k in content
    }


def _kind_of(value: Any) -> Attribute:
    is_day = isinstance(value, str) and not isinstance(read_date(value, None), Problem)
    return Attribute("value", "date" if is_day else "text", "", origin="declared")


def _parameter(
    maker: _Maker, name: str, setting: Located | None, part: Located
) -> Iterator[Change]:
    where = f"parameter `{name}`"
    if setting is not None:
        yield from maker.operand(setting, setting.path, _kind_of(setting.raw), setting.raw, where)
        return
    value = part.raw["value"]
    yield from maker.operand(part, (*part.path, "value"), _kind_of(value), value, where)


def _register_zones(maker: _Maker, composite: Composite) -> Iterator[Change]:
    """Yield the register's zones that conditions name, moved for this policy alone."""
    text = maker.text(composite.doc)
    own = Located(composite.doc.data, composite.doc, (), composite.name)
    taken = set(composite.section("zones"))
    for part in composite.section("questions").values():
        for reading in (part.raw.get("readings") or {}).values():
            taken |= set((reading or {}).get("zones") or {})
    named: dict[str, None] = {}
    roots = [p.raw for p in composite.section("definitions").values()]
    roots += [p.raw for p in composite.section("rules").values()]
    roots += [p.raw for k, p in composite.single.items() if k == "scope"]
    roots += [p.raw for p in composite.section("questions").values()]
    for raw in roots:
        named |= dict.fromkeys(_zones_named(raw))
    for name in named:
        zone = maker.register_zone(name)
        if name in taken or zone is None:
            continue
        step = edge_step(zone.edge_km)
        for km in (step, -step):
            new = _buffered(name, km, zone)
            edit = text.append("zones", {name: new})
            if edit is not None:
                yield maker.change(own, (), "edge", f"zone `{name}`: {_moved(km)}", edit)


def _zones_named(raw: Any) -> Iterator[str]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in ("within", "disjoint", "intersects", "of") and isinstance(value, str):
                yield value
            elif key != "zones":
                yield from _zones_named(value)
    elif isinstance(raw, list):
        for item in raw:
            yield from _zones_named(item)


def changes_of_timeline(doc: Document, vocabulary: Vocabulary, atlas: Atlas) -> Iterator[Change]:
    """Yield the changes of a timeline's own: its days, figures, readings and entries."""
    maker = _Maker(vocabulary, atlas)
    whole = Located(doc.data, doc, (), str(doc.data["timeline"]))
    text = maker.text(doc)
    for number, entry in enumerate(doc.data["entries"]):
        here: Path = ("entries", number)
        name = entry["policy"]
        if len(doc.data["entries"]) > 1:
            yield maker.change(whole, here, "rule", f"entry `{name}` left out", text.drop(here))
        for key, value in entry["in_force"].items():
            path = (*here, "in_force", key)
            where = f"entry `{name}`"
            yield from maker.operand(whole, path, _kind_of(value), value, where)
            if key in _SWAPS:
                yield maker.change(whole, path, "boundary", f"{where}: `{key}` made `{_SWAPS[key]}`",
                                   text.rename(path, _SWAPS[key]))  # fmt: skip
    for name, raw in (doc.data.get("parameters") or {}).items():
        part = Located(raw, doc, ("parameters", name), whole.origin)
        yield from _parameter(maker, name, None, part)
    for name, raw in (doc.data.get("questions") or {}).items():
        yield from _question(maker, name, Located(raw, doc, ("questions", name), whole.origin))
