"""YAML events made into plain data with positions: YAML 1.2 core types, nothing unbounded.

PyYAML's C parser splits the text into events; this composer turns them into data. It refuses
what the library would let through (duplicate keys, YAML 1.1 booleans such as `NO`, merge keys)
and bounds what an attacker could blow up (depth, aliases).
"""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path as FilePath
from typing import Any

import yaml
from msgspec.structs import replace

from strikerules.documents.document import Document, Path, read_text
from strikerules.problems import InvalidInput, Position, Problem, quoted

__all__ = ["MOST_DEPTH", "MOST_NODES", "parse_document", "read_document"]

MOST_DEPTH = 64
MOST_NODES = 400_000

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INF = re.compile(r"([-+]?)\.(?:inf|Inf|INF)\Z")
_WORDS: dict[str, bool | float | None] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan"))
)
_CORE = "tag:yaml.org,2002:"
_HINTS = {
    "a tab is used": "indent with spaces",
    "mapping values are not allowed": "put quotation marks around a text that holds `: `",
    "cannot start any token": "put quotation marks around a text that begins so",
    "could not find expected ':'": "a key needs a colon and a space after it",
    "unexpected end of stream": "a quotation mark is not closed",
}


def parse_document(text: str, name: str = "<text>", base: FilePath | None = None) -> Document:
    """Parse one YAML document.

    Parameters
    ----------
    text : str
    name : str
        How messages name it.
    base : pathlib.Path, optional
        The folder that paths inside it are relative to.

    Raises
    ------
    InvalidInput
        SR105 syntax, SR106 duplicate key, SR107 too deep, SR108 aliases, SR109 what is not
        taken (tags, merge keys, several documents), SR110 empty.

    Examples
    --------
    >>> parse_document("made_in: NO").data
    {'made_in': 'NO'}
    """
    return _Composer(text, name, base).document()


def read_document(source: str | PathLike[str]) -> Document:
    """Read one YAML document from a file, or from standard input for ``-``.

    Raises
    ------
    InvalidInput
        SR101 to SR110.

    Examples
    --------
    >>> from strikerules.data import folder
    >>> read_document(folder("rules") / "kharkiv.yaml").data["policy"]
    'kharkiv'
    """
    name, text, base = read_text(source)
    return parse_document(text, name, base)


def _scalar(text: str, plain: bool) -> Any:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 40:
        if _INT.match(text):
            return int(text)
        if _BASED.match(text):
            return int(text, 0)
        if inf := _INF.match(text):
            return float(inf[1] + "inf")
    if len(text) <= 400 and _FLOAT.match(text):
        return float(text)
    return text


