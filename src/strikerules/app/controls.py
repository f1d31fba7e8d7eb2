"""The page's controls as HTML: every one labelled, with a place for what is wrong beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from strikerules.app.answers import figures_of
from strikerules.app.choices import Choices
from strikerules.app.state import FILLED_IN, UNKNOWN, Form
from strikerules.geography.atlas import zones_of
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.zones import zone_register
from strikerules.language.countries import COUNTRIES
from strikerules.language.policy import Figure, Question, Ruling, questions_of
from strikerules.language.values import written
from strikerules.language.vocabulary import BASE, Attribute
from strikerules.language.weapons import catalogue, find_weapon
from strikerules.problems import InvalidInput

__all__ = ["LABELS", "Option", "choice_field", "hints", "sections", "text_field"]

Option = tuple[str, str]
"""A value and what the list shows for it."""

#: What a field is called on the page; the attribute's path stands in its tooltip.
LABELS = {
    "weapon.name": "From the catalogue",
    "weapon.made_in": "Made in",
    "weapon.supplied_by": "Supplied by",
    "weapon.kind": "Kind of weapon",
    "weapon.max_range_km": "Max. range, km",
    "weapon.us_parts": "US-made parts",
    "target.kind": "Kind of target",
    "target.supports": "What the target supports",
    "timing": "Timing",
    "date": "Date",
    "attacker": "Attacker",
    "area.designated": "Area designated",
    "area.communicated": "Area communicated",
    "strike.distance_km": "Distance of the strike, km",
    "target.depth_km": "Depth of the target, km",
}

_WEAPON = ("weapon.name", "weapon.made_in", "weapon.kind", "weapon.max_range_km",
           "weapon.us_parts", "weapon.supplied_by")  # fmt: skip
_BASE: Mapping[str, Attribute] = {a.path: a for a in BASE}
_BOOLEAN: tuple[Option, ...] = (("true", "yes"), ("false", "no"))


def field_id(key: str) -> str:
    """Return the id of a field's element."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]", "-", key)


def text_field(
    key: str, label: str, value: str = "", hint: str = UNKNOWN, *, about: str = "", among: str = ""
) -> str:
    """Return a field to type in; `among` is the id of a list of suggestions."""
    ident = field_id(key)
    more = f' list="{among}"' if among else ""
    return (
        f'<div class="field">{_label(ident, label, about)}'
        f'<input id="{ident}" data-key="{escape(key)}" value="{escape(value)}" type="text"'
        f' placeholder="{escape(hint)}" autocomplete="off" spellcheck="false"'
        f' aria-describedby="e-{ident}"{more}>{_error(ident)}</div>'
    )


def choice_field(
    key: str,
    label: str,
    options: Sequence[Option] | Mapping[str, Sequence[Option]],
    value: str = "",
    *,
    about: str = "",
) -> str:
    """Return a field to choose in; a mapping has the options in groups."""
    ident = field_id(key)
    if isinstance(options, Mapping):
        body = "".join(
            f'<optgroup label="{escape(group)}">{_options(some, value)}</optgroup>'
            if group
            else _options(some, value)
            for group, some in options.items()
        )
    else:
        body = _options(options, value)
    return (
        f'<div class="field">{_label(ident, label, about)}'
        f'<select id="{ident}" data-key="{escape(key)}" aria-describedby="e-{ident}">{body}'
        f"</select>{_error(ident)}</div>"
    )


def _label(ident: str, label: str, about: str) -> str:
    tip = f' title="{escape(about)}"' if about else ""
    return f'<label for="{ident}"{tip}>{escape(label)}</label>'


def _error(ident: str) -> str:
    return f'<p class="error" id="e-{ident}"></p>'


def _options(options: Iterable[Option], value: str) -> str:
    return "".join(
        f'<option value="{escape(v)}"{" selected" if v == value else ""}>{escape(text)}</option>'
        for v, text in options
    )


