"""Sweeps: every row is there once, in its order, however it is asked for."""

from __future__ import annotations

import datetime
import itertools
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import strikerules as sr
from strikerules.batch.sweep import Sweep, grid_sweep, read_sweep
from strikerules.batch.sweep.schema import sweep_schema
from strikerules.documents import read_document
from strikerules.geography.atlas import default_atlas, zones_of
from strikerules.language.countries import COUNTRIES
from strikerules.language.vocabulary import KINDS_OF_TARGET, Vocabulary
from strikerules.language.weapons import catalogue
from strikerules.problems import InvalidInput

ROOT = Path(__file__).parents[2]
ATLAS = default_atlas()
SQUARE = {"type": "Polygon", "coordinates": [[[36, 50], [37, 50], [37, 51], [36, 51], [36, 50]]]}


def read(vary: dict[str, Any], **more: Any) -> Sweep:
    return read_sweep({"sweep": "s", "vary": vary, **more}, Vocabulary(), ATLAS)


def rows(sweep: Sweep) -> list[dict[str, Any]]:
    return sweep.batch(0, sweep.count).to_pylist()


def test_product() -> None:
    """A combination would be missing, or there twice, or in another order than is told."""
    kinds, dates = ["launch_site", "air_base", None], ["2024-05-30", "2024-06-01"]
    ranges = [20.0, 80.0, 300.0, 40.0]
    sweep = read(
        {"target.kind": kinds, "weapon": {"max_range_km": ranges}, "date": dates},
        given={"weapon.made_in": "US", "target": {"supports": "none"}},
    )
    wanted = [
        {
            "row": number,
            "weapon.made_in": "US",
            "target.supports": "none",
            "target.kind": kind,
            "weapon.max_range_km": km,
            "date": datetime.date.fromisoformat(day),
        }
        for number, (kind, km, day) in enumerate(itertools.product(kinds, ranges, dates), 1)
    ]
    assert sweep.count == 24
    assert rows(sweep) == wanted


VALUES: dict[str, list[Any]] = {
    "target.kind": list(KINDS_OF_TARGET),
    "weapon.made_in": sorted(COUNTRIES)[:9],
    "area.designated": [True, False],
    "weapon.max_range_km": [float(n) for n in range(7)],
    "date": [datetime.date(2024, 5, 1 + n) for n in range(9)],
    "timing": ["pre_emptive", "in_response", None],
}


@st.composite
def varied(draw: st.DrawFn) -> dict[str, list[Any]]:
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5, unique=True))
    return {
        name: draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=6, unique=True))
        for name in names
    }


@given(vary=varied(), size=st.integers(1, 50), draws=st.integers(0, 7), data=st.data())
@settings(max_examples=40)
def test_any_product(
    vary: dict[str, list[Any]], size: int, draws: int, data: st.DataObject
) -> None:
    """Some lengths of what is varied, or of batches, would mix the rows up."""
    written = {
        k: [v.isoformat() if isinstance(v, datetime.date) else v for v in values]
        for k, values in vary.items()
    }
    more: dict[str, Any] = {}
    if draws:
        written["strike.distance_km"] = {"draw": {"uniform": [0, 1]}}  # type: ignore[assignment]
        more = {"draws": draws}
    sweep = read(written, **more)
    wanted = list(itertools.product(*vary.values(), range(1, draws + 1) if draws else [None]))
    found = rows(sweep)
    assert [(*(row[n] for n in vary), row.get("draw")) for row in found] == wanted
    assert [row["row"] for row in found] == list(range(1, len(wanted) + 1))
    pieces = [b.to_pylist() for b in sweep.batches(size)]
    assert all(len(p) == size for p in pieces[:-1])
    assert [row for piece in pieces for row in piece] == found
    start = data.draw(st.integers(0, sweep.count))
    stop = data.draw(st.integers(start, sweep.count))
    assert sweep.batch(start, stop).to_pylist() == found[start:stop]


def test_batches_beyond_what_is_kept() -> None:
    """Of a large sweep the columns that are not kept whole would be cut wrongly."""
    cells = read({"target.location": {"grid": "russia", "step_km": 8}}).count
    assert cells > 262_144
    sweep = read(
        {
            "timing": ["pre_emptive", "in_response", None],
            "target.location": {"grid": "russia", "step_km": 8},
            "weapon.max_range_km": {"from": 0, "to": 1, "step": 0.5},
        }
    )
    whole = sweep.batch(0, sweep.count)
    assert whole.num_rows == cells * 9
    numbers = whole.column("target.location.cell").to_numpy()
    assert np.array_equal(numbers, np.tile(np.repeat(numbers[: cells * 3 : 3], 3), 3))
    pieces = pa.Table.from_batches(sweep.batches(99_991))
    assert pieces.equals(pa.Table.from_batches([whole]))


