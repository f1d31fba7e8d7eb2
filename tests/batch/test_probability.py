"""Random draws of uncertain places: as often as by area, with what is unknown left open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

import strikerules as sr
from strikerules.batch.shares import SHARES, Shares
from strikerules.batch.spread import spread
from strikerules.batch.tables import decide_table
from strikerules.geography.discs import disc
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import area_km2, distances_km
from strikerules.problems import InvalidInput

KHARKIV = sr.load("kharkiv")
FACTS = {
    "weapon": {"made_in": "US", "max_range_km": 80},
    "target": {"kind": "missile_launcher", "supports": "kharkiv_assault"},
}
SQUARE = {"type": "Polygon", "coordinates": [[[36, 50], [37, 50], [37, 51], [36, 51], [36, 50]]]}


def own(edge_km: float = 0.0) -> sr.Policy:
    return sr.load({
        "policy": "own", "otherwise": "prohibit",
        "zones": {"mine": {"geometry": SQUARE, "edge_km": edge_km}},
        "questions": {"q": {"readings": {"yes": {"define": {"d": True}},
                                         "no": {"define": {"d": False}}}}},
        "rules": [
            {"id": "r", "effect": "permit", "when": {"target.location": {"within": "mine"}}},
            {"id": "s", "effect": "permit",
             "when": {"all": [{"is": "d"}, {"weapon.made_in": "FR"}]}},
        ],
    })  # fmt: skip


def at(lon: float, lat: float, km: float) -> dict[str, Any]:
    return {"target.location": {"lon": lon, "lat": lat, "accuracy_km": km}}


@pytest.mark.parametrize(("lon", "lat"), [(36.0, 50.4), (36.05, 50.93), (36.5, 50.5), (35.8, 50.5)])
def test_as_often_as_by_area(lon: float, lat: float) -> None:
    """The share would not be that of the disc's area in the zone."""
    case = {"weapon.made_in": "US", **at(lon, lat, 10)}
    found = own().probability(case, draws=20_000, seed=4)
    circle = disc(lon, lat, 10)
    part = area_km2(shapely.intersection(circle, shapely.box(36, 50, 37, 51))) / area_km2(circle)
    low, high = found.interval("permitted", 0.999)
    assert low <= part <= high
    assert found.share("permitted") + found.share("prohibited") == pytest.approx(1)
    assert found.share("open") == found.share("not_governed") == 0
    assert sum(found.counts.values()) == 20_000


def test_what_is_unknown_stays_open() -> None:
    """A missing fact, a vague edge or an open question would be answered as if known."""
    unknown = own().probability(at(36.0, 50.4, 10), draws=2000)
    assert unknown.share("prohibited") == 0
    assert unknown.share("permitted") == pytest.approx(0.5, abs=0.06)
    assert unknown.share("open") == 1 - unknown.share("permitted")
    frame = unknown.frame().set_index("reading")
    # where the question is answered with no, nobody needs to know where the weapon was made
    assert frame.loc["no", "prohibited"] == unknown.share("open")
    assert frame.loc["yes", "open"] == unknown.share("open")
    blurred = own(edge_km=2).probability({"weapon.made_in": "US", **at(36, 50.4, 10)}, draws=4000)
    # a band of 4 km through the middle of a disc of 10 km has a quarter of it
    assert blurred.share("open") == pytest.approx(0.2529, abs=0.03)
    assert blurred.share("permitted") == pytest.approx(0.3735, abs=0.03)


def test_under_each_reading() -> None:
    """The readings would be counted over other draws, or not as the policy reads them."""
    case = {**FACTS, **at(36.7, 50.5, 15)}
    found = KHARKIV.probability(case, draws=3000, seed=2)
    for row in found.frame().to_dict("records")[1:]:
        policy = KHARKIV.vary(readings={row["question"]: row["reading"]})
        one = policy.probability(case, draws=3000, seed=2)
        assert [row[n] for n in SHARES] == [one.share(n) for n in SHARES]


