"""What the build does to the pages: small parts of it, without Sphinx."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    """A module of `docs/_ext`."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    return import_module(request.param)


@pytest.mark.parametrize("part", ["prose"], indirect=True)
@pytest.mark.parametrize(
    ("page", "text", "made"),
    [
        (
            "x",
            "```yaml a.yaml\nk: v\n```\n",
            "```{code-block} yaml\n:caption: a.yaml\n\nk: v\n```\n",
        ),
        ("x", "```csv t.csv\n", "```{code-block} text\n:caption: t.csv\n\n"),
        ("x", "```yaml policy\n", "```yaml policy\n"),
        ("x", "[r](../seeds/README.md)", "[r](reference/sources/register.md)"),
        (
            "a/x",
            "[the\nr](../../geodata/README.md#how)",
            "[the\nr](../reference/zones/data.md#how)",
        ),
        ("x", "[`t`](../rules/tests/ban_test.strike.yaml)", "`t`"),
        (
            "x",
            "[`a`](../examples/notebooks/teaching.ipynb)",
            "{download}`a <../examples/notebooks/teaching.ipynb>`",
        ),
        ("howto/x", "[w](../worlds.md#a)", "[w](../worlds.md#a)"),
        ("index", "```{toctree}\nworlds?\nnowhere?\n```\n", "```{toctree}\nworlds\n```\n"),
        ("index", "Who?\n", "Who?\n"),
    ],
)
def test_pages_are_rewritten(part: ModuleType, page: str, text: str, made: str) -> None:
    """A block would lose its name, a link out of the folder lead nowhere, or prose be changed."""
    assert part.rewritten(text, page) == made


@pytest.mark.parametrize("part", ["pictures"], indirect=True)
def test_a_picture_that_fails_is_told(part: ModuleType, tmp_path: Path) -> None:
    """The gallery would lack a picture, and the build not mind."""
    wrong = part.make(["map", "nowhere.yaml"], tmp_path / "m.png")
    assert wrong
    assert "SR" in wrong


@pytest.mark.parametrize("part", ["layers"], indirect=True)
def test_layers_say_what_they_are_for(part: ModuleType) -> None:
    """A box of the picture would have nothing to say, or not be a part of the program."""
    layers = [layer for level in part.order() for layer in level]
    assert len(layers) > 10
    assert all(part.purpose(layer) for layer in layers)
    assert all((part.SOURCE / part.place(layer)).exists() for layer in layers)
    assert part.svg().count("<rect") == len(layers)


@pytest.mark.parametrize("part", ["writing"], indirect=True)
def test_tables_and_blocks_hold_what_they_are_given(part: ModuleType) -> None:
    """A bar in a cell would end it, a fence in a block the block."""
    assert part.table(["a|b"], [["c\nd"]]) == "| a\\|b |\n| --- |\n| c d |\n"
    block = part.code("```yaml\nx\n```", "md")
    assert re.fullmatch(r"(`{4,})md\n```yaml\nx\n```\n\1\n", block)
