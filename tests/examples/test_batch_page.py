"""The page on many rows: its Python is run, and gives what the page shows."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.batch.one_row import ADDED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "batch.md"
FENCE = re.compile(r"(?ms)^```python\n(.*?)^```$")
SCRIPT = re.compile(r"(?ms)^```python (\S+)\n(.*?)^```$")


# Dask reads and writes Parquet in ways that the newest pandas is about to give up
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page shows of the library would not be what it returns."""
    for name in ("dask.dataframe", "duckdb", "polars"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    monkeypatch.chdir(tmp_path)
    blocks = FENCE.findall(PAGE.read_text(encoding="utf-8"))
    text = "\n".join(blocks)
    parser = doctest.DocTestParser()
    test = parser.get_doctest(text, {}, "batch.md", str(PAGE), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(
        test, out=said.append
    )
    assert not said, "".join(said)
    assert len(test.examples) > 40


def test_script(tmp_path: Path) -> None:
    """The script that readers copy to use all their processors would not run."""
    pytest.importorskip("distributed", reason="distributed is not installed")
    ((name, body),) = SCRIPT.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / name).write_text(body, encoding="utf-8")
    (tmp_path / "strikes").mkdir()
    for part, made_in in enumerate(["US", "FR", "USA"]):
        frame = pd.DataFrame({"weapon.made_in": [made_in] * 3, "target.location.zone": "russia"})
        frame.to_parquet(tmp_path / "strikes" / f"{part}.parquet")
    done = subprocess.run(
        [sys.executable, name],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = pd.read_parquet(tmp_path / "decided")
    assert len(found) == 9
    assert set(ADDED) <= set(found.columns)
    assert found.problem.notna().sum() == found.decision.isna().sum() == 3
