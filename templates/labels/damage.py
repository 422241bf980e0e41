"""Damage: what struck, what broke and what is needed."""

from typing import Final

from templates.labels.marking import N_

DAMAGE: Final[dict[str, dict[str, str]]] = {
    "hazard": {
        "hail": N_("冰雹"),
        "wind": N_("大风"),
        "rain": N_("暴雨"),
        "flood": N_("洪涝"),
        "landslide": N_("滑坡"),
        "fire": N_("火灾"),
        "lightning": N_("雷击"),
        "snow": N_("大雪"),
        "frost": N_("冰冻"),
        "drought": N_("干旱"),
        "earthquake": N_("地震"),
        "ground_sinking": N_("地面塌陷"),
    },
    "damage": {
        "roof": N_("屋顶损坏"),
        "leak": N_("漏雨"),
        "windows": N_("门窗损坏"),
        "wall": N_("墙体损坏"),
        "house_collapsed": N_("房屋倒塌"),
        "house_cracked": N_("房屋开裂"),
        "house_burnt": N_("房屋烧毁"),
        "water_in_house": N_("屋内进水"),
        "mud_in_house": N_("屋内进泥"),
        "shed": N_("附属房受损"),
        "belongings": N_("家中财物受损"),
        "crops": N_("庄稼受损"),
        "livestock": N_("牲畜受损"),
        "vehicle": N_("车辆受损"),
        "road": N_("道路不通"),
        "embankment": N_("堤坝受损"),
        "power": N_("停电"),
        "water_supply": N_("停水"),
        "phone": N_("通信中断"),
    },
    "need": {
        "rescue": N_("救援"),
        "doctor": N_("医生"),
        "medicine": N_("药品"),
        "shelter": N_("住处"),
        "food": N_("吃的"),
        "water": N_("喝的水"),
        "clothes": N_("衣被"),
        "tarpaulin": N_("防雨布"),
        "transport": N_("车辆"),
        "pump": N_("抽水"),
        "repair": N_("修理人手"),
        "visit": N_("上门看看"),
    },
}