def test_a_thousand_million_rows() -> None:
    """A large sweep would have to be held in memory before its first row."""
    tracemalloc.start()
    sweep = read(
        {
            "target.kind": "all",
            "weapon.max_range_km": {"from": 0, "to": 20, "step": 5},
            "target.location": {"grid": "belgorod-oblast", "step_km": 5},
            "launch.location": {"draw": {"lon": 36.7, "lat": 50.0, "accuracy_km": 3}},
            "date": {"from": "2024-05-01", "to": "2024-05-31"},
        },
        draws=3_000_000,
    )
    assert sweep.count == 12 * 5 * 1104 * 31 * 3_000_000 > 10**9
    first, last = sweep.batch(0, 1000), sweep.batch(sweep.count - 1000, sweep.count)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert first.column("draw")[0].as_py() == 1
    assert last.column("draw")[-1].as_py() == 3_000_000
    assert last.column("row")[-1].as_py() == sweep.count
    assert [last.column(n)[-1].as_py() for n in ("target.kind", "weapon.max_range_km", "date")] == [
        "other", 20.0, datetime.date(2024, 5, 31),
    ]  # fmt: skip
    assert peak < 60e6
    assert pa.total_allocated_bytes() < 100e6


def test_schema_is_that_of_every_batch() -> None:
    """A file could not be written batch by batch."""
    sweep = read(
        {
            "target.location": [{"lon": 36, "lat": 50, "accuracy_km": 2}, {"place": "Kyiv"}, None],
            "launch.location": [{"zone": "kharkiv-oblast"}, {"place": "Sumy", "accuracy_km": 1}],
            "weapon.us_parts": "all",
        }
    )
    assert [b.schema for b in sweep.batches(5)] == [sweep.schema] * 3
    assert sweep.schema.field("target.location.place").type == pa.dictionary(
        pa.int32(), pa.string()
    )
    assert rows(sweep)[0] == {
        "row": 1,
        "target.location.lon": 36.0,
        "target.location.lat": 50.0,
        "target.location.accuracy_km": 2.0,
        "target.location.place": None,
        "launch.location.accuracy_km": None,
        "launch.location.place": None,
        "launch.location.zone": "kharkiv-oblast",
        "weapon.us_parts": False,
    }


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({"from": 20, "to": 300, "step": 20}, [float(n) for n in range(20, 301, 20)]),
        ({"from": 0, "to": 1, "step": 0.1}, [float(Decimal(n) / 10) for n in range(11)]),
        ({"from": 0.1, "to": 0.75, "step": "0.3 km"}, [0.1, 0.4, 0.7]),
        ({"from": 0, "to": 1, "count": 4}, [0.0, 1 / 3, 2 / 3, 1.0]),
        ({"from": 5, "to": 5, "step": 1}, [5.0]),
        ({"from": "1 km", "to": "3 km", "step": 1}, [1.0, 2.0, 3.0]),
    ],
)
def test_numbers(raw: dict[str, Any], wanted: list[float]) -> None:
    """A step's rounding would add up, and the last value be missing or not be what is written."""
    found = [row["weapon.max_range_km"] for row in rows(read({"weapon.max_range_km": raw}))]
    assert found == wanted


def test_long_range_has_no_drift() -> None:
    """The millionth step would lie beside its decimal."""
    sweep = read({"weapon.max_range_km": {"from": 0.1, "to": 100000, "step": 0.1}})
    assert sweep.count == 1_000_000
    values = sweep.batch(999_989, 1_000_000).column("weapon.max_range_km").to_pylist()
    assert values == [float(f"{n / 10}") for n in range(999_990, 1_000_001)]


def test_days() -> None:
    """The last day, or a leap day, would be left out."""
    found = rows(read({"date": {"from": "2024-02-27", "to": "2024-03-01"}}))
    assert [str(row["date"]) for row in found] == [
        "2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01",
    ]  # fmt: skip
    weeks = rows(read({"date": {"from": "2024-05-01", "to": "2024-05-20", "step": 7}}))
    assert [row["date"].day for row in weeks] == [1, 8, 15]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("target.kind", list(KINDS_OF_TARGET)),
        ("weapon.us_parts", [False, True]),
        ("attacker", sorted(COUNTRIES)),
        ("weapon.name", list(catalogue())),
    ],
)
def test_all(path: str, wanted: list[Any]) -> None:
    """A value that the vocabulary has would be left out of all of them."""
    assert [row[path] for row in rows(read({path: "all"}))] == wanted


def test_facts_of_a_policy() -> None:
    """What a policy declares could not be varied."""
    policy = sr.load(
        {
            "policy": "own",
            "rules": [{"id": "r", "effect": "permit"}],
            "facts": {"conditions.calm": {"type": "boolean"}, "wind": {"values": ["low", "high"]}},
            "zones": {"mine": {"geometry": SQUARE}},
        }
    )
    sweep = policy.read_sweep(
        {"sweep": "s", "vary": {"conditions": {"calm": "all", "other": [True]}, "wind": "all",
                                "target.location": {"grid": "mine", "step_km": 20}}}
    )  # fmt: skip
    assert sweep.count == 2 * 2 * len(rows(sweep)) // 4
    assert {(r["conditions.calm"], r["wind"]) for r in rows(sweep)} == set(
        itertools.product([True, False], ["low", "high"])
    )
    assert rows(sweep)[0]["conditions.other"] is True


