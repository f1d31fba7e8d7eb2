"""`strikerules init`: the folder that it makes works, and nothing else is touched."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import strikerules
from strikerules.cli.commands import init
from strikerules.cli.main import main
from strikerules.documents import read_document

Captured = pytest.CaptureFixture[str]

PARENTS = ("ban", "kharkiv", "broader-targets", "long-range-lifted", "broader-and-deeper")
FOLDERS = {"own": None, **{f"{name}-varied": name for name in PARENTS}}
STARTER = Path(strikerules.__file__).parent / "starter"


def _words(folder: Path | str, parent: str | None = None) -> list[str]:
    return ["init", str(folder), *(["--extends", parent] if parent else [])]


def _tree(folder: Path) -> dict[str, bytes | None]:
    """Return what is below a folder: files with what they hold, links and folders without."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else None
        for p in folder.rglob("*")
    }


def _files(folder: Path) -> set[str]:
    return {path for path, content in _tree(folder).items() if content is not None}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place with a starter folder of every kind."""
    place = tmp_path_factory.mktemp("made")
    for name, parent in FOLDERS.items():
        assert main(_words(place / name, parent)) == 0
    return place


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour is asked for, and what goes wrong inside is told as to a user."""
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "STRIKERULES_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def _failed(place: Path) -> tuple[list[str], int]:
    """Run pytest on all folders; return what failed, and how many tests there were."""
    report = place / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
         *FOLDERS],
        capture_output=True, text=True, cwd=place, check=False, timeout=120,
        env=os.environ | {"PYTHONPATH": str(STARTER.parents[1])},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    cases = list(ET.parse(report).getroot().iter("testcase"))
    report.unlink()
    failed = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
    return sorted(f"{c.get('classname')}::{c.get('name')}" for c in failed), len(cases)


# -- what is in the folder -----------------------------------------------------------------------


@pytest.mark.parametrize("name", FOLDERS)
def test_scenario_is_decided_and_nothing_found(name: str, made: Path, capsys: Captured) -> None:
    """The first two commands that a newcomer runs would end in errors or findings."""
    folder = made / name
    policy = str(folder / f"{name}.yaml")
    assert main(["check", "--quiet", str(folder / "scenario.yaml"), "--policy", policy]) == 0
    assert capsys.readouterr().out.endswith(": permitted\n")
    assert main(["verify", policy]) == 0
    said, _ = capsys.readouterr()
    assert re.match(rf"{name}: 1 property proved, \d findings? accepted, no findings\n", said)


def test_one_test_fails_until_it_is_mended_as_told(made: Path, tmp_path: Path) -> None:
    """A newcomer would do what the README says, and the test would still fail."""
    made = Path(shutil.copytree(made, tmp_path / "made"))
    failed, number = _failed(made)
    assert [f.partition("::")[0] for f in failed] == sorted(
        f"{name}.failing_test.strike.yaml" for name in FOLDERS
    )
    assert number > 12 * len(FOLDERS)
    for name in FOLDERS:
        readme = (made / name / "README.md").read_text(encoding="utf-8")
        told = readme.partition("## The test that fails\n")[2]
        before, after = re.findall(r"(?ms)^```yaml\n(.*?)^```$", told)
        policy = made / name / f"{name}.yaml"
        text = policy.read_text(encoding="utf-8")
        assert text.count(before) == 1
        assert f"change this line of `{policy.name}`" in told
        policy.write_text(text.replace(before, after), encoding="utf-8")
    assert _failed(made) == ([], number)
    for name in FOLDERS:
        assert main(["verify", str(made / name / f"{name}.yaml")]) == 0


@pytest.mark.parametrize("name", FOLDERS)
def test_readme_names_what_is_there(name: str, made: Path) -> None:
    """The README would send a reader to a file that the folder does not have, or leave one out."""
    folder = made / name
    text = (folder / "README.md").read_text(encoding="utf-8")
    marked = {w for span in re.findall(r"`([^`\n]+)`", text) for w in span.split()}
    shell = {w for body in re.findall(r"(?ms)^```console\n(.*?)^```", text) for w in body.split()}
    named = {w for w in marked | shell if re.search(r"/$|\.(yaml|json|geojson|md)$", w)}
    assert {n for n in named if not (folder / n).exists()} == set()
    assert _files(folder) - named == {
        "README.md", ".gitignore", *(p for p in _files(folder) if p.startswith(".schemas/"))
    }  # fmt: skip