def test_withheld_facts_stay_withheld() -> None:
    """A fact given as null would be filled in after all."""
    case = {**FACTS, **at(36.7, 50.4, 5), "area.communicated": None}
    assert KHARKIV.probability(case, draws=30).share("open") == 1
    del case["area.communicated"]
    assert KHARKIV.probability(case, draws=30).share("permitted") == 1


def test_facts_that_nobody_declares() -> None:
    """A scenario for another policy could not be drawn, or one without facts at all."""
    found = own().probability({"conditions.calm": True, **at(36.5, 50.5, 1)}, draws=10)
    assert found.share("permitted") == 1
    nothing = own().probability({}, draws=10)
    assert (nothing.draws, nothing.share("open")) == (1, 1.0)


def test_two_places_are_drawn_together() -> None:
    """A strike's distance would be that of two places drawn for other strikes."""
    case = {
        "target.location": {"lon": 36.9, "lat": 50.45, "accuracy_km": 5},
        "launch.location": {"place": "Kharkiv", "accuracy_km": 10},
    }
    policy = sr.load({
        "policy": "near", "otherwise": "prohibit",
        "rules": [{"id": "r", "effect": "permit", "when": {"strike.distance_km": {"lt": 70}}}],
    })  # fmt: skip
    found = policy.probability(case, draws=5000, seed=9)
    assert found.places == (
        "target.location uniform by area within 5 km of 36.9, 50.45",
        "launch.location uniform by area within 10 km of Kharkiv",
    )
    generator = np.random.default_rng(0)

    def around(lon: float, lat: float, km: float) -> tuple[Any, Any]:
        turn, away = generator.random(20_000) * 2 * np.pi, km * np.sqrt(generator.random(20_000))
        north = away * np.cos(turn) / 111.2
        return lon + away * np.sin(turn) / 111.2 / np.cos(np.radians(lat)), lat + north

    kharkiv = gazetteer().get("Kharkiv")
    km = distances_km(*around(36.9, 50.45, 5), *around(kharkiv.lon, kharkiv.lat, 10))
    assert found.share("permitted") == pytest.approx(float(np.mean(km < 70)), abs=0.03)


def test_zones_and_polygons() -> None:
    """Somewhere in a zone, or in a polygon, could not be drawn."""
    case: dict[str, Any] = {"weapon.made_in": "US", "target.location": SQUARE}
    found = own().probability(case, draws=3000)
    assert found.places == ("target.location uniform by area in a polygon",)
    assert found.share("permitted") == 1
    case["target.location"] = {"zone": "belgorod-oblast"}
    found = own().probability(case, draws=3000)
    assert found.places == ("target.location uniform by area in belgorod-oblast",)
    zone = sr.zone("belgorod-oblast").geometry
    part = area_km2(shapely.intersection(zone, shapely.box(36, 50, 37, 51))) / area_km2(zone)
    assert found.share("permitted") == pytest.approx(part, abs=0.03)


def test_exact_places_leave_nothing_to_draw() -> None:
    """What is certain would be given an interval."""
    found = own().probability({"weapon.made_in": "US", **at(36.5, 50.5, 0)}, draws=500)
    assert (found.draws, found.places) == (1, ())
    assert found.interval("permitted") == (1.0, 1.0)
    assert str(found) == "scenario by `own`: permitted; no place in it is uncertain"


def test_seed_and_number() -> None:
    """Results could not be had again."""
    case = {"weapon.made_in": "US", **at(36.0, 50.4, 10)}
    one, again, other = (own().probability(case, draws=500, seed=s) for s in (1, 1, 2))
    assert one.counts == again.counts != other.counts
    for draws in (0, 10**8):
        with pytest.raises(InvalidInput, match="SR235"):
            own().probability(case, draws=draws)


