"""Choices that many people are offered are named in each one's language."""

from bot.lines import Line, Spoken
from bot.saying import CONTROL, compose
from broadcast.channels.base import Abilities
from broadcast.content.message import Choice


def test_a_choice_is_named_in_the_language_of_the_reader() -> None:
    line = Spoken(CONTROL, Line("cancelled", {}, (Choice("safe", "安全"),)))
    assert [each.label for each in compose([line], "zh_CN", Abilities(receipts=False, buttons=3)).choices] == ["安全"]
    assert "安全" not in compose([line], "en", Abilities(receipts=False)).text
