"""A policy file and what it extends, laid together; every part keeps the place it comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from strikerules.documents import Document, Path, ensure_shape
from strikerules.problems import InvalidInput, Problem, did_you_mean, quoted

__all__ = ["Composite", "Located", "compose", "items_of"]


class Located(Struct, frozen=True):
    """A part of a document: its plain data, where it stands, and whose policy it is in."""

    raw: Any
    doc: Document
    path: Path
    origin: str


class Composite(Struct):
    """All parts of a policy after inheritance, still unread."""

    name: str
    doc: Document
    head: dict[str, Any]
    lineage: tuple[str, ...] = ()
    single: dict[str, Located] = {}
    sections: dict[str, dict[str, Located]] = {}
    sets: dict[str, Located] = {}
    sources: tuple[str, ...] = ()
    properties: tuple[Located, ...] = ()
    accepts: tuple[Located, ...] = ()

    def section(self, name: str) -> dict[str, Located]:
        """Return the parts of one section by name, in order."""
        return self.sections.setdefault(name, {})


SECTIONS = ("rules", "definitions", "zones", "questions", "parameters", "facts")
SINGLE = ("scope", "conflicts", "otherwise")


def compose(
    doc: Document, load: Callable[[str, Document, Path], Document], seen: tuple[str, ...] = ()
) -> Composite:
    """Lay a policy document over what it extends.

    Parameters
    ----------
    doc : Document
    load : callable
        Finds the document of the policy called so in `extends`.
    seen : tuple of str
        The variants that led here, to find a cycle.

    Raises
    ------
    InvalidInput
        The file's shape is wrong (SR11x), or a variant changes what is not there (SR320 to
        SR324).
    """
    ensure_shape("policy", doc)
    data = doc.data
    problems: list[Problem] = []
    if data.get("extends") is None:
        out = Composite(data["policy"], doc, data)
        for key in ("set", "replace", "remove", "add"):
            if key in data:
                problems.append(
                    Problem(
                        "SR320",
                        f"`{key}` changes another policy, and this one extends none",
                        doc.position((key,), key=True),
                        help="name the policy under `extends:`",
                    )
                )
    else:
        out = _parent(doc, load, seen)
    _own(out, doc, problems)
    if data.get("extends") is not None:
        _Change(out, doc, problems).apply()
    if problems:
        raise InvalidInput(problems)
    return out


def _parent(
    doc: Document,
    load: Callable[[str, Document, Path], Document],
    seen: tuple[str, ...],
) -> Composite:
    name, extends = doc.data["policy"], doc.data["extends"]
    chain = (*seen, name)
    if extends in chain:
        raise _cycle(doc, (*chain, extends))
    above = load(extends, doc, ("extends",))
    if above.data["policy"] in chain:
        raise _cycle(doc, (*chain, above.data["policy"]))
    parent = compose(above, load, chain)
    return Composite(
        name,
        doc,
        doc.data,
        lineage=(parent.name, *parent.lineage),
        single=dict(parent.single),
        sections={k: dict(v) for k, v in parent.sections.items()},
        sets=dict(parent.sets),
        sources=parent.sources,
        accepts=parent.accepts,
    )


def _cycle(doc: Document, names: tuple[str, ...]) -> InvalidInput:
    return InvalidInput(
        Problem(
            "SR321",
            "variants that extend each other: " + " → ".join(quoted(n) for n in names),
            doc.position(("extends",)),
            help="one of them has to stand on its own",
        )
    )


def _own(out: Composite, doc: Document, problems: list[Problem]) -> None:
    data = doc.data
    out.sources = tuple(dict.fromkeys((*out.sources, *(data.get("sources") or ()))))
    for key in SINGLE:
        if key in data:
            out.single[key] = Located(data[key], doc, (key,), out.name)
    for section in SECTIONS:
        for name, part in _parts(data.get(section), doc, (section,), out.name):
            _put(out.section(section), name, part, section, problems)
    out.properties = items_of(doc, "properties", out.name)
    out.accepts += items_of(doc, "accept", out.name)


def items_of(doc: Document, key: str, origin: str) -> tuple[Located, ...]:
    """Return the items of a list at the top of a document; none where there is no such list."""
    items = doc.data.get(key) or ()
    return tuple(Located(item, doc, (key, i), origin) for i, item in enumerate(items))


def _parts(raw: Any, doc: Document, path: Path, origin: str) -> list[tuple[str, Located]]:
    if isinstance(raw, list):
        return [(item["id"], Located(item, doc, (*path, i), origin)) for i, item in enumerate(raw)]
    return [(k, Located(v, doc, (*path, k), origin)) for k, v in (raw or {}).items()]


def _put(
    section: dict[str, Located], name: str, part: Located, kind: str, problems: list[Problem]
) -> None:
    if name in section:
        old = section[name]
        first = old.doc.position(old.path)
        inherited = old.doc is not part.doc
        problems.append(
            Problem(
                "SR310",
                f"{_one(kind)} {quoted(name)} is there already",
                part.doc.position((*part.path, "id") if kind == "rules" else part.path,
                                  key=kind != "rules"),
                expected=f"another name; it is used at {first}",
                help="to change what is inherited, put it under `replace:`" if inherited else None,
            )
        )  # fmt: skip
        return
    section[name] = part


def _one(kind: str) -> str:
    return "a " + kind.rstrip("s")


class _Change:
    """What a variant says differs: `replace`, `remove`, `add`, `set`, in this order."""

    def __init__(self, out: Composite, doc: Document, problems: list[Problem]) -> None:
        self.out, self.doc, self.problems = out, doc, problems

    def apply(self) -> None:
        data = self.doc.data
        self._replace(data.get("replace") or {})
        self._remove(data.get("remove") or {})
        self._add(data.get("add") or {})
        for name in data.get("set") or {}:
            self.out.sets[name] = Located(data["set"][name], self.doc, ("set", name), self.out.name)

    def _missing(self, section: str, name: str, path: Path, verb: str, *, key: bool) -> None:
        self.problems.append(
            Problem(
                "SR322",
                f"`{verb}` names {_one(section)} that `{self.out.lineage[0]}` does not have:"
                f" {quoted(name)}",
                self.doc.position(path, key=key),
                help=did_you_mean(name, self.out.section(section)),
            )
        )

    def _replace(self, raw: dict[str, Any]) -> None:
        for key in SINGLE:
            if key in raw:
                self.out.single[key] = Located(raw[key], self.doc, ("replace", key), self.out.name)
        for section in SECTIONS:
            here: Path = ("replace", section)
            for name, part in _parts(raw.get(section), self.doc, here, self.out.name):
                is_rule = section == "rules"
                if name not in self.out.section(section):
                    spot = (*part.path, "id") if is_rule else part.path
                    self._missing(section, name, spot, "replace", key=not is_rule)
                else:
                    self.out.section(section)[name] = part

    def _remove(self, raw: dict[str, Any]) -> None:
        for section in SECTIONS:
            for index, name in enumerate(raw.get(section) or []):
                if self.out.section(section).pop(name, None) is None:
                    path: Path = ("remove", section, index)
                    self._missing(section, name, path, "remove", key=False)
                if section == "questions":
                    self.out.sets.pop(name, None)

    def _add(self, raw: dict[str, Any]) -> None:
        for section in SECTIONS:
            here: Path = ("add", section)
            for name, part in _parts(raw.get(section), self.doc, here, self.out.name):
                parts = self.out.section(section)
                _put(parts, name, part, section, self.problems)
                if section == "rules" and isinstance(part.raw, dict):
                    self._order(name, part)

    def _order(self, name: str, part: Located) -> None:
        for word in ("before", "after"):
            other = part.raw.get(word)
            if other is None:
                continue
            rules = self.out.section("rules")
            if other not in rules or other == name:
                self._missing("rules", other, (*part.path, word), word, key=False)
                continue
            names = [n for n in rules if n != name]
            names.insert(names.index(other) + (word == "after"), name)
            self.out.sections["rules"] = {n: rules[n] for n in names}
