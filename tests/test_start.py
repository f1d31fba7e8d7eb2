"""What a check imports: nothing that takes long to load and that it can do without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = str(ROOT / "src")

#: Slow to import, or for other commands.
NEVER = {
    "bokeh", "dask", "fiona", "geopandas", "jsonschema", "matplotlib", "pandas", "pyarrow",
    "pydantic", "pyogrio", "pyproj", "rich", "scipy", "z3",
}  # fmt: skip

#: Writes every module that was imported, one a line, after the command's own output.
RUNNER = """
import sys
sys.path.insert(0, {source!r})
before = set(sys.modules)
status = 0
{body}
print("--modules--")
print("\\n".join(sorted(set(sys.modules) - before)))
print("--status--", status)
"""


def _loaded(body: str) -> tuple[set[str], str]:
    """Return the modules that a fresh interpreter imports for some code, and all that it prints."""
    code = RUNNER.format(source=SOURCE, body=body)
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", code],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=True,
    )  # fmt: skip
    modules = done.stdout.partition("--modules--\n")[2].partition("--status--")[0]
    return set(modules.split()), done.stdout


def _command(*arguments: str) -> str:
    return f"from strikerules.cli.main import main\nstatus = main({list(arguments)!r})"


@pytest.mark.parametrize(
    ("example", "status"),
    [
        ("forward-launch-site", 0),
        ("atacms-near-kharkiv", 3),
        ("before-the-decision", 1),
        ("at-the-border", 3),
        ("edge-of-the-area", 3),
        ("date-unknown", 3),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_check_starts_light(example: str, status: int, form: str) -> None:
    """Every check would wait for a library that it makes no use of."""
    body = _command("check", "--format", form, f"examples/{example}.yaml")
    modules, output = _loaded(body)
    assert f"--status-- {status}" in output
    assert "strikerules.engine.decide" in modules
    assert not any(m.startswith("strikerules.analysis") for m in modules)
    assert {m.partition(".")[0] for m in modules} & NEVER == set()


def test_import_alone_loads_nothing() -> None:
    """`import strikerules` would cost a notebook or a tool that only asks for the version."""
    modules, _ = _loaded("import strikerules\nstrikerules.__version__")
    standard = sys.stdlib_module_names
    other = {m for m in modules if m.partition(".")[0] not in standard}
    assert other == {"strikerules"}


def test_policy_of_ones_own_is_validated() -> None:
    """The light start would have been bought by leaving a user's own policy unchecked."""
    body = (
        "from pathlib import Path\nimport tempfile\n"
        "folder = tempfile.TemporaryDirectory()\n"
        "path = Path(folder.name) / 'own.yaml'\n"
        "path.write_text('policy: own\\nrules: [{id: r, effect: permit}]\\n')\n"
        + _command("check", "examples/forward-launch-site.yaml", "--policy", "PATH").replace(
            "'PATH'", "str(path)"
        )
    )
    modules, output = _loaded(body)
    assert "--status-- 0" in output
    assert "pydantic" in modules


def test_module_runs() -> None:
    """`python -m strikerules` would not work, or answer with another exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "strikerules", "check", "-q", "examples/other-operation.yaml"],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        env={"PYTHONPATH": SOURCE, "PATH": "", "PYTHONWARNINGS": "error"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "other-operation: prohibited\n"
