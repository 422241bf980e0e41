"""Whose words go out: by channel, language and rule; rather other words than none."""

from broadcast.channels.errors import Gone
from broadcast.content.compose import Words
from broadcast.content.message import Message
from tests.builders import World
from tests.dispatching import Stage

LANGUAGES = ("zh_CN", "en")


def composed(stage: Stage, *languages: str, rules: int = 1) -> list[Words]:
    return [
        Words(channel, language, rule, Message(f"{channel} {language} {rule}"))
        for channel in stage.channels
        for language in languages
        for rule in range(rules)
    ]


def said(stage: Stage, *channels: str) -> dict[str, str]:
    return {each.address: each.message.text for channel in channels for each in stage.channels[channel].sent}


async def test_everybody_reads_their_own_language_on_their_own_channel(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", language="en")
    await world.person(village, sms="+15550101", language="zh_CN")
    await world.person(village, telegram="1001", language="en")
    await stage.notice("residents(36)", words=composed(stage, *LANGUAGES))
    await stage.play()
    assert said(stage, "sms", "telegram") == {
        "+15550100": "sms en 0",
        "+15550101": "sms zh_CN 0",
        "1001": "telegram en 0",
    }


async def test_a_language_that_nobody_composed_falls_back_to_chinese_before_another_rule(
    stage: Stage, world: World
) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", language="ug")
    await world.post(village, "patrol", await world.person(village, sms="+15550101", language="ug"))
    await stage.notice("residents(36) - duty(patrol, 36)", "duty(patrol, 36)", words=composed(stage, "zh_CN", rules=2))
    await stage.play()
    assert said(stage, "sms") == {"+15550100": "sms zh_CN 0", "+15550101": "sms zh_CN 1"}


async def test_ten_rules_in_two_languages_keep_their_words_across_channels_and_fallback(
    stage: Stage, world: World
) -> None:
    duties = ("patrol", "monitor", "technical")
    village = await world.area("36", "Checao")
    for number, duty in enumerate(duties):
        holder = await world.person(
            village, telegram=str(1000 + number), sms=f"+1555010{number}", language=LANGUAGES[number % 2]
        )
        await world.post(village, duty, holder)
    stage.channels["telegram"].always("1002", Gone("bot_blocked"))
    rules = [f"duty({duty}, 36)" for duty in duties]
    await stage.notice(*rules, words=composed(stage, *LANGUAGES, rules=len(rules)))
    await stage.play()
    assert said(stage, "telegram", "sms") == {
        "1000": "telegram zh_CN 0",
        "1001": "telegram en 1",
        "+15550102": "sms zh_CN 2",
    }