def test_example() -> None:
    """The example that ships would not be a sweep, or an editor underline it."""
    path = ROOT / "examples" / "sweeps" / "around-belgorod-oblast.yaml"
    policy = sr.load("timeline")
    sweep = policy.read_sweep(path)
    assert 1000 < sweep.count < 1_000_000
    assert sweep.name == path.stem
    validator = Draft7Validator(sweep_schema())
    assert list(validator.iter_errors(read_document(path).data)) == []
    assert any("invented" in line for line in sweep.lines())


def test_lines_say_what_it_is() -> None:
    """A person would not see how many rows there will be, and of what."""
    sweep = read(
        {
            "weapon.max_range_km": {"from": 20, "to": 300, "step": 20},
            "target.kind": ["artillery"],
            "target.location": {"grid": "belgorod-oblast", "step_km": 20},
            "launch.location": {"draw": {"place": "Kharkiv"}},
            "strike.distance_km": {"draw": {"normal": {"mean": 50, "sd": 20}}},
        },
        draws=10, seed=3, title="A title",
    )  # fmt: skip
    assert sweep.lines()[:-1] == [
        "weapon.max_range_km: 15 values from 20 to 300",
        "target.kind: 1 value",
        "target.location: 67 cells of about 400 km² in belgorod-oblast",
        "10 draws (seed 3): launch.location uniform by area within 15 km of Kharkiv;"
        " strike.distance_km normal with mean 50 and sd 20, cut from 0",
    ]
    assert sweep.lines()[-1].startswith("10,050 rows; every position in it is invented")
    assert sweep.title == "A title"
    assert repr(sweep) == "<Sweep s: 10,050 rows>"


def test_given_places_and_weapons() -> None:
    """What every row has in common would be left out."""
    sweep = read(
        {"timing": "all"},
        given={
            "weapon": {"name": "GMLRS-M31"},
            "launch": {"location": {"place": "Kharkiv", "accuracy_km": 2}},
            "target.location": {"zone": "belgorod-oblast"},
        },
    )
    assert rows(sweep)[1] == {
        "row": 2,
        "weapon.name": "gmlrs-m31",
        "target.location.zone": "belgorod-oblast",
        "launch.location.accuracy_km": 2.0,
        "launch.location.place": "Kharkiv",
        "timing": "in_response",
    }


def test_zones_that_readings_move() -> None:
    """A zone that the policy makes could not be laid out."""
    policy = sr.load("kharkiv")
    specs = zones_of(policy.ruling)
    sweep = grid_sweep("designated-area-wide", 20, Vocabulary(), policy.atlas, specs)
    assert sweep.count == 78


def test_rows_are_refused_beyond_the_end() -> None:
    """A loop that runs too far would be handed rows that there are not."""
    sweep = read({"timing": "all"})
    assert sweep.batch(2, 2).num_rows == 0
    with pytest.raises(IndexError):
        sweep.batch(0, 3)


def test_decided_as_one_by_one() -> None:
    """A row would be decided as another scenario than its cells say."""
    policy = sr.load("kharkiv")
    path = ROOT / "examples" / "sweeps" / "around-belgorod-oblast.yaml"
    frame = policy.sweep(path)
    generator = np.random.default_rng(8)
    for index in generator.choice(len(frame), 40, replace=False).tolist():
        row = frame.iloc[index].to_dict()
        assert row["row"] == index + 1
        places = {
            f"{which}.location": {p: row[f"{which}.location.{p}"] for p in ("lon", "lat")}
            for which in ("target", "launch")
        }
        facts = {k: v for k, v in row.items() if k in policy.ruling.vocabulary}
        found = policy.check({**facts, **places})
        assert (row["decision"], row["possible"]) == (found.decision, "|".join(found.possible))
    shares = policy.shares(path).frame().iloc[0]
    area = frame["target.location.cell_km2"]
    permitted = area[frame.decision == "permitted"].sum() / area.sum()
    assert shares.permitted == pytest.approx(permitted)


def test_too_many_rows_for_a_data_frame() -> None:
    """Somebody's memory would be filled before anything is said."""
    policy = sr.load("ban")
    large = {"sweep": "s", "vary": {"weapon.max_range_km": {"from": 0, "to": 999_999, "step": 1},
                                    "target.kind": "all"}}  # fmt: skip
    with pytest.raises(InvalidInput, match="SR238 a sweep of 12,000,000 rows is too large"):
        policy.sweep(large)
    sweep = policy.read_sweep(large)
    assert policy.read_sweep(sweep) is sweep


def test_what_no_policy_looks_at_is_remarked() -> None:
    """A mistyped circumstance would change nothing, and nobody say so."""
    sweep = read({"timing": "all"}, given={"conditions.calmer": True})
    assert [p.code for p in sweep.remarks] == ["SR702"]
    assert "conditions.calmer" not in sweep.schema.names
