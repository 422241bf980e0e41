"""What CAP has no element for, and under which names it travels: our parameters and the list of event codes.

`do`, `go` and `call` are the parts of the instruction; `rule:<n>:do` and so on are the parts for one rule of the
target. Whoever does not know them still reads the whole in `instruction`. Languages are tags there (zh-CN) and
locales here (zh_CN); what has words of ours is one of ours (en-US and en-CA are `en`).
"""

from typing import Final

EVENT_CODE: Final = "mingluo:event-code"
LEVEL: Final = "mingluo:level"
ENDING: Final = "mingluo:ending"
ASKS_ANSWER: Final = "mingluo:asks-answer"
PART: Final = "mingluo:{part}"
RULE_PART: Final = "mingluo:rule:{rule}:{part}"
PARTS: Final = ("do", "go", "call")

OURS: Final = {"zh": "zh_CN", "zh-cn": "zh_CN", "zh-hans": "zh_CN", "zh-hans-cn": "zh_CN"}


def tag_of(locale: str) -> str:
    return locale.replace("_", "-")


def locale_of(tag: str) -> str:
    """Return our locale for a language tag; one that we have no words for stays what it is."""
    folded = tag.casefold()
    if folded == "en" or folded.startswith("en-"):
        return "en"
    return OURS.get(folded, tag.replace("-", "_"))