def test_text_says_what_is_assumed() -> None:
    """A share of draws would be read as how likely a strike is to be permitted."""
    found = own().probability({"weapon.made_in": "US", **at(36.0, 50.4, 10)}, draws=500, seed=3)
    lines = str(found).splitlines()
    low, high = found.interval("permitted")
    assert lines[:4] == [
        "scenario by `own`",
        "  500 draws (seed 3), with 95 % intervals",
        "  assumed: target.location uniform by area within 10 km of 36, 50.4",
        f"  permitted      {found.share('permitted'):.2%}  ({low:.2%} to {high:.2%})",
    ]
    assert "is an assumption" in " ".join(lines)
    assert all(len(line) <= 80 for line in lines)
    plain = found.to_dict()
    assert plain["shares"]["permitted"]["interval"] == [low, high]
    assert plain["places"] == list(found.places)
    assert "assumption" in plain["note"]


# -- tables ------------------------------------------------------------------------------------


def incidents() -> pa.Table:
    return pa.table(
        {
            "incident": ["inside", "edge", "exact", "nowhere"],
            "weapon.made_in": ["US"] * 4,
            "target.location.lon": [36.5, 36.0, 36.5, None],
            "target.location.lat": [50.5, 50.4, 50.5, None],
            "target.location.accuracy_km": [5.0, 10.0, None, None],
        }
    )


def test_spread() -> None:
    """The draws of one incident would be counted for another, or lie too far off."""
    batches = list(spread(incidents(), draws=400, seed=6))
    table = pa.Table.from_batches(batches)
    assert table.column_names == [
        "incident", "weapon.made_in", "target.location.lon", "target.location.lat", "draw", "row",
    ]  # fmt: skip
    assert table.column("incident").to_pylist() == [
        i for i in incidents().column("incident").to_pylist() for _ in range(400)
    ]
    assert table.column("draw").to_pylist() == list(range(1, 401)) * 4
    lon, lat = (table.column(f"target.location.{p}").to_numpy() for p in ("lon", "lat"))
    assert distances_km(36.0, 50.4, lon[400:800], lat[400:800]).max() <= 10
    assert len(np.unique(lon[:800])) == 800
    assert set(lon[800:1200]) == {36.5}
    assert table.column("target.location.lon").null_count == 400
    policy = own()
    shares = Shares(policy.program, ["incident"], draws=400)
    for batch in batches:
        shares.add(batch, decide_table(policy.decider, batch)[1])
    frame = shares.frame().set_index("incident")
    assert frame.loc["inside", "permitted"] == frame.loc["exact", "permitted"] == 1
    assert frame.loc["nowhere", "open"] == 1
    part = frame.loc["edge"]
    assert part.permitted_low < part.permitted < part.permitted_high
    assert part.permitted == pytest.approx(0.5, abs=0.1)


def test_spread_piece_by_piece() -> None:
    """The size of a piece, or the rows beside it, would change a row's draws."""
    table = pa.table({
        "target.location.lon": np.linspace(30, 40, 9), "target.location.lat": [50.0] * 9,
        "target.location.accuracy_km": [3.0] * 9, "row": list("abcdefghi"),
    })  # fmt: skip
    whole = pa.Table.from_batches(spread(table, draws=20_000, seed=1))
    assert whole.num_rows == 180_000
    assert whole.column("row").to_pylist()[::20_000] == list("abcdefghi")
    first = pa.Table.from_batches(spread(table.slice(0, 1), draws=20_000, seed=1))
    assert first.equals(whole.slice(0, 20_000).combine_chunks())
    few = pa.Table.from_batches(spread(table.to_batches()[0], draws=10, seed=1))
    assert few.slice(0, 10).equals(whole.slice(0, 10).combine_chunks())


def test_spread_refuses() -> None:
    """An accuracy below nothing would draw nothing, for ever."""
    table = incidents()
    bad = table.set_column(4, "target.location.accuracy_km", pa.array([5.0, -1.0, None, None]))
    with pytest.raises(InvalidInput, match="SR205 row 2 can't have this"):
        next(spread(bad))
    with pytest.raises(InvalidInput, match="SR221"):
        next(spread(table.drop_columns(["target.location.lat"])))
