"""A message as the rules read it: one plain letter for each letter written, so that what is found can be quoted."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LONGEST_READ: Final = 2_000  # letters; what stands behind them is for a person to read
STOP: Final = "，"  # every mark that ends a clause
CLAUSE: Final = "[^，]"  # a letter of the same clause

TRADITIONAL: Final = (
    "幫訂離讀們沒轉謝險開復閱點無問題來經請選擇裡裏頂壞颱風電車馬鳥魚雞豬樹橋斷塊磚門戶塵傷頭腳醫藥壓圍濕災難"
    "損樓鄉鎮縣區組隊親爺媽個兩幾餘萬億從後邊還這現時間颳飛鐵進糧養廠莊灣嶺岡澗溝廁廚廳階牆縫掛撐滾衝沖灘壩閘"
    "庫凍乾雲閃燒燬滅發紅綠藍黃給買賣錢費補貼賠償貸報導應該聯繫絡處辦員務會長書記鄰遠東輛輪機農業莖葉麥穀飯麵"
    "鹽湯煙葯單雙隻條張層級號碼線網訊話說聽見寫讓對錯與為過動靜強穩獨孫兒閨婦產嬰歲壽殘廢癱瘓聾啞燈熱涼淨髒濁"
    "濃淺寬圓總數約準備續終於結實場寶貴極啲嚟咗屍體遺蹤屜襪褲襖帳蓋墊氈雜貨誰嗎響喚倆嚴蠻僅剛昇麼噸畝溼滲屬樣"
    "擋護衛歸繼殼顆擔覺認識願勸樑纔寧縮緊豐澤劉陳楊趙羅蕭鄧蔣馮盧鍾譚龍興華義聖廣閣觀陽陰欄檢軍輝麗順賴鄒駱顧"
    "韓賀龔閻竇"
)
SIMPLIFIED: Final = (
    "帮订离读们没转谢险开复阅点无问题来经请选择里里顶坏台风电车马鸟鱼鸡猪树桥断块砖门户尘伤头脚医药压围湿灾难"
    "损楼乡镇县区组队亲爷妈个两几余万亿从后边还这现时间刮飞铁进粮养厂庄湾岭冈涧沟厕厨厅阶墙缝挂撑滚冲冲滩坝闸"
    "库冻干云闪烧毁灭发红绿蓝黄给买卖钱费补贴赔偿贷报导应该联系络处办员务会长书记邻远东辆轮机农业茎叶麦谷饭面"
    "盐汤烟药单双只条张层级号码线网讯话说听见写让对错与为过动静强稳独孙儿闺妇产婴岁寿残废瘫痪聋哑灯热凉净脏浊"
    "浓浅宽圆总数约准备续终于结实场宝贵极的来了尸体遗踪屉袜裤袄帐盖垫毡杂货谁吗响唤俩严蛮仅刚升么吨亩湿渗属样"
    "挡护卫归继壳颗担觉认识愿劝梁才宁缩紧丰泽刘陈杨赵罗萧邓蒋冯卢钟谭龙兴华义圣广阁观阳阴栏检军辉丽顺赖邹骆顾"
    "韩贺龚阎窦"
)
_PLAIN: Final = str.maketrans(TRADITIONAL, SIMPLIFIED)
_MARKS: Final = re.compile(r"[,。.!?;:！？；：、\n\r…~～()（）]|(?<=[^\x00-\x7f])\s|\s(?=[^\x00-\x7f])")
_WITHIN_NUMBER: Final = re.compile(r"(?<=\d)，(?=\d)")


@dataclass(frozen=True, slots=True)
class Writing:
    """A message: as it is shown, and as the rules read it, letter for letter."""

    shown: str
    plain: str

    @property
    def marked(self) -> str:
        """The plain letters with a mark before and behind, so that the first and last clause end like all others."""
        return f"{STOP}{self.plain}{STOP}"

    def words(self, start: int, end: int) -> str:
        return self.shown[start:end].strip()


def writing(text: str) -> Writing:
    """Even out what nobody means: width, case, traditional forms, punctuation."""
    pairs = [_letter(letter) for letter in text[:LONGEST_READ]]
    plain = "".join(even for _, even in pairs).translate(_PLAIN).replace("’", "'")
    return Writing("".join(shown for shown, _ in pairs), _WITHIN_NUMBER.sub("-", _MARKS.sub(STOP, plain)))


def _letter(letter: str) -> tuple[str, str]:
    """What is shown of a letter and what is read: as many letters of the one as of the other."""
    even = unicodedata.normalize("NFKC", letter)
    small = even.lower() if len(even.lower()) == len(even) else even
    return (letter if len(even) == 1 else even), small
