"""Reports, questions about them, bare calls for help, and everything else that people write."""

import pytest

from bot.reading.codes import Kind
from bot.reading.report import read_report
from bot.reading.where.places import PlaceNames


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("屋顶被冰雹打坏了", Kind.REPORT),
        ("被困了", Kind.REPORT),
        ("家里没米了", Kind.REPORT),
        ("上次报的屋顶又漏了，现在更严重", Kind.REPORT),
        ("老房子怕要塌", Kind.REPORT),
        ("我上次报的怎么样了", Kind.STATUS_QUESTION),
        ("what happened to my report", Kind.STATUS_QUESTION),
        ("求求你们派人来", Kind.HELP_ONLY),
        ("can you help", Kind.HELP_ONLY),
        ("昨晚的冰雹真大", Kind.UNCLEAR),
        ("屋顶已经修好了", Kind.NONE),
        ("听说隔壁县房子倒了", Kind.NONE),
        ("倒房补助多少钱", Kind.NONE),
        ("专业修屋顶，屋顶漏水找我，价格优惠", Kind.NONE),
        ("演练的时候有人被困怎么办", Kind.NONE),
        ("谢谢", Kind.NONE),
        ("", Kind.UNCLEAR),
        ("灶王爷跑了", Kind.UNCLEAR),
    ],
)
def test_a_message_is_of_one_kind(text: str, kind: Kind) -> None:
    assert read_report(text, PlaceNames()).kind is kind


def test_an_alarm_outweighs_a_question_about_an_earlier_report() -> None:
    assert read_report("我上次报的怎么样了，现在有人受伤", PlaceNames()).kind is Kind.REPORT
