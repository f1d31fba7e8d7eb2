"""A starter folder for a policy of one's own.

It holds a policy, a scenario and tests, all invented, to be changed. One of
the tests fails on purpose; the README of the folder says why, and how to mend
the policy. Nothing is overwritten.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import tempfile
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import ExitStack, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

if TYPE_CHECKING:
    from strikerules.language.library import Library
    from strikerules.language.policy import Policy

__all__ = ["add_arguments", "run"]

_NAME = re.compile(r"(?=.{1,100}\Z)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\Z")

#: Where each file of the folder goes, its template, and what it is; NAME is the policy's.
_FILES = {
    "README.md": ("README.md", "what is what, and how to mend the policy"),
    "NAME.yaml": ("policy.yaml", "the policy"),
    "zones/strip.geojson": ("strip.geojson", "a zone that it draws"),
    "scenario.yaml": ("scenario.yaml", "a scenario to decide"),
    "NAME_test.strike.yaml": ("tests.yaml", "tests of the policy"),
    "failing_test.strike.yaml": ("failing.yaml", "a test that fails, on purpose"),
    ".gitignore": ("gitignore", "what git is to leave alone"),
}
_SCHEMAS = {f".schemas/{kind}.json": kind for kind in ("policy", "scenario", "test")}

#: Names that a policy in the folder can't have, and why.
_TAKEN = {
    "scenario": "the scenario's file has this name",
    "failing": "the file of the test that fails has this name",
    "timeline": "the shipped timeline is called so",
    "null": "YAML does not take it for text",
    "true": "YAML does not take it for text",
    "false": "YAML does not take it for text",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", metavar="DIR", help="the folder to make, with its parents")
    parser.add_argument(
        "--extends", metavar="POLICY", default=None,
        help="begin with a variant of this shipped policy (default: a policy on its own)",
    )  # fmt: skip
    parser.add_argument(
        "--name", metavar="NAME", default=None,
        help="the policy's name: letters, digits, hyphens (default: from the folder's name)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make the folder, whole or not at all, and print what to go on with."""
    from strikerules.geography.atlas import default_atlas
    from strikerules.language.library import Library

    if not args.folder.strip():
        raise InvalidInput(Problem("SR601", "the name of the folder is empty"))
    folder = Path(args.folder)
    library = Library(default_atlas().has)
    parent = None if args.extends is None else _parent(args.extends, library)
    name = _name(args.name, folder, library.names())
    texts = _texts(name, parent)
    try:
        _refuse_to_overwrite(folder, [*texts, *_SCHEMAS])
        _make(folder, name, texts)
    except OSError as error:
        why = (error.strerror or "an error").lower()
        raise InvalidInput(
            Problem("SR603", f"can't write {quoted(str(folder))}: {why}", help="nothing is written")
        ) from None
    args.output_to.print(_summary(folder, name, parent))
    return 0


def _parent(name: str, library: Library) -> Policy:
    """Return the shipped policy that is to be extended."""
    from strikerules.language.policy import Policy

    if name not in library.names() and name != "timeline":
        # a path is not followed: the starter's tests know what the policies that ship decide
        shipped = [one.name for one in library.shipped() if one.kind == "policy"]
        raise InvalidInput(
            Problem(
                "SR325",
                f"no policy {quoted(name)} ships",
                expected=listed(shipped),
                help=did_you_mean(name, shipped)
                or "in a policy, `extends:` takes the path of a file as well",
            )
        )
    found = library.load(name)
    if isinstance(found, Policy):
        return found
    raise InvalidInput(Problem("SR326", f"{quoted(name)} is a timeline, not a policy"))


# -- the policy's name ---------------------------------------------------------------------------


def _name(given: str | None, folder: Path, shipped: Collection[str]) -> str:
    """Return the policy's name, as it is given or made from the folder's."""
    words = Path(os.path.abspath(folder)).name if given is None else given
    made = _made_into_name(words)
    name = made if given is None else given
    if name is None:
        raise _misnamed(f"{quoted(words)} can't be made into the name of a policy", "my-policy")
    if not _NAME.match(name):
        raise _misnamed(f"{quoted(name)} can't be the name of a policy", made or "my-policy")
    key = name.casefold()
    why = "a policy that ships is called so" if key in shipped else _TAKEN.get(key)
    if why is not None:
        raise _misnamed(f"{quoted(name)} can't be the name of this policy: {why}", f"my-{made}")
    return name


def _misnamed(message: str, other: str) -> InvalidInput:
    return InvalidInput(
        Problem(
            "SR609",
            message,
            expected="a letter, then letters and digits, with single hyphens between them",
            help=f"give it a name with `--name`, such as `--name {other}`",
        )
    )


