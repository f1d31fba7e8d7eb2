"""The page: what it has, that nothing in it is taken for markup, that it asks no network."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.pages.made import HOSTILE

import strikerules as sr
from strikerules.cli.main import main
from strikerules.pages import report
from strikerules.pages.page import BOUNDS
from strikerules.pages.words import LOOKS

ROOT = Path(__file__).parents[2]
ATACMS = str(ROOT / "examples" / "atacms-near-kharkiv.yaml")
CLOSED = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
MOST_BYTES = 3_000_000


class Page(HTMLParser):
    """The elements of a page, its text without scripts, and whether they nest as they should."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in CLOSED:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)
        elif not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text() -> str:
    return sr.load("kharkiv").report(ATACMS)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_elements_nest(page: Page) -> None:
    """Browsers would each repair the page in their own way."""
    assert page.wrong == []
    assert page.open == []


def test_says_what_was_decided(page: Page) -> None:
    """The page would be about something else than `check`."""
    decision = sr.load("kharkiv").check(ATACMS)
    words = page.text
    assert "INDETERMINATE by kharkiv" in words.replace("  ", " ")
    for name in (*decision.depends_on.questions, *decision.assumptions):
        assert name in words
    for row in decision.readings:
        assert all(reading in words for _, reading in row.choose)
    for step in decision.why.walk():
        assert " ".join(step.text.replace("`", "").split()) in words or step.kind in (
            "policy", "rule", "all", "any", "reading", "constant", "not",
        )  # fmt: skip
    assert BOUNDS in words


def test_has_the_words_of_every_claim(page: Page, text: str) -> None:
    """A link to a claim would lead nowhere, and a reader would have to take our word."""
    ids = {a["id"] for _, a in page.elements if "id" in a}
    for link in page.all("a"):
        href = link["href"] or ""
        assert href.startswith("#")
        assert href[1:] in ids, href
    decision = sr.load("kharkiv").check(ATACMS)
    for citation in decision.citations:
        assert f'id="claim-{citation.claim}"' in text
        assert " ".join((citation.text or "").split()) in page.text


def test_ids_are_there_once(page: Page) -> None:
    """A link or a label would point at two things."""
    counts = Counter(a["id"] for _, a in page.elements if a.get("id"))
    assert [i for i, n in counts.items() if n > 1] == []


def test_rules_show_how_they_stand(text: str) -> None:
    """The policy's text would not show which rules made the verdict."""
    assert re.search(r'class="rule applies"><p class="rule-head"><code>sites-in-the', text)
    assert re.search(r'class="rule unknown"><p class="rule-head"><code>no-long-range', text)


def test_size(text: str) -> None:
    """It would be too large to send."""
    assert len(text.encode()) < MOST_BYTES


def test_loads_nothing(page: Page, text: str) -> None:
    """It would not open without a network, or tell somebody that it was opened."""
    for tag, attributes in page.elements:
        assert tag not in {"link", "iframe", "object", "embed", "base", "audio", "video", "img"}
        for name in ("src", "srcset", "data", "poster", "action", "ping", "background"):
            assert name not in attributes, (tag, name)
        if tag == "use":
            assert (attributes.get("href") or "").startswith("#")
    style = re.findall(r"(?s)<style>(.*?)</style>", text)
    assert not re.search(r"@import|url\((?!#)|https?:", "".join(style))
    outside = re.sub(r"(?s)<script[^>]*>.*?</script>|<svg[^>]*>", "", text)
    assert "http:" not in outside
    assert "https:" not in outside


def test_forbids_itself_the_network(page: Page) -> None:
    """Something in the page, a library's or a user's, could still ask for a file."""
    (policy,) = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policy is not None
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["img-src"] == "data: blob:"
    assert "unsafe-inline" not in parts["script-src"]
    assert len(re.findall(r"'sha256-[^']+'", parts["script-src"])) == 2


def test_can_be_read_aloud(page: Page) -> None:
    """Who hears the page could not find their way, or would miss what the map shows."""
    tags = Counter(tag for tag, _ in page.elements)
    assert page.all("html")[0]["lang"] == "en"
    assert tags["main"] == tags["header"] == tags["footer"] == tags["h1"] == 1
    assert page.all("a")[0] == {"href": "#content", "class": "skip"}
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert tags["table"] == tags["caption"]
    assert all(th.get("scope") in ("col", "row") for th in page.all("th"))
    assert all(svg["role"] == "img" for svg in page.all("svg"))
    ids = {a["id"] for _, a in page.elements if "id" in a}
    named = [a["aria-labelledby"] for _, a in page.elements if a.get("aria-labelledby")]
    assert set(named) <= ids


def _case(**more: Any) -> dict[str, Any]:
    return {
        "scenario": HOSTILE, "title": HOSTILE, "text": HOSTILE, "weapon.made_in": "US",
        "conditions.made_up": None, **more,
    }  # fmt: skip


