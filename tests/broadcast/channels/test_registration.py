"""A channel is one file or folder and one line: what is not registered would never be sent by."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass

import pytest

import broadcast.channels
from broadcast.channels import CHANNELS
from broadcast.channels.kind import ChannelKind

SECRET = ("token", "password", "secret")


def test_every_kind_of_channel_in_the_folder_is_registered() -> None:
    modules = pkgutil.iter_modules(broadcast.channels.__path__, "broadcast.channels.")
    found = {
        each
        for module in modules
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, ChannelKind)
    }
    assert found == set(CHANNELS)


def test_names_are_given_once() -> None:
    assert len({kind.name for kind in CHANNELS}) == len(CHANNELS)


@pytest.mark.parametrize("kind", CHANNELS, ids=lambda kind: kind.name)
def test_settings_are_frozen_and_show_no_secret(kind: ChannelKind) -> None:
    assert is_dataclass(kind.settings)
    assert vars(kind.settings)["__dataclass_params__"].frozen
    for field in fields(kind.settings):
        if any(word in field.name for word in SECRET):
            assert not field.repr
