"""Three counties' areas in memory, asked as the stores ask theirs; the writer lives in a village of Dongjia."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from audiences.areas import Area, Choice, cores_in, fold
from bot.reading.where.places import PlaceNames, other_spellings
from bot.reading.writing import STOP, writing

AREAS = Path(__file__).parents[2] / "samples" / "areas" / "three_counties.csv"
HOME = ("江西省", "宜春市", "丰城市", "董家镇", "京山村委会")


def names_for(text: str, home: tuple[str, ...] = HOME) -> PlaceNames:
    known = _by_core()
    cores = cores_in(STOP.join(other_spellings(writing(text).plain)))
    return PlaceNames([choice for core in cores for choice in known.get(core, ())], home)


@cache
def _by_core() -> Mapping[str, Sequence[Choice]]:
    with AREAS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    paths: dict[str, tuple[str, ...]] = {"": ()}
    by_core: dict[str, list[Choice]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):  # parents stand before what lies in them
        path = paths[row["code"]] = (*paths[row["parent_code"]], row["name"])
        by_core[fold(row["name"])].append(Choice(Area(number, row["code"], row["name"], row["level"], None), path))
    return by_core
