"""What the keys of policies, timelines, sources and the catalogue mean, for editors to show."""

from __future__ import annotations

from strikerules.language.schema_terms import INTENT_TEXTS

__all__ = ["KEY_TEXTS"]

_CITES = "Claims of the source register that this rests on, such as `c04b`."
_TITLE = "A short title for people."
_TEXT = "What it means, in a sentence or two."
_NOTE = "A remark for readers; nothing depends on it."
_STATUS = "`published`, `derived` from what is published, or `assumed`: nobody published it."
_DATE = "An ISO date, or `$name` for a parameter that is a date."

_WHERE = "Where it is meant to hold: everywhere, unless given."
_STATED = {
    "properties": "What it states of itself; `strikerules verify` proves or refutes each.",
    "accept": "Findings of `strikerules verify` that are meant to be so.",
}
_PARTS = {
    "rules": "The rules, in order. A rule applies where `when` holds, `unless` does not, and no"
    " applying rule overrides it.",
    "definitions": "Conditions with a name, to be used with `is: NAME`.",
    "zones": "Zones of the policy's own, by name.",
    "questions": "Open questions of interpretation, each with two readings or more.",
    "parameters": "Figures, dates and words that conditions refer to as `$name`.",
    "facts": "Attributes of the policy's own, by their paths, such as `conditions.crews_trained`.",
}
_WHOLE = {
    "scope": "What the policy governs; outside it a strike is not governed. Without it, all.",
    "conflicts": "How effects of rules that apply at once are combined (XACML's algorithms);"
    " `prohibit-overrides` unless given.",
    "otherwise": "What holds where no rule decides: `not_governed` unless given.",
}

_ANSWERS = {
    "readings": "Open questions that are answered, each with its reading.",
    "set": "Parameters that are given other values.",
    "as_of": "The date of every scenario that gives none of its own.",
}

