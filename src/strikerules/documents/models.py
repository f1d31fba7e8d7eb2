"""Strict models over documents, and a model's complaints in the project's own words."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from strikerules.documents.document import Document, Path
from strikerules.problems import (
    InvalidInput,
    Position,
    Problem,
    cant_be,
    did_you_mean,
    listed,
    quoted,
)

__all__ = ["Strict", "paths_of", "problems_of", "validate"]


class Strict(BaseModel):
    """A model that takes exactly the keys that it names."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=False,
    )


Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "none_required": "nothing",
    "int_from_float": "a whole number",
}


def validate(model: type[Model], doc: Document, path: Path = ()) -> Model:
    """Return the part of a document at `path` as a model.

    Raises
    ------
    InvalidInput
        SR111 to SR117, each with its position: all at once.
    """
    try:
        return model.model_validate(doc.get(path))
    except ValidationError as error:
        raise InvalidInput(problems_of(error, model, doc, path)) from None


def problems_of(
    error: ValidationError, model: type[BaseModel], doc: Document | None, path: Path = ()
) -> list[Problem]:
    """Translate a model's complaints into problems with positions."""
    found: list[Problem] = []
    for item, where in _apt(error, doc, path):
        at = (*path, *where)
        kind = item["type"]
        is_key = kind in ("extra_forbidden", "missing")
        position: Position | None = None
        if doc is not None:
            position = doc.position(at[:-1] if kind == "missing" else at, key=is_key)
        found.append(_problem(item, model, where, position))
    return found


def _apt(error: ValidationError, doc: Document | None, path: Path) -> list[tuple[Any, Path]]:
    """Return the complaints with their places; of a union's members the one that fits best.

    Each member of a union complains for itself: what is wrong inside a mapping says more than
    that it is not a word, and a word that is not a choice more than that it is not a mapping.
    """
    items = [
        (item, _walk(item["loc"], error_root(doc, path, item)))
        for item in error.errors(include_url=False)
    ]
    choices = {where for item, where in items if item["type"] in ("literal_error", "enum")}

    def outdone(item: Any, where: Path) -> bool:
        deeper = any(w[: len(where)] == where and len(w) > len(where) for _, w in items)
        is_choice = item["type"] in ("literal_error", "enum")
        return deeper or (where in choices and not is_choice)

    return [(item, where) for item, where in items if not outdone(item, where)]


def paths_of(error: ValidationError, data: Any) -> list[Path]:
    """Return where in plain data a model's complaints are."""
    return [where for _, where in _apt(error, Document("", "", data, {}), ())]


def error_root(doc: Document | None, path: Path, item: Any) -> Any:
    """Return the data that the complaint's location starts from."""
    return doc.get(path) if doc is not None else _Anything()


class _Anything:
    """Stands for data that is not to hand: every step into it exists."""

    def __getitem__(self, step: object) -> _Anything:
        return self


def _walk(loc: tuple[int | str, ...], data: Any) -> Path:
    """Keep of a location the steps that the data has, dropping the names of union members."""
    out: list[int | str] = []
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(data, dict) and isinstance(step, str) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif isinstance(data, _Anything) or (last and isinstance(data, dict)):
            pass
        else:
            continue
        out.append(step)
    return tuple(out)


def _fields(model: type[BaseModel], where: Path) -> list[str]:
    """Return the keys that the model at `where` takes, as far as its annotations tell."""
    current: Any = model
    for step in where:
        if isinstance(step, int) or current is None:
            continue
        current = _sub_model(current, step)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [f.alias or name for name, f in current.model_fields.items()]
    return []


def _sub_model(model: Any, step: str) -> Any:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    for name, info in model.model_fields.items():
        if step in (name, info.alias):
            return _first_model(info.annotation)
    return None


def _first_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for arg in getattr(annotation, "__args__", ()):
        found = _first_model(arg)
        if found is not None:
            return found
    return None


def _problem(item: Any, model: type[BaseModel], where: Path, position: Position | None) -> Problem:
    kind, value, ctx = item["type"], item.get("input"), item.get("ctx", {})
    key = next((step for step in reversed(where) if isinstance(step, str)), "")
    name = ".".join(map(str, where)) or "the document"
    if kind == "extra_forbidden":
        fields = _fields(model, where[:-1])
        return Problem(
            "SR111",
            f"the key {quoted(key)} is not known here",
            position,
            expected=listed(fields) or None,
            help=did_you_mean(key, fields),
        )
    if kind == "missing":
        return Problem("SR112", f"the key {quoted(key)} is missing", position)
    if kind in ("literal_error", "enum"):
        choices = [
            c.strip("'") for c in str(ctx.get("expected", "")).replace(" or ", ", ").split(", ")
        ]
        return Problem(
            "SR114",
            f"{quoted(value)} is not a value of {quoted(key)}",
            position,
            expected=listed(choices),
            help=did_you_mean(value, choices),
        )
    if kind == "value_error" and isinstance(ctx.get("error"), ValueError):
        text, _, rest = str(ctx["error"]).partition(" | ")
        expected, _, hint = rest.partition(" | ")
        return Problem(
            _code(text) or "SR115",
            text.removeprefix(_code(text) or "").strip(),
            position,
            expected=expected or None,
            help=hint or None,
        )
    if kind == "finite_number":
        return Problem(
            "SR115", f"{quoted(str(value))} is not a number that can be used for {quoted(name)}",
            position, expected="a finite number",
        )  # fmt: skip
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        sign = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
        bound = next((f"{sign[k]} {v:g}" for k, v in ctx.items() if k in sign), "")
        return Problem(
            "SR115", f"{quoted(value)} is out of range for {quoted(name)}", position,
            expected=bound or None,
        )  # fmt: skip
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        bound = ctx.get("min_length", ctx.get("max_length"))
        word = "at least" if "short" in kind else "at most"
        unit = "characters" if kind.startswith("string") else "items"
        return Problem(
            "SR115", f"{quoted(name)} is too {kind.rpartition('_')[2]}", position,
            expected=f"{word} {bound} {unit if bound != 1 else unit.rstrip('s')}",
        )  # fmt: skip
    if kind == "string_pattern_mismatch" and "{64}" in str(ctx.get("pattern")):
        return Problem(
            "SR115", f"{quoted(value)} is not a SHA-256 digest", position,
            expected="64 digits and letters from a to f",
        )  # fmt: skip
    if kind == "string_pattern_mismatch":
        return Problem(
            "SR117", f"{quoted(value)} can't be a name", position,
            expected="a letter, then letters, digits and single hyphens or underscores",
        )  # fmt: skip
    expected = _KINDS.get(kind, "something else")
    return Problem("SR113", cant_be(value, name), position, expected=expected)


def _code(text: str) -> str | None:
    head = text[:5]
    return head if head[:2] == "SR" and head[2:].isdigit() else None
