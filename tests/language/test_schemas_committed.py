"""The schemas that editors use, as they are committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from strikerules.cli.main import main

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.json")), ids=lambda f: f.stem)
def test_committed_schema_is_what_the_command_prints(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Editors would complete keys that are no longer taken (`make schemas` writes them anew)."""
    assert main(["schema", file.stem]) == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")