def _made_into_name(text: str) -> str | None:
    """Return words as a name, or None where nothing of them can be in one.

    Examples
    --------
    >>> _made_into_name("Pólicy No. 7 (draft)"), _made_into_name("2024_plan")
    ('policy-no-7-draft', 'policy-2024-plan')
    >>> _made_into_name("…") is None
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = "-".join(re.findall("[a-z0-9]+", plain))
    if name[:1].isdigit():
        name = f"policy-{name}"
    return name[:100].rstrip("-") or None


# -- the files -----------------------------------------------------------------------------------


def _texts(name: str, parent: Policy | None) -> dict[str, str]:
    """Return the texts of the files, by where they go."""
    starter = files("strikerules") / "starter"
    words = {"name": name} if parent is None else {"name": name, "parent": parent.name}
    known = set() if parent is None else set(parent.parameters)
    found = {}
    for path, (template, _) in _FILES.items():
        source = starter / template
        if not source.is_file():
            source = starter / ("own" if parent is None else "variant") / template
        if source.is_file():
            text = _filled(source.read_text(encoding="utf-8"), words, known)
            found[path.replace("NAME", name)] = text
    return found


def _filled(text: str, words: dict[str, str], known: Collection[str]) -> str:
    """Return a template's text with its words put in, its conditional lines kept or left out.

    Examples
    --------
    >>> _filled("{{a}}\\n  # {{if b}}\\n  x: 1\\n  # {{end}}\\ny: 2\\n", {"a": "z"}, {"b"})
    'z\\n  x: 1\\ny: 2\\n'
    """
    text = re.sub(
        r"(?ms)^ *# \{\{if (\w+)\}\}\n(.*?)^ *# \{\{end\}\}\n",
        lambda match: match[2] if match[1] in known else "",
        text,
    )
    return re.sub(r"\{\{(\w+)\}\}", lambda match: words[match[1]], text)


def _refuse_to_overwrite(folder: Path, paths: Iterable[str]) -> None:
    there = []
    for path in paths:
        subfolder = (folder / path).parent
        if os.path.lexists(folder / path):
            there.append(path)
        elif subfolder != folder and os.path.lexists(subfolder) and not subfolder.is_dir():
            there.append(subfolder.name)
    if there:
        raise InvalidInput(
            Problem(
                "SR608",
                f"{quoted(str(folder))} has {listed(dict.fromkeys(there), 'and')} already",
                expected="a folder without files of these names, or a new one",
                help="nothing is written; `init` never writes over a file",
            )
        )


def _make(folder: Path, name: str, texts: dict[str, str]) -> None:
    """Write the files: to a folder beside first, and from there all of them or none."""
    new = not folder.exists()
    beside = folder.parent if new else folder
    with ExitStack() as undo, ExitStack() as away:
        for missing in reversed([p for p in (beside, *beside.parents) if not p.exists()]):
            missing.mkdir()
            undo.callback(_remove_empty, missing)
        staging = Path(tempfile.mkdtemp(prefix=".strikerules-init-", dir=beside))
        away.callback(shutil.rmtree, staging, ignore_errors=True)
        _write(staging, texts, undo)
        schemas = _schemas(staging / f"{name}.yaml")
        if new:
            _write(staging, schemas, undo)
            umask = os.umask(0)
            os.umask(umask)
            staging.chmod(0o777 & ~umask)
            staging.rename(folder)
        else:
            _write(folder, texts | schemas, undo)
        undo.pop_all()


def _write(folder: Path, texts: dict[str, str], undo: ExitStack) -> None:
    """Write new files, each of which is taken away again where something fails later."""
    for path, text in texts.items():
        place = folder / path
        if not place.parent.is_dir():
            place.parent.mkdir()
            undo.callback(_remove_empty, place.parent)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            undo.callback(place.unlink, missing_ok=True)
            file.write(text)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _schemas(policy: Path) -> dict[str, str]:
    """Return the schemas that the files name, those of scenarios with the policy's own facts."""
    from strikerules.cli.commands.schema import _schema

    found = {}
    for path, kind in _SCHEMAS.items():
        schema = _schema(kind, str(policy) if kind == "scenario" else None)
        found[path] = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    return found


def _summary(folder: Path, name: str, parent: Policy | None) -> str:
    """Return what was written, and how to go on."""
    what = "a policy to begin with" if parent is None else f"a variant of {parent.name}"
    rows = {
        path.replace("NAME", name): text
        for path, (template, text) in _FILES.items()
        if parent is None or template != "strip.geojson"
    } | {".schemas/": "what editors complete and check the files by"}
    width = max(map(len, rows))
    policy, scenario, readme = (
        _argument(folder / p) for p in (f"{name}.yaml", "scenario.yaml", "README.md")
    )
    return "\n".join(
        [
            f"{folder}: {what}",
            *(f"  {path:<{width}}  {text}" for path, text in rows.items()),
            "",
            "go on with",
            f"  strikerules check {scenario} --policy {policy}",
            f"  strikerules test {_argument(folder)}",
            f"  strikerules verify {policy}",
            "",
            f"one test fails on purpose; {readme} says why, and how to mend the policy",
        ]
    )


def _argument(path: Path) -> str:
    """Return a path as a word of a command line, which is not taken for an option."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