class _Composer:
    def __init__(self, text: str, name: str, base: FilePath | None) -> None:
        self.text, self.name, self.base = text, name, base
        self.marks: dict[Path, tuple[int, int, int, int]] = {}
        self.anchors: dict[str, tuple[Any, int, Path]] = {}
        self.open_anchors: set[str] = set()
        self.nodes = 0
        self.problems: list[Problem] = []
        self.doc = Document(name, text, None, {})

    def _at(self, mark: Any) -> Position:
        self.doc.marks[()] = (mark.line, mark.column, mark.line, mark.column)
        return self.doc.position()

    def _fail(self, code: str, message: str, mark: Any, **more: str) -> InvalidInput:
        at = self._at(mark) if mark is not None else Position(self.name, 0, 0)
        return InvalidInput([*self.problems, Problem(code, message, at, **more)])

    def document(self) -> Document:
        try:
            self.events: Any = yaml.parse(self.text, Loader=_LOADER)
            next(self.events)
            event: Any = next(self.events)
            if isinstance(event, yaml.StreamEndEvent):
                raise self._fail("SR110", f"{quoted(self.name)} is empty", event.start_mark)
            first: Any = next(self.events)
            data = self._node(first, (), 0)
            start = first.start_mark
            self.marks[()] = (start.line, start.column, start.line, start.column)
            next(self.events)
            after = next(self.events)
            if not isinstance(after, yaml.StreamEndEvent):
                raise self._fail(
                    "SR109",
                    "a second YAML document begins here",
                    after.start_mark,
                    expected="one document in a file",
                    help="put several scenarios under `scenarios:`",
                )
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        except yaml.reader.ReaderError as error:
            raise self._fail(
                "SR103",
                f"{quoted(self.name)} is not text: it holds the character"
                f" U+{_code(error.character):04X} at position {error.position}",
                None,
            ) from None
        except yaml.YAMLError:
            raise self._fail("SR105", "not valid YAML", None) from None
        if data is None:
            raise self._fail("SR110", f"{quoted(self.name)} is empty", None)
        if self.problems:
            raise InvalidInput(self.problems)
        return Document(self.name, self.text, data, self.marks, self.base)

    def _syntax(self, error: yaml.MarkedYAMLError) -> InvalidInput:
        mark = error.problem_mark or error.context_mark
        if "nesting depth" in (error.problem or ""):
            # some versions of the library say so before they tell of the first brackets
            return self._too_deep(self._deep_bracket(mark))
        what = (error.problem or "it is not well formed").strip().rstrip(".")
        at = self._at(mark)
        if at.text[at.column - 1 : at.column] == "\t":
            what, at = "a tab is used to indent", replace(at, width=1)
        hint = next((h for start, h in _HINTS.items() if start in what), None)
        if what.startswith("did not find expected ','") and error.context_mark is not None:
            hint = (
                f"the bracket that was opened on line {error.context_mark.line + 1} is not closed"
            )
        problem = Problem("SR105", f"not valid YAML: {what}", at, help=hint)
        return InvalidInput([*self.problems, problem])

    def _too_deep(self, mark: Any) -> InvalidInput:
        return self._fail("SR107", f"nested more than {MOST_DEPTH} deep", mark)

    def _deep_bracket(self, mark: Any) -> Any:
        """Return where brackets are open as deep as may be, or the mark given."""
        depth = 0
        for line, text in enumerate(self.text.splitlines()[: mark.line + 1]):
            for column, letter in enumerate(text):
                depth += (letter in "[{") - (letter in "]}")
                if depth > MOST_DEPTH:
                    return yaml.Mark(self.name, 0, line, column, None, 0)
        return mark

    def _count(self, size: int, event: Any) -> None:
        self.nodes += size
        if self.nodes > MOST_NODES:
            raise self._fail(
                "SR108",
                f"more than {MOST_NODES:,} values once aliases are written out",
                event.start_mark,
                help="write the repeated part once, or split the file",
            )

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if depth > MOST_DEPTH:
            raise self._too_deep(event.start_mark)
        before = self.nodes
        self._count(1, event)
        tag = event.tag
        if event.anchor:
            self.open_anchors.add(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            data = self._tagged(event) if tag else _scalar(event.value, event.implicit[0])
        elif tag and tag not in (_CORE + "map", _CORE + "seq", "!"):
            raise self._tag(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            data = self._sequence(path, depth)
        else:
            data = self._mapping(path, depth)
        if event.anchor:
            self.open_anchors.discard(event.anchor)
            self.anchors[event.anchor] = (data, self.nodes - before, path)
        return data

    def _tag(self, event: Any) -> InvalidInput:
        return self._fail(
            "SR109",
            f"the tag {quoted(event.tag.replace(_CORE, '!!'))} is not taken",
            event.start_mark,
            help="leave the tag out; put quotes around a word that must stay text",
        )

    def _tagged(self, event: Any) -> Any:
        if event.tag in ("!", _CORE + "str"):
            return event.value
        data = _scalar(event.value, True)
        kinds: dict[str, Any] = {
            "int": int,
            "float": (int, float),
            "bool": bool,
            "null": type(None),
        }
        kind = kinds.get(event.tag.removeprefix(_CORE))
        if kind is None or not isinstance(data, kind):
            raise self._tag(event)
        return data

    def _alias(self, event: Any, path: Path) -> Any:
        if event.anchor in self.open_anchors:
            raise self._fail(
                "SR108", f"the alias {quoted('*' + event.anchor)} holds itself", event.start_mark
            )
        if event.anchor not in self.anchors:
            raise self._fail(
                "SR105", f"no anchor {quoted('&' + event.anchor)} before this", event.start_mark
            )
        data, size, _ = self.anchors[event.anchor]
        self._count(size, event)
        return data

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            here = (*path, len(items))
            mark = event.start_mark
            self.marks[here] = (mark.line, mark.column, mark.line, mark.column)
            items.append(self._node(event, here, depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if isinstance(event, yaml.AliasEvent):
                key: Any = self._alias(event, path)
            elif isinstance(event, yaml.ScalarEvent):
                key = event.value
                self._count(1, event)
                if event.anchor:
                    self.anchors[event.anchor] = (key, 1, path)
            else:
                key = None
            if not isinstance(key, str):
                raise self._fail(
                    "SR109", "a key must be a word, not a list or a mapping", event.start_mark
                )
            if key == "<<" and getattr(event, "implicit", (False,))[0]:
                raise self._fail(
                    "SR109",
                    "the merge key `<<` is not part of YAML 1.2",
                    event.start_mark,
                    help="use `defaults:` in scenarios and tests, `extends:` in policies",
                )
            mark, here = event.start_mark, (*path, key)
            if key in items:
                first = self.marks[here][0] + 1
                self.problems.append(
                    Problem(
                        "SR106",
                        f"the key {quoted(key)} is given twice",
                        self._at(mark),
                        help=f"it was first given on line {first}; keep one of the two",
                    )
                )
                here = (*path, key, "")
            value = next(self.events)
            at = value.start_mark
            empty = isinstance(value, yaml.ScalarEvent) and not value.value and value.implicit[0]
            spot = mark if empty else at
            self.marks[here] = (mark.line, mark.column, spot.line, spot.column)
            data = self._node(value, here, depth + 1)
            items.setdefault(key, data)
        return items


def _code(character: object) -> int:
    if isinstance(character, int):
        return character
    if isinstance(character, bytes):
        return character[0] if character else 0
    return ord(str(character)[0])
