"""Reading the settings: variables over one TOML file; whatever is unknown or wrong is one line, without its value."""

import dataclasses
import difflib
import json
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import InitSettingsSource, PydanticBaseSettingsSource

from app.errors import UnknownSetting, UnreadableSettings, WrongSetting
from app.settings.loopback import refuse_unreal_clock
from app.settings.sections import Settings, settings_with
from broadcast.channels import CHANNELS
from broadcast.channels.kind import ChannelKind

PREFIX = "MINGLUO_"
CONFIG = "MINGLUO_CONFIG"  # the one variable that names the file, and so is not in it
FOR_TESTS = "MINGLUO_TEST_"  # speaks to the suite, not to the hub

Steps = tuple[str, ...]
Tree = dict[str, Any]  # a setting's name → None, a section's name → its own tree


def read_settings(
    config: Path | None, environment: Mapping[str, str], kinds: Sequence[ChannelKind] = CHANNELS
) -> Settings:
    """Read and check all settings; raises UnknownSetting, WrongSetting, UnreadableSettings or ClockNotReal."""
    path = config or (Path(environment[CONFIG]) if environment.get(CONFIG) else None)
    written = _read_file(path) if path else {}
    known = _tree(settings_with(kinds))
    _refuse_unknown(_names_in(written), known, _as_written)
    variables = {
        tuple(name.removeprefix(PREFIX).lower().split("__")): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name != CONFIG and not name.startswith(FOR_TESTS)
    }
    _refuse_unknown(variables, known, _as_variable)
    settings = _build(settings_with(kinds), written, _nested(variables))
    refuse_unreal_clock(settings)
    return settings


def _read_file(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise UnreadableSettings(path=path, why=why.strerror or "it is not there") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise UnreadableSettings(path=path, why=f"it is not TOML ({str(why).splitlines()[0]})") from None


def _build(known: type[Settings], written: Tree, variables: Tree) -> Settings:
    class Sourced(known):  # type: ignore[valid-type, misc]  # the class is made from what is registered
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: Any, **_others: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return InitSettingsSource(settings_cls, variables), InitSettingsSource(settings_cls, written)

    try:
        return typing.cast("Settings", Sourced())
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        path = tuple(str(step) for step in first["loc"] if not isinstance(step, int))
        raise WrongSetting(setting=f"{_as_written(path)} ({_as_variable(path)})", why=_reason(first)) from None


def _nested(variables: Mapping[Steps, str]) -> Tree:
    """Return variables as the tree that a file would give; lists and whole sections are written as JSON."""
    tree: Tree = {}
    for path, value in sorted(variables.items()):
        section = tree
        for step in path[:-1]:
            section = section.setdefault(step, {})
        section[path[-1]] = _parsed(path, value)
    return tree


def _parsed(path: Steps, value: str) -> Any:
    if not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise WrongSetting(setting=_as_variable(path), why="it begins like JSON, but it is none") from None


def _reason(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _tree(section: Any) -> Tree:
    """Return the names that a section knows, its own sections below it."""
    if isinstance(section, type) and issubclass(section, BaseModel):
        return {name: _tree(field.annotation) or None for name, field in section.model_fields.items()}
    for option in (section, *typing.get_args(section)) if isinstance(section, types.UnionType) else (section,):
        if isinstance(option, type) and dataclasses.is_dataclass(option):
            return {field.name: None for field in dataclasses.fields(option)} or {"": None}
        if isinstance(option, type) and issubclass(option, BaseModel):
            return _tree(option)
    return {}


def _names_in(written: Mapping[str, Any], above: Steps = ()) -> Iterator[Steps]:
    for name, value in written.items():
        if isinstance(value, dict):
            yield from _names_in(value, (*above, name))
        yield (*above, name)


def _refuse_unknown(given: Iterable[Steps], known: Tree, spell: Callable[[Steps], str]) -> None:
    everything = [spell(path) for path in _leaves(known)]
    for path in given:
        if not _knows(known, path):
            near = difflib.get_close_matches(spell(path), everything, 1, 0.7)
            raise UnknownSetting(setting=spell(path), hint=f"; did you mean {near[0]}?" if near else ".")


def _knows(tree: Any, path: Steps) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True


def _leaves(tree: Tree, above: Steps = ()) -> Iterator[Steps]:
    for name, below in tree.items():
        yield (*above, name)
        if isinstance(below, dict):
            yield from _leaves(below, (*above, name))


def _as_written(path: Steps) -> str:
    return ".".join(path)


def _as_variable(path: Steps) -> str:
    return PREFIX + "__".join(path).upper()
