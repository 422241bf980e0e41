"""Labels: the one table of words for levels, answers and states, whoever shows them."""

from typing import Final

from templates.catalogues import nearest_language, translations
from templates.errors import UnknownLabel


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    return text


LABELS: Final[dict[str, dict[str, str]]] = {
    "colour": {"1": N_("红色"), "2": N_("橙色"), "3": N_("黄色"), "4": N_("蓝色")},
    "rank": {
        "1": N_("Ⅰ级，特别严重"),
        "2": N_("Ⅱ级，严重"),
        "3": N_("Ⅲ级，较重"),
        "4": N_("Ⅳ级，一般"),
    },
    "spoken rank": {
        "1": N_("最高一级，特别严重"),
        "2": N_("第二级，严重"),
        "3": N_("第三级，较重"),
        "4": N_("第四级，一般"),
    },
    "answer": {"received": N_("收到"), "safe": N_("安全"), "need_help": N_("求助"), "other": N_("其他")},
    "drill": {"begins": N_("【演练】"), "ends": N_("以上是演练，不是真的。")},
}


def label(kind: str, key: object, language: str) -> str:
    """Return the word for `key` (a level 1-4, an answer …) in a language."""
    words = LABELS.get(kind, {})
    if str(key) not in words:
        raise UnknownLabel(kind=kind, key=key, known=", ".join(words))
    return translations(nearest_language(language)).gettext(words[str(key)])
