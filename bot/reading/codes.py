"""What a resident may report, by short code; the words for each stand in the tables of `words/`."""

from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    REPORT = "report"
    STATUS_QUESTION = "status_question"  # what became of an earlier report
    HELP_ONLY = "help_only"  # help is asked for, and nothing said of what for
    NONE = "none"  # something else, and known to be
    UNCLEAR = "unclear"  # nothing is understood: it may well be a report in words that no table has


class Hazard(StrEnum):
    HAIL = "hail"
    WIND = "wind"
    RAIN = "rain"
    FLOOD = "flood"
    LANDSLIDE = "landslide"  # and mud, and falling rock
    FIRE = "fire"
    LIGHTNING = "lightning"
    SNOW = "snow"
    FROST = "frost"  # and ice
    DROUGHT = "drought"
    EARTHQUAKE = "earthquake"
    GROUND_SINKING = "ground_sinking"


class Damage(StrEnum):
    ROOF = "roof"
    LEAK = "leak"
    WINDOWS = "windows"  # and doors
    WALL = "wall"
    HOUSE_COLLAPSED = "house_collapsed"
    HOUSE_CRACKED = "house_cracked"  # cracked, leaning, soft: stands, but for how long
    HOUSE_BURNT = "house_burnt"
    WATER_IN_HOUSE = "water_in_house"
    MUD_IN_HOUSE = "mud_in_house"
    SHED = "shed"  # kitchen, sty, byre: what relief statistics do not count as a dwelling
    BELONGINGS = "belongings"
    CROPS = "crops"
    LIVESTOCK = "livestock"  # and fish
    VEHICLE = "vehicle"
    ROAD = "road"  # and bridges
    EMBANKMENT = "embankment"  # dykes, dams, pond walls
    POWER = "power"
    WATER_SUPPLY = "water_supply"
    PHONE = "phone"


class Need(StrEnum):
    RESCUE = "rescue"
    DOCTOR = "doctor"
    MEDICINE = "medicine"
    SHELTER = "shelter"
    FOOD = "food"
    WATER = "water"
    CLOTHES = "clothes"  # and quilts
    TARPAULIN = "tarpaulin"
    TRANSPORT = "transport"
    PUMP = "pump"
    REPAIR = "repair"  # hands: to clear mud, to lay tiles
    VISIT = "visit"  # somebody shall come and look


class When(StrEnum):
    """When it happened, in the writer's words."""

    NOW = "now"
    JUST_NOW = "just_now"
    EARLY_TODAY = "early_today"  # before dawn
    THIS_MORNING = "this_morning"
    THIS_NOON = "this_noon"
    THIS_AFTERNOON = "this_afternoon"
    TONIGHT = "tonight"
    TODAY = "today"
    LAST_NIGHT = "last_night"
    YESTERDAY = "yesterday"
    DAY_BEFORE_YESTERDAY = "day_before_yesterday"
