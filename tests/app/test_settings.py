"""Settings: from variables and one file, and one readable line for whatever is wrong, without its value."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.errors import UnknownSetting, UnreadableSettings, WrongSetting
from app.settings import Settings, read_settings
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.errors import ClockNotReal
from ground.clock import StoryClock, WallClock
from ground.sealing import Seals, new_key


@dataclass(frozen=True, slots=True)
class PigeonSettings:
    ring: str = field(repr=False)
    base_url: str = "https://loft.example"
    per_second: int = 3
    lofts: tuple[str, ...] = ()


def build_nothing(_settings: object, _surroundings: object) -> object:
    raise AssertionError("settings build no channel")


PIGEON = ChannelKind("pigeon", Abilities(receipts=False), PigeonSettings, build_nothing)  # type: ignore[arg-type]


def read(variables: dict[str, str] | None = None, toml: str | None = None, *, folder: Path | None = None) -> Settings:
    path = None
    if toml is not None and folder is not None:
        path = folder / "mingluo.toml"
        path.write_text(toml, encoding="utf-8")
    return read_settings(path, variables or {}, [PIGEON])


def test_without_settings_it_binds_to_loopback_on_sqlite_in_a_folder_of_its_own() -> None:
    settings = read()
    assert settings.host == "127.0.0.1"
    assert settings.database_url == f"sqlite:///{settings.data / 'mingluo.db'}"
    assert settings.channel("pigeon") is None
    assert settings.story_clock() == WallClock()


def test_variables_come_before_the_file_setting_by_setting(tmp_path: Path) -> None:
    toml = 'port = 1\nhost = "::1"\n[channels.pigeon]\nring = "blue"\nper_second = 9'
    settings = read({"MINGLUO_PORT": "2", "MINGLUO_CHANNELS__PIGEON__PER_SECOND": "5"}, toml, folder=tmp_path)
    assert (settings.port, settings.host) == (2, "::1")
    assert settings.channel("pigeon") == PigeonSettings("blue", per_second=5)


def test_keys_are_checked_and_neither_they_nor_what_is_wrong_with_one_is_ever_shown() -> None:
    old, new = new_key(), new_key()
    settings = read({"MINGLUO_SECRETS__KEYS": f'["{new}", "{old}"]'})
    assert settings.seals() == Seals.of([new, old])
    assert new not in repr(settings)
    with pytest.raises(WrongSetting, match="mingluo key") as refused:
        read({"MINGLUO_SECRETS__KEYS": '["hunter2"]'})
    assert "hunter2" not in str(refused.value)


def test_the_file_may_be_named_by_a_variable(tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text("port = 7")
    assert read({"MINGLUO_CONFIG": str(tmp_path / "it.toml")}).port == 7


def test_a_list_in_a_variable_is_written_as_json() -> None:
    lofts = {"MINGLUO_CHANNELS__PIGEON__LOFTS": '["north", "south"]', "MINGLUO_CHANNELS__PIGEON__RING": "red"}
    assert read(lofts).channel("pigeon").lofts == ("north", "south")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MINGLUO_POTR": "1"}, "There is no setting MINGLUO_POTR; did you mean MINGLUO_PORT?"),
        ({"MINGLUO_QUITE_ANOTHER_THING": "1"}, "There is no setting MINGLUO_QUITE_ANOTHER_THING."),
        (
            {"MINGLUO_CHANNELS__PIGEON__RINGS": "x"},
            "There is no setting MINGLUO_CHANNELS__PIGEON__RINGS; did you mean MINGLUO_CHANNELS__PIGEON__RING?",
        ),
    ],
)
def test_an_unknown_variable_is_named_with_the_nearest_known_one(variables: dict[str, str], words: str) -> None:
    with pytest.raises(UnknownSetting) as wrong:
        read(variables)
    assert str(wrong.value) == words


@pytest.mark.parametrize(
    ("toml", "name"), [("prot = 1", "prot"), ("[channels.pidgeon]\nring = 'x'", "channels.pidgeon"), ("[x.y]", "x")]
)
def test_an_unknown_name_in_the_file_is_refused(toml: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownSetting, match=f"There is no setting {name}"):
        read(toml=toml, folder=tmp_path)


@pytest.mark.parametrize(
    "variables",
    [
        {"MINGLUO_PORT": "hunter2"},
        {"MINGLUO_DATABASE": "mysql://user:hunter2@there/x"},
        {"MINGLUO_NATS": "hunter2"},
        {"MINGLUO_PUBLIC_URL": "ftp://hunter2"},
        {"MINGLUO_CLOCK__START": "2021-06-28T08:00:00"},
        {"MINGLUO_CLOCK__RATE": "0"},
        {"MINGLUO_LOG__LEVEL": "hunter2"},
        {"MINGLUO_CHANNELS__PIGEON": "hunter2"},
        {"MINGLUO_CHANNELS__PIGEON": "{hunter2"},
        {"MINGLUO_CHANNELS__PIGEON__PER_SECOND": "hunter2", "MINGLUO_CHANNELS__PIGEON__RING": "r"},
        {"MINGLUO_CHANNELS__PIGEON__PER_SECOND": "4"},
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_never_the_value(variables: dict[str, str]) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(variables)
    assert "MINGLUO_" in str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize("toml", ["port = ", "= 1", "[channels"])
def test_a_file_that_is_not_toml_is_refused_in_one_line(toml: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSettings) as wrong:
        read(toml=toml, folder=tmp_path)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSettings, match="cannot be read"):
        read_settings(tmp_path / "none.toml", {})


def test_secrets_never_show_in_a_repr() -> None:
    settings = read({"MINGLUO_CHANNELS__PIGEON__RING": "hunter2", "MINGLUO_DATABASE": "postgresql://u:hunter2@h/d"})
    assert "hunter2" not in repr(settings)


def test_story_time_runs_faster_only_where_every_vendor_is_on_this_machine() -> None:
    fast = {"MINGLUO_CLOCK__RATE": "60", "MINGLUO_CHANNELS__PIGEON__RING": "blue"}
    with pytest.raises(ClockNotReal, match=r"channels\.pigeon\.base_url"):
        read(fast)
    clock = read(fast | {"MINGLUO_CHANNELS__PIGEON__BASE_URL": "http://127.0.0.1:9"}).story_clock()
    assert isinstance(clock, StoryClock)
    assert clock.rate == 60


def test_story_time_may_start_on_another_day() -> None:
    clock = read({"MINGLUO_CLOCK__START": "2021-06-28T08:00:00+08:00"}).story_clock()
    assert 0 <= clock.now() - 1_624_838_400_000 < 5_000


def test_processes_that_share_an_origin_share_the_story() -> None:
    shared = {"MINGLUO_CLOCK__START": "2021-06-28T08:00:00+08:00", "MINGLUO_CLOCK__ORIGIN": "2026-01-01T00:00:00Z"}
    first, second = read(shared).story_clock(), read(shared).story_clock()
    assert isinstance(first, StoryClock)
    assert first == second
    with pytest.raises(WrongSetting, match="offset"):
        read({"MINGLUO_CLOCK__ORIGIN": "2026-01-01T00:00:00"})