KEY_TEXTS: dict[str, dict[str, str]] = {
    "test": {
        "policy": "The policy that is tested: a name, or the path of a file.",
        "policies": "Several policies: every case is decided under each of them.",
        "title": _TITLE,
        "text": _TEXT,
        "note": _NOTE,
        "defaults": "What every case gives unless it says otherwise.",
        "cases": "The cases, each with a name of its own.",
    }
    | _ANSWERS,
    "policy_use": {
        "policy": "The policy: a name, or the path of a file.",
        "name": "What this file calls it; the policy's own name unless given.",
    }
    | _ANSWERS,
    "case": {
        "name": "What the case settles, in one line without `::`.",
        "text": _TEXT,
        "note": _NOTE,
        "given": "What is known of the strike, laid over `defaults`. Null is unknown.",
        "each": "A table: a case for each of its rows.",
        "expect": "The decision, or a mapping that says more, or one of these for each policy.",
        "skip": "Why the case is not run.",
        "xfail": "Why the case is known to fail; it fails the run when it passes.",
        "todo": "What is still to be written.",
    }
    | _ANSWERS,
    "table": {
        "columns": "Attributes by their paths; `name`, `expect`, `decision`, `because`,"
        " `depends_on`; or a policy's name for what is expected under it.",
        "rows": "A list of cells for each row. Null is unknown.",
    },
    "expect": {
        "decision": "The decision.",
        "possible": "Exactly the outcomes that are possible.",
        "because": "Rules that are among the reasons: they apply, and have the effect that is"
        " decided. `otherwise`: no rule decides. `scope`: the policy does not govern the case.",
        "not_because": "Rules, `otherwise` or `scope`, that are surely not among the reasons.",
        "rules": "How rules stand.",
        "depends_on": "Exactly the facts, places and questions that an open case hangs on.",
        "readings": "The decision under readings: `QUESTION=READING`, several with commas.",
        "cites": "Claims that are among those cited.",
    },
    "sweep": {
        "sweep": "The sweep's name.",
        "title": _TITLE,
        "text": _TEXT,
        "note": _NOTE,
        "given": "What every row has in common.",
        "vary": "What is varied, and how: every combination is a row.",
        "draws": "How many random draws are made of what is drawn, all of it together.",
        "seed": "The same seed gives the same draws; 0 unless given.",
    },
    "policy": {
        "policy": "The policy's name; its file is called the same.",
        "title": _TITLE,
        "text": _TEXT,
        "hypothetical": "True for a policy that nobody has announced.",
        "extends": "The policy that this one is a variant of: a name, or the path of a file.",
        "in_force": "When it is in force. Timelines say so themselves, and come before this.",
        "sources": "The source documents that cites are looked up in.",
        "cites": _CITES,
        "set": "Values for parameters, or readings for questions, of what it extends.",
        "replace": "Parts put in the place of inherited ones of the same name.",
        "remove": "Inherited parts that are left out, by name.",
        "add": "Parts that are new.",
    }
    | _PARTS
    | _WHOLE
    | _STATED,
    "add": _PARTS,
    "replace": _PARTS | _WHOLE,
    "remove": {name: f"Names of inherited {name} to leave out." for name in _PARTS},
    "in_force": {
        "from": f"The first day. {_DATE}",
        "until": f"The last day, in force itself. {_DATE}",
        "before": f"The day on which it is over. {_DATE}",
    },
    "rule": {
        "id": "The rule's name, unique in the policy.",
        "effect": "Whether the rule permits or prohibits.",
        "title": _TITLE,
        "text": _TEXT,
        "when": "The rule applies only where this holds; always, unless given.",
        "unless": "The rule does not apply where this holds.",
        "overrides": "Rules that are defeated where this one applies.",
        "regardless": "Attributes that the rule says make no difference; it must not test them.",
        "cites": _CITES,
        "note": _NOTE,
        "before": "In a variant: the rule before which a new one stands.",
        "after": "In a variant: the rule after which a new one stands.",
    },
    "otherwise": {"effect": "What holds where no rule decides.", "cites": _CITES, "text": _TEXT},
    "question": {
        "title": "The question, in words.",
        "text": "Why it is open: what the source says, and what it leaves out.",
        "cites": _CITES,
        "readings": "The ways to read it, by name; two or more.",
    },
    "reading": {
        "title": _TITLE,
        "text": "What this reading takes the words to mean.",
        "cites": _CITES,
        "status": _STATUS,
        "define": "What definitions mean under this reading.",
        "set": "Parameters' values under this reading.",
        "zones": "What zones are under this reading.",
    },
    "parameter": {
        "value": "A number, a date, true or false, or a word.",
        "unit": "The unit of a number, such as `km`.",
        "status": _STATUS,
        "title": _TITLE,
        "note": _NOTE,
        "cites": _CITES,
    },
    "fact": {
        "type": "`boolean`, `number` or `date`; or give `values` instead.",
        "values": "The words that it can be; or give `type` instead.",
        "unit": "The unit of a number, such as `km`.",
        "text": _TEXT,
        "cites": _CITES,
    },
    "timeline": {
        "timeline": "The timeline's name; its file is called the same.",
        "title": _TITLE,
        "text": _TEXT,
        "sources": "The source documents that cites are looked up in.",
        "cites": _CITES,
        "known_until": "The last day of which the sources tell.",
        "questions": "Open questions about the days, each with two readings or more.",
        "parameters": "Days that entries refer to as `$name`.",
        "entries": "Policies, each with the time in which it is in force; times do not overlap.",
    }
    | _STATED,
    "property": {
        "id": "The property's name, unique in the file.",
        "title": _TITLE,
        "text": _TEXT,
        "note": _NOTE,
        "cites": _CITES,
        "never": "Nowhere is it decided so.",
        "always": "Everywhere it is decided so.",
        "implies": "What is decided so here, is decided so by another policy.",
        "same_as": "Everywhere it is decided as by another policy.",
        "settled": "No open question makes a difference: everywhere (`true`), or where `when` is.",
        "regardless": "Attributes that make no difference to what is decided.",
    },
    "never": {"decision": "A decision, or a list of them.", "when": _WHERE},
    "always": {"decision": "The decision.", "when": _WHERE},
    "implies": {
        "policy": "The other policy: its name, or the path of its file.",
        "decision": "The decision: `permitted`, unless given.",
        "when": _WHERE,
    },
    "same_as": {"policy": "The other policy: its name, or the path of its file.", "when": _WHERE},
    "settled": {"when": _WHERE},
    "regardless": {"of": "The attributes.", "when": _WHERE},
    "accept": {
        "finding": "The finding's code, such as `SR802`.",
        "about": "The names that it has to be about; any, unless given.",
        "because": "The reason why it is meant to be so.",
    },
    "timeline_entry": {
        "policy": "A policy's name, or the path of its file.",
        "in_force": "When it is in force.",
        "title": _TITLE,
        "text": _TEXT,
        "cites": _CITES,
    },
    "catalogue": {"weapons": "The weapons.", "title": _TITLE, "text": _TEXT},
    "weapon": {
        "name": "What a scenario's `weapon.name` says.",
        "title": "The weapon, for people.",
        "made_in": "The country of manufacture, as an ISO 3166-1 code.",
        "kind": "The kind of weapon, in the vocabulary's words.",
        "max_range_km": "The nominal maximum range in km: public, rounded.",
        "us_parts": "Whether a foreign-made weapon has parts made in the US.",
        "status": "How good the figure is.",
        "source": "Who published the figure.",
        "note": _NOTE,
    },
    "source": {
        "source": "The source's id; its file is called the same.",
        "title": "The document's title.",
        "outlet": "Who published it.",
        "date": "The day that it is dated.",
        "author": "Who wrote it, where the text says so.",
        "sha256": "The SHA-256 digest of the text.",
        "sha256_of": "Of exactly which bytes the digest is.",
        "numbering": "How paragraphs and sentences are counted.",
        "paragraphs": "How many paragraphs it has.",
        "sentences": "How many sentences each paragraph has, in order.",
        "speakers": "A short key for each who speaks, and who that is.",
        "claims": "What the document says, claim by claim, in words of our own.",
    },
    "claim": {
        "id": "`c`, the paragraph in two digits, and a letter: `c04b`.",
        "paragraph": "The paragraph that it stands in, from 1.",
        "sentence": "The sentence of the paragraph, from 1.",
        "speaker": "Who says it: a key of `speakers`.",
        "date": "The day on which it was said.",
        "happened": "When that which it tells of took place, where that is another time.",
        "date_note": "How a relative date was resolved.",
        "firmness": "How firmly it stands, from `decided` to `context`.",
        "text": "The claim, in words of our own.",
        "quoted": "Short terms in the words of the source, seven words at most.",
        "encoded_as": "What encodes it.",
        "not_encoded": "The reason why nothing does.",
    },
    "span": {
        "from": "The first day.",
        "until": "The last day.",
        "about": "True where the ends are a reading of vague words.",
    },
    "reference": {
        "policy": "A policy, or whose part it is.",
        "timeline": "A timeline, or whose part it is.",
        "rule": "A rule.",
        "question": "An open question.",
        "reading": "A reading of the question.",
        "parameter": "A parameter.",
        "definition": "A definition.",
        "fact": "A fact that the policy declares.",
        "zone": "A zone: the policy's, or of the register.",
        "entry": "A policy's place in the timeline.",
        "element": "Another part, such as `scope`, `otherwise` or `in_force`.",
    },
    "register": {
        "sources": "The data sets that outlines were taken from, by a short name.",
        "zones": "The zones; one that is made from others stands after them.",
    },
    "data_source": {
        "title": "The data set.",
        "licence": "Its licence.",
        "credit": "The credit that it asks for.",
        "url": "Where its terms are.",
        "package": "The package on PyPI that carries it.",
        "version": "The package's version.",
        "sha256": "The SHA-256 digest of the package.",
        "path": "The file inside the package.",
    },
    "zone_record": {
        "id": "The zone's id.",
        "title": _TITLE,
        "status": _STATUS,
        "source": "The data sets that it was taken from.",
        "licence": "The licence of the outline.",
        "edge_km": "How far the outline may be from the true edge, in km.",
        "bbox": "West, south, east, north in degrees.",
        "file": "The outline, beside this file: GeoJSON in WGS 84 degrees.",
        "derive": "How it is made from zones above it.",
        "designated": "By whom and when the area was designated.",
        "communicated": "By whom and when the area was communicated to the attacker.",
        "note": _NOTE,
    }
    | INTENT_TEXTS,
    "designation": {
        "by": "Who did it.",
        "on": "The day, or null where it is not public.",
        "cites": _CITES,
    },
}
