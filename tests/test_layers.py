"""The layers know only those before them: words, places, decisions, views, in that order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import strikerules
from strikerules.documents.accepted import MODELS

ROOT = Path(strikerules.__file__).parent

#: Each layer may import itself and those on lines before it; layers on one line do not meet.
ORDER = (
    ("problems", "documents", "data", "pandas"),
    ("sources",),
    ("language",),
    ("geography",),
    ("engine",),
    ("analysis", "batch", "given", "views"),
    ("pages", "pictures", "tabular"),
    ("sweeping",),
    ("mapping", "shown"),
    ("exploring",),
    ("api",),
    ("differences", "verification"),
    ("testing",),
    ("app",),
    ("cli",),
)
LEVEL = {layer: level for level, layers in enumerate(ORDER) for layer in layers}

#: On the first line each may use these of its neighbours.
BESIDE = {"problems": {"data"}, "documents": {"problems", "data"}, "data": set()}

#: Modules that belong to no layer: they hand on what the package offers.
DOORS = {"strikerules", "strikerules.__main__"}

FILES = sorted(p for p in ROOT.rglob("*.py") if "_data" not in p.parts)


def module_of(file: Path) -> str:
    parts = ["strikerules", *file.relative_to(ROOT).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield every import of the package's own, wherever it stands, with its line."""
    package = module_of(file).split(".")
    if file.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        found: list[str] = []
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            bare = stem == "strikerules"
            found = [f"{stem}.{alias.name}" if bare else stem for alias in node.names]
        for name in dict.fromkeys(found):
            if name == "strikerules" or name.startswith("strikerules."):
                yield node.lineno, name  # type: ignore[attr-defined]


def layer_of(module: str) -> str | None:
    parts = module.split(".")
    if module in DOORS or len(parts) < 2 or parts[1].startswith("__"):
        return None
    return parts[1]


def allowed(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if LEVEL[importer] == LEVEL[imported]:
        return imported in BESIDE.get(importer, set())
    return LEVEL[importer] > LEVEL[imported]


def violations(files: list[Path]) -> list[str]:
    found = []
    for file in files:
        here = layer_of(module_of(file))
        if here is None:
            continue
        for line, name in imports_of(file):
            there = layer_of(name)
            if there is not None and not allowed(here, there):
                found.append(f"{file.relative_to(ROOT)}:{line}: {here} imports {there} ({name})")
    return found


def test_every_module_has_a_layer() -> None:
    """A new folder would stand outside the order, and nothing would hold it."""
    layers = {layer for f in FILES if (layer := layer_of(module_of(f))) is not None}
    assert layers <= set(LEVEL), f"give these a place in ORDER: {sorted(layers - set(LEVEL))}"


def test_imports_point_one_way() -> None:
    """A layer would come to know what is built on it, and could no longer be used or read alone."""
    assert violations(FILES) == []


@pytest.mark.parametrize("where", MODELS.values())
def test_names_imported_late_exist(where: str) -> None:
    """The shape of a user's file would be looked up in a module that is not there."""
    from importlib import import_module

    module, _, name = where.partition(":")
    assert hasattr(import_module(module), name)


def test_late_names_stand_in_one_file() -> None:
    """The documents would reach into other layers by text, where no test of imports looks."""
    for file in FILES:
        here = layer_of(module_of(file))
        if here not in LEVEL or file.name == "accepted.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                module = node.value.partition(":")[0]
                there = layer_of(module) if module.startswith("strikerules.") else None
                if there in LEVEL and module.replace(".", "").replace("_", "").isalnum():
                    assert allowed(here, there), f"{file.relative_to(ROOT)}:{node.lineno}: {module}"


def test_a_violation_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the layers would pass whatever is imported."""
    (tmp_path / "language").mkdir()
    wrong = tmp_path / "language" / "wrong.py"
    wrong.write_text(
        "def f():\n    from strikerules.engine import decide\n    from ..cli import main\n"
        "    from strikerules import api\n    import strikerules.problems\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert violations([wrong]) == [
        "language/wrong.py:2: language imports engine (strikerules.engine)",
        "language/wrong.py:3: language imports cli (strikerules.cli)",
        "language/wrong.py:4: language imports api (strikerules.api)",
    ]
