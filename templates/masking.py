"""Masking: a name as a public notice shows it: the family name, the rest withheld: 王建国 → 王某某."""

import unicodedata
from typing import Final

WITHHELD: Final = "某"
AT_MOST: Final = 2  # 某 says that there is more, never how much of a long name
_PAIRS: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空"
    "闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五淳于单于"
    "歐陽司馬東方獨孤諸葛尉遲鍾離長孫聞人"
)
COMPOUND: Final = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))  # 复姓
DOTS: Final = "·•・‧･.．"


def masked(name: str | None) -> str:
    """Return a name as strangers may read it; who has none, or has had it erased, is 某某."""
    bare = " ".join((name or "").split())
    if not bare:
        return WITHHELD * AT_MOST
    if not _han(bare[0]):
        return f"{bare[0].upper()}***"
    if any(dot in bare for dot in DOTS) or " " in bare:  # 买买提·吐尔逊: no family name comes first
        return bare[0] + WITHHELD * AT_MOST
    family = 2 if len(bare) > AT_MOST and bare[:2] in COMPOUND else 1
    return bare[:family] + WITHHELD * min(AT_MOST, max(1, len(bare) - family))


def _han(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY"))