def sections(choices: Choices, form: Form, rulings: Sequence[Ruling]) -> dict[str, str]:
    """Return the HTML of each section of the form.

    Parameters
    ----------
    choices : Choices
    form : Form
    rulings : sequence of Policy or Timeline
        Of the policies chosen, as far as they can be loaded.

    Returns
    -------
    dict
        ``policy``, ``readings``, ``parameters``, ``weapon``, ``target``, ``launch``, ``when`` and
        ``area``.
    """
    return {
        "policy": _policy(choices, form),
        "readings": "".join(_readings(form, rulings)),
        "parameters": "".join(_parameters(form, rulings)),
        "weapon": "".join(_attribute(_BASE[path], form) for path in _WEAPON),
        "target": _place("target.location", form, rulings)
        + _attribute(_BASE["target.kind"], form)
        + _attribute(_BASE["target.supports"], form)
        + _attribute(_BASE["target.depth_km"], form),
        "launch": _place("launch.location", form, rulings)
        + _attribute(_BASE["strike.distance_km"], form),
        "when": "".join(_attribute(_BASE[path], form) for path in ("date", "timing", "attacker")),
        "area": "".join(_area(form, rulings)),
    }


def _policy(choices: Choices, form: Form) -> str:
    groups: dict[str, Sequence[Option]] = {}
    for one in choices:
        group = "your own" if one.own else "published"
        if one.kind == "hypothetical":
            group = one.kind
        label = one.label.removeprefix("hypothetical: ")
        groups[group] = [*groups.get(group, ()), (one.key, label)]
    order = ("your own", "published", "hypothetical")
    ordered: dict[str, Sequence[Option]] = {g: groups[g] for g in order if g in groups}
    against: dict[str, Sequence[Option]] = {"": [("", "none")], **ordered}
    return choice_field("policy", "Policy", ordered, form.policy) + choice_field(
        "against", "Compared with", against, form.against
    )


def _readings(form: Form, rulings: Sequence[Ruling]) -> Iterator[str]:
    questions: dict[str, Question] = {}
    for ruling in rulings:
        questions = {**questions_of(ruling), **questions}
    for name, question in questions.items():
        options = [("", "open: every reading"), *((r, r) for r in question.readings)]
        about = " ".join((question.text or "").split())
        yield choice_field(
            f"reading.{name}", question.title or name, options, form.readings.get(name, ""),
            about=f"{name}: {about}",
        )  # fmt: skip
    if not questions:
        yield "<p>The policy has no open questions.</p>"


def _parameters(form: Form, rulings: Sequence[Ruling]) -> Iterator[str]:
    figures: dict[str, Figure] = {}
    for ruling in rulings:
        figures = {**figures_of(ruling), **figures}
    for name, figure in figures.items():
        standing = f" ({figure.status})" if figure.status not in (None, "set") else ""
        unit = f", {figure.unit}" if figure.unit else ""
        yield text_field(
            f"parameter.{name}", f"{figure.title or name}{unit}", form.parameters.get(name, ""),
            f"{written(figure.value)}{standing}", about=figure.note or "",
        )  # fmt: skip
    if not figures:
        yield "<p>The policy has no parameters.</p>"


def _attribute(attribute: Attribute, form: Form) -> str:
    path = attribute.path
    label = LABELS.get(path) or path.rpartition(".")[2].replace("_", " ").capitalize()
    about, value = f"{path}: {attribute.text}", form.get(path)
    if path == "weapon.name":
        return choice_field(path, label, _weapons(value), value, about=about)
    if attribute.kind in ("values", "boolean"):
        values = [(v, v.replace("_", " ")) for v in attribute.values] or list(_BOOLEAN)
        blank = [("", UNKNOWN)]
        if path in FILLED_IN:
            blank.append((UNKNOWN, f"{UNKNOWN}, not filled in"))
        if value and value not in {v for v, _ in (*blank, *values)}:
            values.append((value, value))
        return choice_field(path, label, [*blank, *values], value, about=about)
    if attribute.kind == "number" and attribute.unit and attribute.unit not in label:
        label += f", {attribute.unit}"
    among = "countries" if attribute.kind == "country" else ""
    hint = "unknown, or YYYY-MM-DD" if attribute.kind == "date" else UNKNOWN
    return text_field(path, label, value, hint, about=about, among=among)