def test_hostile_scenario_stays_text() -> None:
    """Who sends a scenario could run a script in the page of who decides it."""
    policy = sr.load({
        "policy": "own", "title": HOSTILE, "text": HOSTILE, "sources": [], "cites": [HOSTILE],
        "facts": {"conditions.x": {"type": "boolean", "text": HOSTILE}},
        "questions": {"q": {"title": HOSTILE, "text": HOSTILE,
                            "readings": {"a": {"text": HOSTILE, "define": {"d": True}},
                                         "b": {"define": {"d": False}}}}},
        "parameters": {"p": {"value": 1, "note": HOSTILE, "status": "assumed"}},
        "rules": [{"id": "r", "title": HOSTILE, "text": HOSTILE, "note": HOSTILE,
                   "cites": [HOSTILE], "effect": "permit", "when": {"is": "d"}}],
        "otherwise": {"effect": "prohibit", "text": HOSTILE},
    })  # fmt: skip
    text = policy.report(_case(), title=HOSTILE)
    found = Page(text)
    assert found.wrong == []
    assert found.all("img") == []
    assert len(found.scripts) == 3
    assert all("alert(" not in script for attributes, script in found.scripts
               if attributes.get("type") != "application/json")  # fmt: skip
    assert all(not name.startswith("on") for _, a in found.elements for name in a)
    assert "alert(1)" in found.text


def test_data_of_the_maps_is_whole(page: Page) -> None:
    """The maps' data could be cut short by a word in it."""
    (data,) = [s for a, s in page.scripts if a.get("type") == "application/json"]
    assert "<" not in data
    assert set(json.loads(data)) == {"docs", "items", "titles"}


def _luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_badges_can_be_read() -> None:
    """A verdict's own colour would hide it."""
    style = (ROOT / "src/strikerules/pages/page.css").read_text(encoding="utf-8")
    grounds = re.findall(r"\.badge[^{]*\{[^}]*background: (#\w{6})", style)
    assert len(grounds) >= 8
    for ground in [*grounds, *(look.ink for look in LOOKS.values())]:
        assert contrast("#ffffff", ground) >= 4.5, ground


def test_several_scenarios_in_one_page(tmp_path: Path) -> None:
    """Somebody who has a folder of cases would have to send a folder of pages."""
    files = [str(ROOT / "examples" / f"{n}.yaml") for n in ("use-unknown", "ukrainian-drone")]
    out = tmp_path / "page.html"
    assert main(["report", *files, "--output", str(out)]) == 0
    found = Page(out.read_text(encoding="utf-8"))
    assert found.wrong == []
    assert "2 scenarios: 1 indeterminate, 1 not governed." in found.text
    links = [a["href"] for a in found.all("a")]
    assert {"#case-1", "#case-2", "#policy", "#sources"} <= set(links)
    counts = Counter(a["id"] for _, a in found.elements if a.get("id"))
    assert [i for i, n in counts.items() if n > 1] == []


def test_options_mean_the_same_as_elsewhere(tmp_path: Path) -> None:
    """The page would show another decision than `check` with the same words after it."""
    out = tmp_path / "page.html"
    words = ["--policy", "kharkiv", "--reading", "meaning-of-long-range=by-weapon",
             "--set", "long_range_km=400", "--as-of", "2024-06-03", "--title", "A <title>",
             "--output", str(out)]  # fmt: skip
    assert main(["report", ATACMS, *words]) == 0
    found = Page(out.read_text(encoding="utf-8"))
    assert "PERMITTED by kharkiv" in found.text
    assert "A <title>" in found.text
    foot = found.text[found.text.index("policy: kharkiv") :]
    assert "readings: meaning-of-long-range=by-weapon" in foot
    assert "set: long_range_km=400" in foot
    assert "as of: 2024-06-03" in foot


def test_bad_input_leaves_the_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that was good would be lost to one that was never made."""
    bad, out = tmp_path / "bad.yaml", tmp_path / "page.html"
    bad.write_text("scenario: s\nweapon: {made_in: Mars}\n", encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    assert main(["report", ATACMS, str(bad), "--output", str(out)]) == 2
    assert "SR" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_status_is_0_whatever_is_decided(tmp_path: Path) -> None:
    """A workflow that only makes pages would stop at the first prohibited case."""
    out = str(tmp_path / "page.html")
    assert main(["report", str(ROOT / "examples/other-operation.yaml"), "-o", out]) == 0


def test_of_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What changes would have to be told without a map."""
    out = tmp_path / "page.html"
    assert main(["diff", "kharkiv", "long-range-lifted", "--report", str(out)]) == 1
    assert capsys.readouterr().out.startswith("From `kharkiv` to `long-range-lifted`")
    text = out.read_text(encoding="utf-8")
    found = Page(text)
    assert found.wrong == []
    assert len(text.encode()) < MOST_BYTES
    for title in ("What changes", "Map", "Examples", "Policy: Limited permission near Kharkiv"):
        assert title in found.text
    counts = Counter(a["id"] for _, a in found.elements if a.get("id"))
    assert [i for i, n in counts.items() if n > 1] == []


def test_of_no_difference() -> None:
    """Where nothing changes there would be an empty map, or an error."""
    kharkiv = sr.load("kharkiv")
    text = sr.diff(kharkiv, kharkiv.vary(set={"long_range_km": 100})).report()
    assert "Equivalent: no scenario is decided otherwise" in text
    assert "<script" not in text


def test_maps_only_as_long_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of many scenarios would grow with each map."""
    monkeypatch.setattr(report, "_MOST_BYTES", 1_800_000)
    names = ("use-unknown", "ukrainian-drone", "air-base", "rostov-oblast", "date-unknown")
    text = sr.load("ban").report(*(ROOT / "examples" / f"{name}.yaml" for name in names))
    found = Page(text)
    maps = len(found.all("figure"))
    assert 0 < maps < len(names)
    assert f"Maps are shown for the first {maps}." in found.text
    assert len(text.encode()) < 1_800_000
