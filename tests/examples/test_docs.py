"""The examples in the pages: each is loaded, and those that say what to expect are decided.

A scenario that begins with ``# expect: DECISION`` is decided by the policy or timeline before it on
its page. In brackets stand the outcomes that are possible, after ``hangs on`` what it hangs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.examples.pages import LOADED, pages

import strikerules as sr
from strikerules.documents import parse_document
from strikerules.language import documents
from strikerules.language.conditions import Operator
from strikerules.language.documents import Algorithm
from strikerules.language.scenario import read_scenarios
from strikerules.language.vocabulary import BASE, Vocabulary
from strikerules.language.zones import INTENTS, MAKERS, META

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "docs" / "language.md"
PAGES = pages()
FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
EXPECT = re.compile(
    r"# expect: (?P<decision>\w+)(?: \((?P<possible>[\w ]+)\))?(?:, hangs on (?P<names>.+))?"
)


class Block(NamedTuple):
    page: Path
    line: int
    kind: str
    text: str
    name: str
    ruling: str | None
    expect: re.Match[str] | None


def _blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page that begin with a key in `LOADED`."""
    text = page.read_text(encoding="utf-8")
    ruling: str | None = None
    for match in FENCE.finditer(text):
        body = match[2]
        lines = [x for x in body.splitlines() if not x.startswith("#")]
        kind, _, value = lines[0].partition(":")
        if match[1] != "yaml" or kind not in LOADED:
            continue
        if kind in ("policy", "timeline"):
            ruling = value.strip()
        line = text.count("\n", 0, match.start()) + 2
        expect = EXPECT.fullmatch(body.splitlines()[0])
        assert expect or not body.startswith("# expect"), f"{page.name}:{line}: what is expected?"
        yield Block(page, line, kind, body, value.strip() or "file", ruling, expect)


BLOCKS = [block for page in PAGES for block in _blocks(page)]


def _id(block: Block) -> str:
    return f"{block.page.stem}-{block.line}-{block.name}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """For each page a folder with its policies and timelines as files."""
    found = {}
    for page in PAGES:
        folder = found[page] = tmp_path_factory.mktemp(page.stem)
        for block in BLOCKS:
            if block.page == page and block.kind in ("policy", "timeline"):
                file = folder / f"{block.name}.yaml"
                assert not file.exists(), f"{page.name}:{block.line}: the name is used twice"
                file.write_text(block.text, encoding="utf-8")
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=_id)
def test_block_is_loaded(block: Block, folders: dict[Path, Path], tmp_path: Path) -> None:
    """A reader who copies the example would get an error."""
    if block.kind in ("policy", "timeline"):
        loaded = sr.load(folders[block.page] / f"{block.name}.yaml")
        assert loaded.name == block.name
        assert loaded.program.parts
        return
    file = tmp_path / "scenarios.yaml"
    file.write_text(block.text, encoding="utf-8")
    vocabulary: Vocabulary = Vocabulary()
    if block.expect:
        assert block.ruling is not None
        ruling = sr.load(folders[block.page] / f"{block.ruling}.yaml").ruling
        vocabulary = ruling.vocabulary
    scenarios = read_scenarios(file, vocabulary)
    assert scenarios
    assert [w for s in scenarios for w in s.remarks] == []


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.expect], ids=_id)
def test_block_is_decided(block: Block, folders: dict[Path, Path], tmp_path: Path) -> None:
    """The page would say of its example what the program does not."""
    file = tmp_path / "scenario.yaml"
    file.write_text(block.text, encoding="utf-8")
    found = sr.load(folders[block.page] / f"{block.ruling}.yaml").check(file)
    assert block.expect is not None
    assert found.decision == block.expect["decision"]
    if block.expect["possible"]:
        assert list(found.possible) == block.expect["possible"].split(" or ")
    assert (found.decision == "indeterminate") == bool(block.expect["names"])
    if block.expect["names"]:
        hangs_on = [n for names in found.depends_on.to_dict().values() for n in names]
        assert hangs_on == block.expect["names"].split(", ")
    assert [w.message for w in found.warnings] == []


def test_pages_have_examples() -> None:
    """The pattern for examples would find none, and every test of them pass."""
    assert len([b for b in BLOCKS if b.page == LANGUAGE and b.expect]) >= 25
    decisions = {b.expect["decision"] for b in BLOCKS if b.expect}
    assert decisions == {"permitted", "prohibited", "not_governed", "indeterminate"}


def _keys(model: Any) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


MODELS = [
    getattr(documents, name)
    for name in documents.__all__
    if name.endswith("Document") or name == "InForce"
    if name not in ("CatalogueDocument", "WeaponDocument")
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_page_has_every_key(model: Any) -> None:
    """A construct would be known to those alone who read the program."""
    text = LANGUAGE.read_text(encoding="utf-8")
    table = text.partition("## Every key")[2]
    assert sorted(k for k in _keys(model) if f"`{k}`" not in table) == []


def _used(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _used(value)
    elif isinstance(data, list):
        for item in data:
            yield from _used(item)
    elif isinstance(data, str):
        yield data


def test_page_shows_every_construct() -> None:
    """A key, a test, an algorithm or a way to make a zone would have no example that runs."""
    used = {
        word
        for block in BLOCKS
        if block.page == LANGUAGE
        for word in _used(parse_document(block.text).data)
    }
    tests = {*Operator.__args__, "before", "from", "until"}
    keys = {k for model in MODELS for k in _keys(model)}
    zones = {*MAKERS, *META, *INTENTS} - {"source", "file"}
    joining = {"all", "any", "not", "is"}
    assert sorted((tests | keys | zones | joining) - used) == []


def test_page_has_every_attribute_and_algorithm() -> None:
    """A reader would not learn what can be said of a strike, or how rules are combined."""
    text = LANGUAGE.read_text(encoding="utf-8")
    named = [a.path for a in BASE] + [v for a in BASE for v in a.values]
    named += [*Algorithm.__args__, *MAKERS, *META, *INTENTS]
    assert sorted(n for n in named if f"`{n}" not in text) == []


def test_page_has_the_limits() -> None:
    """The page would tell limits that are not the program's."""
    from strikerules.engine.settle import MOST_SETS
    from strikerules.engine.worlds import MOST_WORLDS
    from strikerules.language.build import MOST_COMBINATIONS
    from strikerules.language.locations import MOST_ACCURACY_KM

    text = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
    table = text.partition("## Limits")[2]
    for number in (MOST_SETS, MOST_WORLDS, MOST_COMBINATIONS, int(MOST_ACCURACY_KM)):
        assert f"| {number:,} " in table
    assert f"{MOST_COMBINATIONS:,}" in LANGUAGE.read_text(encoding="utf-8")


def test_links_to_headings() -> None:
    """A link inside the pages would lead nowhere."""
    anchors = {}
    for page in PAGES:
        prose = FENCE.sub("", page.read_text(encoding="utf-8"))
        heads = re.findall(r"(?m)^#+ (.+)$", prose)
        anchors[page] = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in heads}
    for page in PAGES:
        prose = FENCE.sub("", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]*#[^)\s]+)\)", prose):
            file, _, anchor = target.partition("#")
            if not re.match(r"[a-z]+:", file):
                there = (page.parent / file).resolve() if file else page
                assert anchor in anchors[there], f"{page.name}: {target}"
