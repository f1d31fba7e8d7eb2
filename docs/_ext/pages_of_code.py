"""Pages read off the library: its names, the JSON Schemas, the codes of errors and findings."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import Any

from strikerules.cli.commands import schema as schema_command
from strikerules.problems.catalogue import page, titles
from writing import LEXERS, code, flat, made_from, slug, table, target, ticked, toc

#: Where names for users come from, beside those that `strikerules` itself hands on.
MODULES = {
    "strikerules.engine.decision": "what a decision is made of",
    "strikerules.analysis.difference": "what a comparison is made of",
    "strikerules.analysis.findings": "what a verification is made of",
    "strikerules.batch.probability": "shares of random draws",
    "strikerules.testing": "for policy tests in Python",
    "strikerules.testing.strategies": "what hypothesis draws",
    "strikerules.batch.shares": "shares of rows",
    "strikerules.batch.spread": "a table's positions drawn at random",
    "strikerules.geography": "zones, places, geodesics on the WGS 84 ellipsoid",
}

#: What each family of codes is about, by the first digit.
FAMILIES = {
    "1": "Files: reading them, their shape, the types of values",
    "2": "Scenarios, tables and sweeps",
    "3": "Policies and timelines",
    "4": "Zones and places",
    "5": "Sources: claims, and what encodes them",
    "6": "The command line",
    "7": "Warnings about a scenario that is decided all the same",
    "8": "Findings of `strikerules verify`",
    "9": "Policy tests",
}


# -- the library --------------------------------------------------------------------------------


def api() -> dict[str, str]:
    """Return the pages of the library's names."""
    import strikerules

    pages, rows = {}, []
    for name in sorted(n for n in strikerules.__all__ if not n.startswith("_")):
        thing = getattr(strikerules, name)
        pages[f"{name}.md"] = f"# {name}\n\n" + _described("strikerules", name, thing)
        rows.append((f"[`{name}`]({name}.md)", _first_line(thing)))
    parts = [
        "# Python\n",
        made_from("the docstrings of the library"),
        "`import strikerules as sr` gives these names:\n",
        table(["name", "is"], rows),
        "Other modules have names for more special needs:\n",
    ]
    others = []
    for where, has in MODULES.items():
        module = import_module(where)
        names = [n for n in module.__all__ if _is_told_of(getattr(module, n))]
        file = slug(where.removeprefix("strikerules."))
        about = flat((module.__doc__ or "").partition("\n\n")[0])
        text = f"# {where.removeprefix('strikerules.')}\n\n`{where}`: {about}\n"
        for name in names:
            text += "\n" + _described(where, name, getattr(module, name))
        pages[f"{file}.md"] = text
        others.append((f"[`{where}`]({file}.md)", has, ticked(names)))
    parts.append(table(["module", "has", "names"], others))
    parts.append(toc(name.removesuffix(".md") for name in pages))
    pages["index.md"] = "\n".join(parts)
    return pages


def _is_told_of(thing: Any) -> bool:
    """Tell a class or a function from a constant, a name for a type, and a protocol."""
    if inspect.isclass(thing):
        return not hasattr(thing, "__origin__") and not getattr(thing, "_is_protocol", False)
    return inspect.isfunction(thing)


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _holding(thing: type) -> type | None:
    """Return the base of a class that says what it holds, where the class does not."""
    if "----\n" in (inspect.getdoc(thing) or ""):
        return None
    ours = (base for base in thing.__mro__[1:] if base.__module__.startswith("strikerules."))
    return next((base for base in ours if "----\n" in (base.__doc__ or "")), None)


def _described(where: str, name: str, thing: Any) -> str:
    if inspect.isclass(thing):
        options = "   :members:\n   :inherited-members: Exception, Struct, Mapping\n"
        directive = f".. autoclass:: {where}.{name}\n{options}"
        held = _holding(thing)
        if held is not None:
            path = f"{held.__module__}.{held.__qualname__}"
            directive += f"\nWhat it holds:\n\n.. autoclass:: {path}\n   :no-index:\n"
    else:
        directive = f".. autofunction:: {where}.{name}\n"
    return code(directive, "{eval-rst}")


# -- JSON Schemas -------------------------------------------------------------------------------


