"""The county's ledger: the columns of the statistical rules by their names, and what does not fit together.

The names are those of 《自然灾害情况统计调查制度》; its code numbers are not known to us and stay out. What nobody
entered is an empty cell. The rules of consistency are our own: they warn and never refuse.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.aid import AidForm
from bot.cases.relief import Count, Grade, worst
from bot.stores.relief.doubtful import Doubtful
from bot.stores.relief.ledger import Line
from ground.clock import BEIJING, moment
from templates.labels import label

Cell = str | int | float | None
CHINESE: Final = "zh_CN"
HEAD_COLUMN: Final = "户主姓名"
MONEY: Final = "已发放救助款（元）"
GOODS: Final = "物资折款（元）"
IN_NEED: Final = "需救助人口"
FEN: Final = 100

COUNTED: Final[Mapping[str, Count]] = {
    "受灾人口": Count.PEOPLE,
    "因灾死亡人口": Count.DEAD,
    "因灾失踪人口": Count.MISSING,
    "受伤人口": Count.HURT,
    "被困人口": Count.TRAPPED,
    "紧急转移安置人口": Count.EVACUATED,
    "需紧急生活救助人口": Count.NEED_AID,
    "倒塌房屋（间）": Count.COLLAPSED,
    "严重损坏房屋（间）": Count.SEVERE,
    "一般损坏房屋（间）": Count.SLIGHT,
}
HOUSES: Final[Mapping[str, Grade]] = {
    "倒塌房屋（户）": Grade.COLLAPSED,
    "严重损坏房屋（户）": Grade.SEVERE,
    "一般损坏房屋（户）": Grade.SLIGHT,
}


def _counted(count: Count) -> Callable[[Line], Cell]:
    return lambda line: line.request.counts.get(count)


def _house(grade: Grade) -> Callable[[Line], Cell]:
    return lambda line: 1 if worst(line.request.counts) is grade else None


def yuan(fen: int) -> Cell:
    """Return an amount as the ledger has it: in yuan, nothing where nothing was given."""
    return (fen // FEN if fen % FEN == 0 else fen / FEN) or None


def _forms(line: Line) -> Cell:
    given = dict.fromkeys(each.given.form for each in line.aid if each.given.money + each.given.goods)
    forms = dict.fromkeys([*given, *([AidForm.TRANSFER] if line.paid else [])])
    return "、".join(label("aid form", form.value, CHINESE) for form in forms) or None


def _time(at: int) -> str:
    return moment(at, BEIJING).strftime("%Y-%m-%d %H:%M")


COLUMNS: Final[Mapping[str, Callable[[Line], Cell]]] = {
    "编号": lambda line: line.request.code,
    HEAD_COLUMN: lambda line: line.head,
    "身份证号": lambda line: line.identity,
    "联系方式": lambda line: line.phone,
    "家庭类型": lambda line: label("family type", line.judged.family.value, CHINESE) if line.judged else None,
    "家庭人口": lambda line: line.household_size,
    "住址": lambda line: f"{line.area_name} {line.spot or ''}".strip(),
    IN_NEED: lambda line: line.judged.in_need if line.judged else line.request.counts.get(Count.NEED_AID),
    "灾害种类": lambda line: label("hazard", line.request.hazard, CHINESE) if line.request.hazard else None,
    **{name: _counted(count) for name, count in COUNTED.items()},
    **{name: _house(grade) for name, grade in HOUSES.items()},
    MONEY: lambda line: yuan(line.money),
    GOODS: lambda line: yuan(line.goods),
    "发放形式": _forms,
    "受灾时间": lambda line: _time(line.request.happened_at),
    "上报时间": lambda line: _time(line.request.filed_at),
    "录入时间": lambda line: _time(line.request.learned_at),
    "状态": lambda line: label("relief state", line.request.state.value, CHINESE),
    "报送方式": lambda line: label("for whom", line.request.for_whom.value, CHINESE),
    "计入合计": lambda line: "是" if line.counted else "否（另有代录）",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two figures of one household that do not fit together; somebody should look again."""

    code: str
    rule: str
    left: int
    right: int


def row_of(line: Line) -> list[Cell]:
    return [read(line) for read in COLUMNS.values()]


def row_of_sums(sums: Mapping[str, int]) -> list[Cell]:
    """Return the last row: the households under the name, then each sum under its column."""
    summed: dict[str, Cell] = {name: sums.get(count.value, 0) for name, count in COUNTED.items()}
    summed |= {name: sums.get(f"houses_{grade.value}", 0) for name, grade in HOUSES.items()}
    summed |= {MONEY: yuan(sums.get("aid_money", 0)), GOODS: yuan(sums.get("aid_goods", 0))}
    summed[IN_NEED] = sums.get("in_need", 0)
    return ["合计", f"{sums.get('households', 0)} 户", *(summed.get(name) for name in [*COLUMNS][2:])]


RULES: Final[Mapping[str, tuple[tuple[Count, ...], Count]]] = {  # what is added up may not be more than the last
    "dead and missing are not more than the people affected": ((Count.DEAD, Count.MISSING), Count.PEOPLE),
    "hurt and trapped each are not more than the people affected: hurt": ((Count.HURT,), Count.PEOPLE),
    "hurt and trapped each are not more than the people affected: trapped": ((Count.TRAPPED,), Count.PEOPLE),
    "evacuated are not more than the people affected": ((Count.EVACUATED,), Count.PEOPLE),
}
HOUSEHOLD_RULE: Final = "the people affected are not more than live in the household"
NEED_RULE: Final = "the people who need aid are not more than live in the household"
TWICE_RULE: Final = "the same was not given twice on one day"
DECLINED_RULE: Final = "nothing is given on a request that was declined, withdrawn or merged"
HOUSEHOLD_TWICE_RULE: Final = "one household is given aid on one request"


def doubts(lines: Sequence[Line]) -> list[Doubt]:
    """Return what does not fit together, household by household; needing aid is no part of being evacuated."""
    found = []
    for line in lines:
        counts, code = line.request.counts, line.request.code
        for rule, (parts, whole) in RULES.items():
            left = sum(counts.get(part, 0) for part in parts)
            if whole in counts and left > counts[whole]:
                found.append(Doubt(code, rule, left, counts[whole]))
        people = counts.get(Count.PEOPLE, 0)
        if line.household_size is not None and people > line.household_size:
            found.append(Doubt(code, HOUSEHOLD_RULE, people, line.household_size))
        if line.household_size is not None and line.judged is not None and line.judged.in_need > line.household_size:
            found.append(Doubt(code, NEED_RULE, line.judged.in_need, line.household_size))
        found += [Doubt(code, TWICE_RULE, amount, amount) for amount in _twice(line)]
    return found


def _twice(line: Line) -> list[int]:
    """Return amounts that were entered more than once for one day; once perhaps as assistance that was paid."""
    given = Counter((_day(each.given.at), each.given.money, each.given.goods) for each in line.aid)
    again = [money + goods for (_, money, goods), times in given.items() if times > 1]
    return again + [each.given.money for each in line.aid if line.paid and each.given.money == line.paid]


def doubts_of_aid(nothing: Sequence[Doubtful], twice: Sequence[Doubtful]) -> list[Doubt]:
    """Return what was given where nothing should have been, and what a household got on two requests."""
    found = [Doubt(each.code, DECLINED_RULE, each.given, 0) for each in nothing]
    return found + [Doubt(each.code, HOUSEHOLD_TWICE_RULE, each.given, each.beside) for each in twice]


def _day(at: int) -> str:
    return moment(at, BEIJING).strftime("%Y-%m-%d")