def test_what_the_readme_says_to_try(made: Path, tmp_path: Path, capsys: Captured) -> None:
    """A newcomer who leaves out what the README says would see something else than it says."""
    text = (made / "own" / "scenario.yaml").read_text(encoding="utf-8")
    assert "take the line `timing` out" in (made / "own" / "README.md").read_text(encoding="utf-8")
    without = tmp_path / "scenario.yaml"
    without.write_text(re.sub(r"(?m)^timing: .*\n", "", text), encoding="utf-8")
    assert main(["check", "-q", str(without), "--policy", str(made / "own" / "own.yaml")]) == 3
    assert "hangs on timing)" in capsys.readouterr().out


@pytest.mark.parametrize("name", FOLDERS)
def test_files_are_whole(name: str, made: Path) -> None:
    """A placeholder would be left over, or a file be unreadable to others."""
    folder = made / name
    for path in _files(folder):
        text = (folder / path).read_bytes()
        assert text.endswith(b"\n"), path
        assert b"{{" not in text, path
        assert b"\r" not in text, path
    umask = os.umask(0)
    os.umask(umask)
    assert folder.stat().st_mode & 0o777 == 0o777 & ~umask
    assert (folder / "README.md").stat().st_mode & 0o777 == 0o666 & ~umask
    assert not [p for p in made.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("name", FOLDERS)
def test_schemas_take_the_files(name: str, made: Path) -> None:
    """An editor would underline the files as they were made, or look for a schema in vain."""
    folder = made / name
    for path in folder.glob("*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        where = first.removeprefix("# yaml-language-server: $schema=")
        schema: dict[str, Any] = json.loads((folder / where).read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        jsonschema.Draft7Validator(schema).validate(read_document(path).data)


@pytest.mark.parametrize("name", FOLDERS)
def test_it_is_said_that_all_is_invented(name: str, made: Path) -> None:
    """The example could pass for a policy that somebody announced, or its places for real ones."""
    readme = (made / name / "README.md").read_text(encoding="utf-8")
    assert "invented" in readme
    assert "not a finding of law" in readme
    policy = (made / name / f"{name}.yaml").read_text(encoding="utf-8")
    assert "hypothetical: true" in policy
    assert "(invented)" in policy.partition("title:")[2].partition("\n")[0]
    parent = FOLDERS[name]
    assert (f"\nextends: {parent}\n" in policy) is (parent is not None)
    assert ("\n  long_range_km: 80\n" in policy) is (parent not in (None, "ban"))


def test_every_template_is_used() -> None:
    """A template could be changed that no folder is made from."""
    used = {template for template, _ in init._FILES.values()}
    assert {p.name for p in STARTER.rglob("*") if p.is_file()} == used


def test_templates_are_no_tests() -> None:
    """The tests of this project would collect the templates as tests of policies."""
    from strikerules.testing.read import is_suite

    assert not [p for p in STARTER.rglob("*") if is_suite(p)]


# -- what is said --------------------------------------------------------------------------------


def test_a_folder_that_looks_like_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """The commands that are printed would be taken for options."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--", "-x"]) == 0
    said = capsys.readouterr().out
    assert "  strikerules check ./-x/scenario.yaml --policy ./-x/x.yaml\n" in said
    assert "  strikerules test ./-x\n" in said


@pytest.mark.parametrize("parent", [None, "kharkiv"])
def test_what_was_written_and_how_to_go_on(
    parent: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A file would be passed over in silence, or a command that is printed would not run."""
    monkeypatch.chdir(tmp_path)
    assert main([*_words("my first/policy", parent), "--name", "first"]) == 0
    said, remarks = capsys.readouterr()
    assert remarks == ""
    listed = set(re.findall(r"(?m)^  (\S+)  ", said))
    there = _files(Path("my first/policy"))
    assert listed == {re.sub(r"(?<=^\.schemas/).*", "", path) for path in there}
    commands = [shlex.split(line) for line in re.findall(r"(?m)^  strikerules .*", said)]
    assert [c[:2] for c in commands] == [["strikerules", w] for w in ("check", "test", "verify")]
    assert commands[1][2:] == ["my first/policy"]
    assert main(commands[0][1:]) == 0
    assert main(commands[2][1:]) == 0


# -- nothing is overwritten, and all or nothing --------------------------------------------------


@pytest.mark.parametrize("path", ["README.md", "own.yaml", ".gitignore", ".schemas/policy.json"])
def test_nothing_is_overwritten(path: str, tmp_path: Path, capsys: Captured) -> None:
    """Somebody's work would be gone, or half of the files lie among it."""
    folder = tmp_path / "own"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("mine", encoding="utf-8")
    (folder / "failing_test.strike.yaml").symlink_to("nowhere")
    before = _tree(tmp_path)
    assert main(_words(folder)) == 2
    said, remarks = capsys.readouterr()
    assert said == ""
    assert "error[SR608]" in remarks
    for there in (path, "failing_test.strike.yaml"):
        assert f"`{there}`" in remarks.partition(" already\n")[0]
    assert _tree(tmp_path) == before


def test_a_file_in_place_of_a_subfolder(tmp_path: Path, capsys: Captured) -> None:
    """What stands in the way would be named by an error of the system alone."""
    (tmp_path / "zones").write_text("mine", encoding="utf-8")
    assert main([*_words(tmp_path), "--name", "own"]) == 2
    assert "has `zones` already" in capsys.readouterr().err
    assert _tree(tmp_path) == {"zones": b"mine"}


def test_other_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One could not begin in a folder that has other files, or they would be gone."""
    folder = tmp_path / "notes"
    (folder / "zones").mkdir(parents=True)
    (folder / "zones" / "other.geojson").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(folder)
    assert main(_words(".")) == 0
    assert (folder / "zones" / "other.geojson").read_text(encoding="utf-8") == "mine"
    assert {"notes.yaml", "zones/strip.geojson", "notes_test.strike.yaml"} <= _files(folder)
    assert not [p for p in folder.iterdir() if p.name.startswith(".strikerules")]


@pytest.mark.parametrize("stops", ["schemas", "rename", "write"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("there", [True, False])
def test_whole_or_not_at_all(
    stops: str,
    error: BaseException,
    there: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    """A full disk would leave half a folder, which the next attempt would refuse to write to."""
    folder = tmp_path / "deep" / "down" / "own"
    if there:
        (folder / "zones").mkdir(parents=True)
        (folder / "zones" / "mine.geojson").write_text("mine", encoding="utf-8")

    def fails(*_: object, **__: object) -> Any:
        raise error

    if stops == "schemas":
        monkeypatch.setattr(init, "_schemas", fails)
    elif stops == "rename" and not there:
        monkeypatch.setattr(Path, "rename", fails)
    else:
        opened = Path.open

        def open_some(path: Path, *words: Any, **more: Any) -> Any:
            if path.name in ("failing_test.strike.yaml", "scenario.json") and "x" in words:
                if there is (folder in path.parents and ".strikerules" not in str(path)):
                    raise error
            return opened(path, *words, **more)

        monkeypatch.setattr(Path, "open", open_some)
    before = _tree(tmp_path)
    assert main(_words(folder)) == (2 if isinstance(error, OSError) else 130)
    said, remarks = capsys.readouterr()
    assert said == ""
    assert ("error[SR603]: can't write" in remarks) is isinstance(error, OSError)
    assert _tree(tmp_path) == before


def _not_writable(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    yield tmp_path / "file", "not a directory"
    yield tmp_path / "file" / "own", "not a directory"
    (tmp_path / "link").symlink_to("nowhere")
    yield tmp_path / "link" / "own", "file exists"
    yield tmp_path / ("long" * 80), "file name too long"
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        yield tmp_path / "locked" / "own", "permission denied"
        yield tmp_path / "locked", "permission denied"


def test_where_nothing_can_be_written(tmp_path: Path, capsys: Captured) -> None:
    """A wrong path or a locked folder would end in a traceback."""
    for folder, why in _not_writable(tmp_path):
        before = _tree(tmp_path)
        assert main([*_words(folder), "--name", "own"]) == 2
        said, remarks = capsys.readouterr()
        assert said == ""
        assert remarks.startswith("error[SR603]: can't write `")
        assert f": {why}\n" in remarks
        assert _tree(tmp_path) == before


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("demo", "demo"),
        ("My Policy (draft).2", "my-policy-draft-2"),
        ("  --odd__", "odd"),
        ("Größe", "grosse"),
        ("2024 plan", "policy-2024-plan"),
        ("7", "policy-7"),
        ("мой plan", "plan"),
        ("date", "date"),
        ("no", "no"),
        ("x" * 150, "x" * 100),
    ],
)
def test_names_from_folders(folder: str, name: str, tmp_path: Path, capsys: Captured) -> None:
    """A folder's name that is no policy's name would give a policy that can't be read."""
    place = tmp_path / folder
    assert main(_words(place)) == 0
    assert main(["verify", str(place / f"{name}.yaml")]) == 0
    assert f"{name}: 1 property proved" in " ".join(capsys.readouterr().out.split())


def test_any_name_will_do_for_a_variant(tmp_path: Path) -> None:
    """A variant with the name of an attribute would have tests that can't be read."""
    from strikerules.testing import read_suite

    for name in ("date", "expect", "variant", "Mine-2"):
        place = tmp_path / name
        assert main([*_words(place, "ban"), "--name", name]) == 0
        assert read_suite(place / f"{name}_test.strike.yaml").cases
        assert read_suite(place / "failing_test.strike.yaml").cases


@pytest.mark.parametrize(
    ("folder", "given", "said", "other"),
    [
        ("…", None, "`…` can't be made into the name of a policy", "my-policy"),
        ("мой", None, "`мой` can't be made into the name of a policy", "my-policy"),
        ("kharkiv", None, ": a policy that ships is called so", "my-kharkiv"),
        ("Scenario", None, ": the scenario's file has this name", "my-scenario"),
        ("own", "failing", ": the file of the test that fails has this name", "my-failing"),
        ("own", "True", ": YAML does not take it for text", "my-true"),
        ("own", "us-weapons-in-russia", ": a policy that ships is", "my-us-weapons-in-russia"),
        ("own", "timeline", ": the shipped timeline is called so", "my-timeline"),
        ("own", "my policy!", "`my policy!` can't be the name of a policy", "my-policy"),
        ("own", "../up", "`../up` can't be the name of a policy", "up"),
        ("own", "", "`` can't be the name of a policy", "my-policy"),
        ("own", "x" * 101, "can't be the name of a policy", "x" * 100),
    ],
)
def test_names_refused(
    folder: str, given: str | None, said: str, other: str, tmp_path: Path, capsys: Captured
) -> None:
    """A policy would be made that is not found by its name, or that hides one that ships."""
    words = [*_words(tmp_path / folder), *([] if given is None else ["--name", given])]
    assert main(words) == 2
    remarks = capsys.readouterr().err
    assert remarks.startswith("error[SR609]: ")
    assert said in remarks
    assert f"such as `--name {other}`" in remarks
    assert _tree(tmp_path) == {}
    assert main([*_words(tmp_path / folder), "--name", other]) == 0


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        ("us-weapons-in-russia", "SR326"),
        ("timeline", "SR326"),
        ("karkiv", "SR325"),
        ("weapons", "SR325"),
        ("../kharkiv", "SR325"),
        ("kharkiv.yaml", "SR325"),
        ("", "SR325"),
    ],
)
def test_parents_refused(parent: str, code: str, tmp_path: Path, capsys: Captured) -> None:
    """A folder would be made whose policy extends what is no policy."""
    assert main(["init", str(tmp_path / "own"), "--extends", parent]) == 2
    said, remarks = capsys.readouterr()
    assert (said, f"error[{code}]: " in remarks) == ("", True)
    assert ("did you mean `kharkiv`?" in remarks) is ("karkiv" in parent.replace("h", ""))
    assert _tree(tmp_path) == {}


def test_parents_are_all_that_ship() -> None:
    """A policy could ship that the starter's variant was never tried with."""
    from strikerules.geography.atlas import default_atlas
    from strikerules.language.library import Library

    shipped = Library(default_atlas().has).shipped()
    assert {one.name for one in shipped if one.kind == "policy"} == set(PARENTS)


def test_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """`init "$UNSET"` would fill the current folder."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", ""]) == 2
    assert main(["init"]) == 2
    assert capsys.readouterr().err.count("error[SR601]") == 2
    assert _tree(tmp_path) == {}