def schemas() -> dict[str, str]:
    """Return a page for each JSON Schema, and the page that lists them."""
    pages = {}
    for kind, about in schema_command.KINDS.items():
        whole = schema_command._schema(kind, None)
        parts = [
            f"# {kind}\n",
            f"{about[:1].upper()}{about[1:]}. `strikerules schema {kind}` prints it;"
            f" {{download}}`{kind}.json <../../../schemas/{kind}.json>` is the file.\n",
        ]
        if whole.get("description"):
            parts.append(flat(whole["description"]) + "\n")
        parts += [_keys(whole)]
        for name, part in sorted((whole.get("definitions") or {}).items()):
            keys = _keys(part)
            if keys:
                parts += [target("schema", kind, name) + f"## {name}\n", _text(part), keys]
        pages[f"{kind}.md"] = "\n".join(p for p in parts if p)
    rows = [(f"[`{k}`]({k}.md)", text) for k, text in schema_command.KINDS.items()]
    pages["index.md"] = (
        "# JSON Schemas\n\n"
        + made_from("the models that read and write these documents")
        + "\nDraft 7. An editor with a YAML extension completes and checks a file that begins with"
        " `# yaml-language-server: $schema=FILE`. `strikerules schema KIND` prints one; with"
        " `--policy` those of scenarios, tests and sweeps know the facts that a policy declares."
        "\n\n" + table(["kind", "of"], rows) + "\n" + toc(schema_command.KINDS)
    )
    return pages


def _text(part: dict[str, Any]) -> str:
    return flat(part["description"]) + "\n" if part.get("description") else ""


def _keys(part: dict[str, Any]) -> str:
    needed = part.get("required", ())
    rows = [
        (f"`{key}`" + (" (needed)" if key in needed else ""), _type(one), flat(_about(one)))
        for key, one in (part.get("properties") or {}).items()
    ]
    return table(["key", "is", "meaning"], rows) if rows else ""


def _about(one: Any) -> str:
    return one.get("description", "") if isinstance(one, dict) else ""


def _type(one: Any, depth: int = 0) -> str:
    """Return in a few words what a schema takes."""
    if not isinstance(one, dict) or not one:
        return "anything"
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "const" in one:
        return f"`{one['const']}`"
    if "enum" in one:
        values = [f"`{v}`" for v in one["enum"]]
        return ", ".join(values[:12]) + (f", … ({len(values)})" if len(values) > 12 else "")
    for key in ("anyOf", "oneOf"):
        if key in one and depth < 2:
            return " or ".join(dict.fromkeys(_type(o, depth + 1) for o in one[key]))
    if "allOf" in one and depth < 2:
        return " and ".join(dict.fromkeys(_type(o, depth + 1) for o in one["allOf"]))
    kinds = one.get("type", "anything")
    words = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    if kinds == "array" and isinstance(one.get("items"), dict) and depth < 2:
        return f"list of {_type(one['items'], depth + 1)}"
    return words


# -- codes --------------------------------------------------------------------------------------


def codes() -> dict[str, str]:
    """Return the page behind every code, and the page that lists them by family."""
    families: dict[str, list[str]] = {digit: [] for digit in FAMILIES}
    pages = {}
    for one in titles():
        families[one[2]].append(one)
        text = page(one).text
        # an example is shown by what it is, the word for the tests aside
        text = re.sub(r"(?m)^```(\w+)( \w+)?$", lambda m: f"```{LEXERS.get(m[1], m[1])}", text)
        # in no table of contents: the sidebar of every page would list them all
        pages[f"{one}.md"] = f"---\norphan: true\n---\n{target(one)}{text}\n[All codes](index.md)\n"
    parts = [
        "# Codes\n",
        made_from("the pages in `src/strikerules/problems/pages`"),
        "Every error, warning and finding has a code that stays the same. `strikerules explain"
        " CODE` prints its page; `strikerules explain` lists them all.\n",
    ]
    for digit, members in families.items():
        parts.append(f"## SR{digit}xx: {FAMILIES[digit]}\n")
        parts.append(table(["code", "says"], [(f"[{c}]({c}.md)", titles()[c]) for c in members]))
    pages["index.md"] = "\n".join(parts)
    return pages