def _weapons(value: str) -> dict[str, Sequence[Option]]:
    groups: dict[str, list[Option]] = {"": [("", "none: by its facts")]}
    for weapon in catalogue().values():
        groups.setdefault(f"made in {weapon.made_in}", []).append((weapon.name, weapon.title))
    if value and value not in catalogue():
        groups[""].append((value, value))
    return dict(groups)


def _place(path: str, form: Form, rulings: Sequence[Ruling]) -> str:
    value = form.get(f"{path}.place")
    groups: dict[str, list[Option]] = {
        "": [("", "a point, or unknown")],
        "somewhere in": [(f"zone:{z.id}", z.title) for z in zone_register()],
        "a town": [(f"town:{t.name}", t.name) for t in sorted(gazetteer(), key=lambda t: t.name)],
    }
    own = dict.fromkeys(name for ruling in rulings for name in zones_of(ruling))
    known = {v for options in groups.values() for v, _ in options}
    groups["somewhere in"] += [
        (f"zone:{name}", name) for name in own if f"zone:{name}" not in known
    ]
    if value and value not in {v for options in groups.values() for v, _ in options}:
        kind, _, word = value.partition(":")
        groups[""].append((value, "an area of the scenario's own" if kind == "area" else word))
    end = "target" if path.startswith("target") else "launch point"
    return (
        '<div class="trio">'
        + text_field(f"{path}.lon", "Longitude", form.get(f"{path}.lon"), "°E")
        + text_field(f"{path}.lat", "Latitude", form.get(f"{path}.lat"), "°N")
        + text_field(f"{path}.accuracy_km", "Good to, km", form.get(f"{path}.accuracy_km"), "exact")
        + "</div>"
        + choice_field(f"{path}.place", "Or a town, or a zone", groups, value)
        + f'<button type="button" class="quiet" data-press="forget" data-what="{path}">'
        f"Forget where the {end} is</button>"
    )


def _area(form: Form, rulings: Sequence[Ruling]) -> Iterator[str]:
    yield from (_attribute(_BASE[path], form) for path in ("area.designated", "area.communicated"))
    declared: dict[str, Attribute] = {}
    for ruling in rulings:
        known = ruling.vocabulary
        declared |= {p: a for p, a in known.items() if a.origin == "declared"}
    for attribute in declared.values():
        yield _attribute(attribute, form)
        yield f'<p class="about">{escape(attribute.text or attribute.path)}</p>'


def countries() -> str:
    """Return the list of country codes that fields suggest."""
    options = "".join(f'<option value="{code}">' for code in sorted(COUNTRIES))
    return f'<datalist id="countries">{options}</datalist>'


def hints(form: Form, located: Sequence[str]) -> dict[str, str]:
    """Return what an empty field stands for, by field.

    Parameters
    ----------
    form : Form
    located : sequence of str
        The places that are known.
    """
    found = dict.fromkeys(sorted(FILLED_IN), UNKNOWN)
    try:
        weapon = find_weapon(form.get("weapon.name"), None)
        filled = {
            "made_in": weapon.made_in,
            "kind": weapon.kind.replace("_", " "),
            "max_range_km": written(weapon.max_range_km),
            "us_parts": {True: "yes", False: "no", None: UNKNOWN}[weapon.us_parts],
        }
        found |= {f"weapon.{k}": f"catalogue: {v}" for k, v in filled.items()}
    except InvalidInput:
        pass
    record = "by the zone's record"
    found |= {"area.designated": record, "area.communicated": record}
    if "target.location" in located:
        found["target.depth_km"] = "measured"
        if "launch.location" in located:
            found["strike.distance_km"] = "measured"
    return found
