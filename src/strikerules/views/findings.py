"""Findings of `verify` as text, for GitHub's annotations, and as SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from strikerules.problems.catalogue import titles
from strikerules.views.differences import inline
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped

__all__ = ["annotation", "findings_github", "findings_sarif", "findings_text"]

Json = Mapping[str, Any]
_PAINT = {"error": COLOURS["prohibited"], "warning": COLOURS["indeterminate"], "note": BOLD}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def findings_text(data: Json, *, width: int = 80, colour: bool = False, full: bool = False) -> str:
    """Return findings as text, a line with the place first, then what shows it.

    Parameters
    ----------
    data : mapping
        As `Verification.to_dict` gives it (``verify/1``).
    full : bool
        Also the properties that were proved, and the findings that are accepted.
    """
    paint = Paint(colour)
    lines: list[str] = []
    for result in data["results"]:
        for finding in result["findings"]:
            lines += [*_finding(finding, width, paint), ""]
    for result in data["results"]:
        lines += wrapped(_summary(result), width, "", "  ")
        if full:
            for name in result["proved"]:
                lines += wrapped(f"proved: {name}", width, "  ", "    ")
            for finding in result["accepted"]:
                text = f"accepted {finding['code']}: {finding['message']}; {finding['because']}"
                lines += wrapped(text, width, "  ", "    ")
        for note in result["notes"]:
            lines += wrapped(f"Note: {note}", width, "  ", "    ")
    return "\n".join(lines) + "\n"


def _finding(finding: Json, width: int, paint: Paint) -> Iterator[str]:
    place = (finding["file"], finding["line"], finding["column"]) if "file" in finding else ()
    where = ":".join(map(str, place)) + ": " if place else ""
    head = f"{where}{finding['level']}[{finding['code']}]"
    first, *rest = wrapped(f"{head} {finding['message']}", width, "", "  ")
    painted = paint(f"{finding['level']}[{finding['code']}]", _PAINT[finding["level"]])
    yield first.replace(f"{finding['level']}[{finding['code']}]", painted, 1)
    yield from rest
    for text in _example(finding):
        yield from wrapped(text, width, "  ", "    ")
    if finding.get("help"):
        yield from wrapped(f"help: {finding['help']}", width, "  ", "    ")


def _summary(result: Json) -> str:
    parts = []
    if result["proved"]:
        parts.append(_count(len(result["proved"]), "property", "properties") + " proved")
    if result["accepted"]:
        parts.append(_count(len(result["accepted"]), "finding", "findings") + " accepted")
    number = len(result["findings"])
    parts.append(_count(number, "finding", "findings") if number else "no findings")
    return f"{result['policy']}: {', '.join(parts)}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def findings_github(data: Json) -> str:
    """Return findings as workflow commands, which GitHub shows beside the lines."""
    lines = []
    for result in data["results"]:
        for finding in result["findings"]:
            kind = {"error": "error", "warning": "warning", "note": "notice"}[finding["level"]]
            place = {"title": finding["code"]}
            if "file" in finding:
                place |= {
                    "file": finding["file"], "line": finding["line"], "col": finding["column"]
                }  # fmt: skip
            lines.append(_command(kind, place, _sentence(finding)))
    return "\n".join(lines) + "\n" if lines else ""


def annotation(
    kind: str, title: str, text: str, file: str | None = None, line: int | None = None
) -> str:
    """Return one workflow command: an `error`, a `warning` or a `notice` beside a line."""
    place: dict[str, Any] = {"title": title}
    if file:
        place |= {"file": file, "line": line or 1}
    return _command(kind, place, text)


def _command(kind: str, place: Json, text: str) -> str:
    keys = ",".join(f"{k}={_property(str(v))}" for k, v in place.items())
    return f"::{kind} {keys}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def findings_sarif(data: Json, version: str) -> dict[str, Any]:
    """Return findings as SARIF 2.1.0, accepted ones as suppressed results.

    Parameters
    ----------
    data : mapping
    version : str
        Of the tool.
    """
    results: list[dict[str, Any]] = []
    codes: dict[str, None] = {}
    for result in data["results"]:
        for finding in [*result["findings"], *result["accepted"]]:
            codes[finding["code"]] = None
            one: dict[str, Any] = {
                "ruleId": finding["code"],
                "level": finding["level"],
                "message": {"text": _sentence(finding)},
            }
            if "file" in finding:
                place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding["file"])}}
                if finding["line"]:
                    place["region"] = {
                        "startLine": finding["line"],
                        "startColumn": max(1, finding["column"]),
                    }
                one["locations"] = [{"physicalLocation": place}]
            if "because" in finding:
                one["suppressions"] = [{"kind": "inSource", "justification": finding["because"]}]
            if finding.get("witness"):
                one["properties"] = {
                    "witness": finding["witness"], "readings": finding["readings"],
                    "decision": finding["decision"],
                }  # fmt: skip
            results.append(one)
    known = titles()
    order = {code: n for n, code in enumerate(codes)}
    for one in results:
        one["ruleIndex"] = order[one["ruleId"]]
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "strikerules",
                        "version": version,
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": known.get(code, code)},
                                "help": {"text": f"strikerules explain {code}"},
                            }
                            for code in codes
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _sentence(finding: Json) -> str:
    parts = [finding["message"], *_example(finding)]
    if finding.get("help"):
        parts.append(finding["help"])
    return "; ".join(parts)


def _example(finding: Json) -> list[str]:
    if not finding.get("witness"):
        return []
    example = {k: v for k, v in finding["witness"].items() if k != "scenario"}
    read = "".join(f", {q} read as {r}" for q, r in finding["readings"].items())
    return [f"for example {inline(example)}{read}" if example else f"in any scenario{read}"]


def _uri(file: str) -> str:
    from pathlib import Path
    from urllib.parse import quote

    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return path.as_uri()
    return quote(path.as_posix())
