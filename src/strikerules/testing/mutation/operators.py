"""What is changed in a policy to make its mutants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from strikerules.documents import Document, Path
from strikerules.geography.atlas import Atlas
from strikerules.language.compose import Composite, Located
from strikerules.language.documents import Algorithm
from strikerules.language.values import read_date
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import Problem
from strikerules.testing.mutation.changing import (
    SWAPS,
    Change,
    Maker,
    edge_step,
    moved_words,
    widened,
)
from strikerules.testing.mutation.edits import Edit

__all__ = ["changes_of", "changes_of_timeline"]

ALGORITHMS: tuple[str, ...] = Algorithm.__args__  # type: ignore[attr-defined]
_EFFECTS = {"permit": "prohibit", "prohibit": "permit"}
_DEFAULTS = ("permit", "prohibit", "not_governed")


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
    maker = Maker(vocabulary, atlas)
    maker.zones = composite.section("zones")
    yield from _single(maker, composite)
    for name, part in composite.section("rules").items():
        yield from _rule(maker, name, part)
        yield from _left_out(maker, composite, name, part)
    yield from _restored(maker, composite)
    if _conflicts(composite) == "first-applicable":
        yield from _orders(maker, composite)
    for name, part in composite.section("definitions").items():
        yield from maker.condition(part, part.path, part.raw, f"definition `{name}`")
    for name, part in composite.section("questions").items():
        if name not in composite.sets:
            yield from _question(maker, name, part)
        else:
            yield from _answer(maker, name, composite.sets[name], part)
    for name, part in composite.section("parameters").items():
        yield from _parameter(maker, name, composite.sets.get(name), part)
    for name, part in composite.section("zones").items():
        yield from maker.moved(part, part.path, part.raw, f"zone `{name}`")
    yield from _register_zones(maker, composite)


def _conflicts(composite: Composite) -> str:
    part = composite.single.get("conflicts")
    return str(part.raw) if part is not None else "prohibit-overrides"


def _single(maker: Maker, composite: Composite) -> Iterator[Change]:
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
        else:
            edit = _at_top(maker, composite, "conflicts", other)
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
            edit = _at_top(maker, composite, "otherwise", word)
            yield maker.change(own, (), "default", words, edit)
        else:
            path = (*default.path, "effect") if isinstance(default.raw, dict) else default.path
            yield maker.put(default, path, "default", words, word)


def _at_top(maker: Maker, composite: Composite, key: str, value: Any) -> Edit:
    """Return the edit that says of a policy what nothing says yet; of a variant, as a change."""
    text = maker.text(composite.doc)
    if composite.lineage:
        return text.append("replace", {key: value})
    return text.append(key, value)


def _rule(maker: Maker, name: str, part: Located) -> Iterator[Change]:
    text, raw, path = maker.text(part.doc), part.raw, part.path
    effect = raw["effect"]
    other = _EFFECTS[effect]
    words = f"rule `{name}`: `{effect}` made `{other}`"
    yield maker.put(part, (*path, "effect"), "effect", words, other)
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


def _left_out(maker: Maker, composite: Composite, name: str, part: Located) -> Iterator[Change]:
    """Yield a policy without a rule, and without its name where another rule overrides it."""
    text = maker.text(part.doc)
    edits, words = [text.drop(part.path)], f"rule `{name}` left out"
    for other in composite.section("rules").values():
        named = list(other.raw.get("overrides") or ())
        if name not in named:
            continue
        if other.doc is part.doc:
            edits.append(text.drop((*other.path, "overrides", named.index(name))))
        elif "when" in part.raw:  # named in another file: it is there, and never applies
            edits = [text.put((*part.path, "when"), False)]
            break
    yield maker.change(part, part.path, "rule", words, *edits)


def _restored(maker: Maker, composite: Composite) -> Iterator[Change]:
    """Yield a variant that does not remove what it removes."""
    own = Located(composite.doc.data, composite.doc, (), composite.name)
    for section, names in (composite.doc.data.get("remove") or {}).items():
        for number, name in enumerate(names or ()):
            path: Path = ("remove", section, number)
            edit = maker.text(own.doc).drop(path)
            yield maker.change(own, path, "rule", f"`{name}` no longer removed", edit)


def _answer(maker: Maker, name: str, setting: Located, part: Located) -> Iterator[Change]:
    """Yield a question that a variant answers, answered otherwise."""
    for reading in part.raw.get("readings") or {}:
        if reading != setting.raw:
            words = f"`{name}` set to `{reading}` instead of `{setting.raw}`"
            yield maker.put(setting, setting.path, "reading", words, reading)


def _orders(maker: Maker, composite: Composite) -> Iterator[Change]:
    """Yield neighbouring rules of one list that change places."""
    rules = list(composite.section("rules").items())
    for (name, one), (other, two) in itertools.pairwise(rules):
        if one.doc is not two.doc or one.path[:-1] != two.path[:-1]:
            continue
        text = maker.text(one.doc)
        if one.path not in text.spans or two.path not in text.spans:
            continue
        a, b = text.spans[one.path], text.spans[two.path]
        words = f"the rules `{name}` and `{other}` in the other order"
        yield maker.change(
            one, one.path, "order", words,
            Edit(a.start, a.end, text.text[b.start : b.end]),
            Edit(b.start, b.end, text.text[a.start : a.end]),
        )  # fmt: skip


def _question(maker: Maker, name: str, part: Located) -> Iterator[Change]:
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
    maker: Maker, name: str, part: Located, base: Path, one: str, other: str
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


def _parameter(maker: Maker, name: str, setting: Located | None, part: Located) -> Iterator[Change]:
    where = f"parameter `{name}`"
    if setting is not None:
        yield from maker.operand(setting, setting.path, _kind_of(setting.raw), setting.raw, where)
        return
    value = part.raw["value"]
    yield from maker.operand(part, (*part.path, "value"), _kind_of(value), value, where)


def _register_zones(maker: Maker, composite: Composite) -> Iterator[Change]:
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
            new = widened(name, km, zone)
            edit = text.append("zones", {name: new})
            yield maker.change(own, (), "edge", f"zone `{name}`: {moved_words(km)}", edit)


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
    maker = Maker(vocabulary, atlas)
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
            if key in SWAPS and SWAPS[key] not in entry["in_force"]:
                words = f"{where}: `{key}` made `{SWAPS[key]}`"
                yield maker.change(whole, path, "boundary", words, text.rename(path, SWAPS[key]))
    for name, raw in (doc.data.get("parameters") or {}).items():
        part = Located(raw, doc, ("parameters", name), whole.origin)
        yield from _parameter(maker, name, None, part)
    for name, raw in (doc.data.get("questions") or {}).items():
        yield from _question(maker, name, Located(raw, doc, ("questions", name), whole.origin))
