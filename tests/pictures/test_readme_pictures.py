"""The pictures in the README are those that the commands beside them draw now."""

from __future__ import annotations

from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from strikerules.cli.main import main

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
COMMANDS = {
    "forward-launch-site": ("map", str(ROOT / "examples" / "forward-launch-site.yaml"), "--output"),
    "kharkiv-broader-targets": ("diff", "kharkiv", "broader-targets", "--map"),
}


def test_each_is_in_the_readme() -> None:
    """A picture would be kept that nobody sees, or one shown that is not there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {p.stem for p in PICTURES.glob("*.png")} == set(COMMANDS)
    assert all(f"](docs/pictures/{name}.png)" in text for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_what_is_drawn_now(name: str, tmp_path: Path) -> None:
    """The README would show what a policy said before it was mended (`make pictures`)."""
    out = tmp_path / "now.png"
    assert main((*COMMANDS[name], str(out))) < 2
    kept, now = (matplotlib.image.imread(file)[..., :3] for file in (PICTURES / f"{name}.png", out))
    assert kept.shape == now.shape
    # another version of a font or of matplotlib moves some letters
    assert np.mean(np.abs(kept - now).max(axis=-1) > 0.2) < 0.03
