"""The notebooks: each runs from top to bottom, shows what its text says, and is stored clean."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import distance_km

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
OPEN_COUNTRY_KM = 4.0

PLACE = re.compile(r'"?lon"?: (-?\d+(?:\.\d+)?), "?lat"?: (-?\d+(?:\.\d+)?)')
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

#: Elements that JupyterLab leaves in a notebook that is not trusted, among those that are used.
KEPT = set(
    "br caption code details div em img li p strong summary table tbody td th thead tr ul".split()
)


class Expected(NamedTuple):
    """What a notebook shows: values by how they begin or what their HTML has, words, pictures."""

    shows: tuple[str, ...]
    says: tuple[str, ...]
    pictures: int


EXPECTED = {
    "reading-a-policy": Expected(
        (
            "<Policy kharkiv",
            "<Decision launcher",
            "What kharkiv says of targets",
            "<map: A missile",
        ),
        (
            "target.supports = kharkiv_assault: permitted",
            "weapon.max_range_km (80 km) may rise by 20 km (to 100 km)",
            "meaning-of-long-range = by-weapon: prohibited\n"
            "meaning-of-long-range = by-distance: permitted\n"
            "meaning-of-long-range = by-depth: permitted\n",
            "ask first: air-bases",
        ),
        1,
    ),
    "teaching": Expected(
        ("<Policy class-rule", "<Decision gun"),
        (
            "the key `efect` is not known here",
            "did you mean `effect`?",
            "weapon.max_range_km < 40 km: it is 40 km",
            "5 passed in 1 file",
            "not covered: class-rule.yaml",
            "a gun near the border that has fired",
            "SR821: the property `never-deep` does not hold",
            "class-rule: 1 property proved, 1 finding accepted, no findings",
            "6 passed in 1 file",
            "1 failed in 1 file; 5 left out by --run",
        ),
        0,
    ),
    "variants-at-scale": Expected(
        ("<Diff kharkiv -> farther",),
        (
            "10,000 draws (seed 1), with 95 % intervals",
            "permitted      72.23%  (71.34% to 73.10%)",
            "10,000 draws: 0.7134 to 0.7310; 100,000 draws: 0.7218 to 0.7273",
        ),
        3,
    ),
}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, with nobody's settings and this very program."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    # ipykernel has figures shown below their cells unless told otherwise
    for name in ("MPLBACKEND", "COLUMNS", "NO_COLOR", "PYTHONWARNINGS"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "work"
    work.mkdir()
    return work


def _run(path: Path, folder: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where)
    spec = client.create_kernel_manager().kernel_spec
    assert spec is not None
    spec.argv[0] = sys.executable
    return client.execute()


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.fetched: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.fetched += [v for k, v in attrs if k in ("src", "href") and v]


def _data(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type in ("display_data", "execute_result"):
                yield output.data


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs_and_shows_what_it_says(path: Path, alone: Path) -> None:
    """A reader would meet an error, a warning, or another answer than the text tells."""
    notebook = _run(path, alone)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    streams = [o for o in outputs if o.output_type == "stream"]
    assert [o for o in outputs if o.output_type == "error"] == []
    assert [o.text for o in streams if o.name == "stderr"] == []
    said = COLOUR.sub("", "".join(o.text for o in streams))
    expected = EXPECTED[path.stem]
    assert [words for words in expected.says if words not in said] == []
    assert tempfile.gettempdir() not in said
    assert str(ROOT) not in said

    data = list(_data(notebook))
    assert sum("image/png" in d for d in data) == expected.pictures
    for words in expected.shows:
        (found,) = [
            d for d in data if d["text/plain"].startswith(words) or words in d.get("text/html", "")
        ]
        html = found["text/html"]
        tags = _Tags(html)
        assert "<script" not in html
        # the frame is cut where a notebook is not trusted; a picture of the map stands beside it
        assert tags.names <= KEPT | ({"iframe"} if words.startswith("<map") else set())
        assert all(source.startswith("data:image/") for source in tags.fetched)
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_stored_clean(path: Path) -> None:
    """What one machine made of it would be in the repository, and change with every run."""
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert text == nbformat.writes(notebook) + "\n"
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        assert cell.source == cell.source.strip()
        assert cell.source
        assert cell.metadata == {}
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert (
            re.search(r"(?m)(?:^|[\s\"'(])/(?:home|tmp|usr|work)\b|[A-Z]:\\", cell.source) is None
        )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_says_its_bounds_first(path: Path) -> None:
    """A reader could take an invented case for a real one, or a reading for the law."""
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    text = " ".join(first.source.split())
    for words in ("invented", "open country", "no real military site", "assum", "reading of one",
                  "not a finding of law", "no network"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_positions_are_open_country(path: Path) -> None:
    """An invented target would stand in a real town."""
    towns = list(gazetteer())
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    places = {(float(lon), float(lat)) for lon, lat in PLACE.findall(text)}
    assert places
    for lon, lat in places:
        assert min(distance_km(lon, lat, t.lon, t.lat) for t in towns) > OPEN_COUNTRY_KM


def test_notebooks_are_listed() -> None:
    """A notebook would not be found, or nobody look at what it shows."""
    names = {path.stem for path in NOTEBOOKS}
    assert names == set(EXPECTED)
    for page, prefix in (("docs/notebooks.md", "../examples/"), ("examples/README.md", "")):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert set(re.findall(rf"\]\({prefix}notebooks/([\w-]+)\.ipynb\)", text)) == names
