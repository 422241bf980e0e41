"""A gateway obeys the holder of the key alone, once and in time; the broker gives nobody what is not theirs."""

import asyncio
import base64
import json
from dataclasses import replace

import aiomqtt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.broker.accounts import Account
from broadcast.channels.speaker_mqtt import topics
from broadcast.channels.speaker_mqtt.commands import Command, CommandKind, sealed
from ground.clock import HOUR
from sandbox.speaker.orders import RefusedError, verified
from tests.broadcast.channels.speaker.villages import VILLAGE, township
from tests.brokers import HOST, account
from tests.builders import NOON
from tests.speakers import Speakers, until

KEY = Ed25519PrivateKey.generate()
DOWN = topics.down("G1")


def command(target: str = DOWN, counter: int = 7) -> Command:
    return Command(
        id="c",
        kind=CommandKind.PLAY,
        counter=counter,
        target=target,
        drill=False,
        not_before=NOON,
        not_after=NOON + HOUR,
        sent_at=NOON,
        notice="n",
        text="走",
    )


def refusal(raw: bytes, topic: str = DOWN, last: int = 0, now: int = NOON) -> str:
    try:
        verified(raw, topic, (DOWN, topics.area(VILLAGE)), [KEY.public_key()], last, now)
    except RefusedError as refused:
        return refused.reason
    return "taken"


def test_a_gateway_takes_what_is_signed_in_time_new_and_said_to_it() -> None:
    assert refusal(sealed(KEY, command())) == "taken"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "unsigned"),
        (command().payload(), "unsigned"),
        (json.dumps({"p": base64.b64encode(command().payload()).decode()}).encode(), "unsigned"),
        (sealed(Ed25519PrivateKey.generate(), command()), "forged"),
        (sealed(KEY, replace(command(), not_after=NOON)), "expired"),
        (sealed(KEY, command("mingluo/area/elsewhere")), "foreign"),
        (sealed(KEY, command(topics.area(VILLAGE))), "foreign"),
        (sealed(KEY, command(counter=0)), "stale"),
    ],
)
def test_a_gateway_refuses_what_is_not_as_it_must_be(raw: bytes, why: str) -> None:
    assert refusal(raw) == why


def test_what_was_meant_for_another_place_is_refused_even_where_it_is_read() -> None:
    assert refusal(sealed(KEY, command("mingluo/area/elsewhere")), topic="mingluo/area/elsewhere") == "foreign"


def test_what_was_taken_once_is_stale() -> None:
    assert refusal(sealed(KEY, command(counter=7)), last=7) == "stale"


@given(st.data())
def test_not_one_byte_of_what_is_signed_can_be_bent(data: st.DataObject) -> None:
    envelope = json.loads(sealed(KEY, command()))
    part = data.draw(st.sampled_from(["p", "s"]))
    content = bytearray(base64.b64decode(envelope[part]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    envelope[part] = base64.b64encode(content).decode()
    assert refusal(json.dumps(envelope).encode()) == "forged"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_rubbish_breaks_a_gateway(raw: bytes) -> None:
    assert refusal(raw) == "unsigned"


async def test_recorded_commands_are_worth_nothing(speakers: Speakers) -> None:
    await township(speakers, "G1", "G2")
    async with hub(speakers) as client:
        await client.subscribe("mingluo/area/#")
        notice = await speakers.notice("走", "G1", "G2")
        await speakers.send(notice, "走", "G1", "G2")
        recorded = await anext(aiter(client.messages))
        await until(lambda: len(speakers.played()) == 2, "played")
        assert isinstance(recorded.payload, bytes)
        for topic in (str(recorded.topic), topics.down("G1")):
            await client.publish(topic, recorded.payload)
    gateway = speakers.fleet.gateways["G1"]
    await until(lambda: gateway.refused == {"stale": 1, "foreign": 1}, "both were refused")
    assert len(speakers.played()) == 2


async def test_forged_commands_are_refused_and_a_later_true_one_is_obeyed(speakers: Speakers) -> None:
    await township(speakers, "G1")
    forged = replace(command(), counter=2**62, not_after=NOON + 100 * HOUR)
    async with hub(speakers) as client:
        await client.publish(DOWN, sealed(Ed25519PrivateKey.generate(), forged))
    gateway = speakers.fleet.gateways["G1"]
    await until(lambda: gateway.refused["forged"], "refused")
    await speakers.send(await speakers.notice("走", "G1"), "走", "G1")
    await until(lambda: len(speakers.played()) == 1, "the true one")


async def test_an_account_reads_its_own_topics_and_nothing_else(speakers: Speakers) -> None:
    village = await township(speakers)
    await speakers.gateways([VILLAGE], village, "G1", "G2", put_up=False)
    mine = account(speakers.broker, "G1", VILLAGE)
    async with connection(speakers, mine) as client:
        for wish in ("mingluo/gateway/G2/down", "mingluo/gateway/+/down", "mingluo/area/other", "mingluo/#", "#"):
            await wished(client, wish)
        await client.subscribe(topics.area(VILLAGE))
        async with hub(speakers) as sender:
            for topic in ("mingluo/gateway/G2/down", "mingluo/area/other", "mingluo/gateway/G2/up"):
                await sender.publish(topic, b"not for you", qos=1)
            await sender.publish(topics.area(VILLAGE), b"for you", qos=1)
        heard = await anext(aiter(client.messages))
        assert heard.payload == b"for you"


async def test_an_account_writes_its_own_topic_and_nothing_else(speakers: Speakers) -> None:
    village = await township(speakers)
    await speakers.gateways([VILLAGE], village, "G1", "G2", put_up=False)
    async with hub(speakers) as ears:
        await ears.subscribe("mingluo/#")
        for topic in (topics.up("G2"), topics.down("G2"), topics.area(VILLAGE)):
            await tried(speakers, account(speakers.broker, "G1", VILLAGE), topic)
        async with connection(speakers, account(speakers.broker, "G1", VILLAGE)) as client:
            await client.publish(topics.up("G1"), b"mine", qos=1)
        heard = await anext(aiter(ears.messages))
        assert (str(heard.topic), heard.payload) == (topics.up("G1"), b"mine")


async def test_a_wrong_password_opens_nothing(speakers: Speakers) -> None:
    village = await township(speakers)
    await speakers.gateways([VILLAGE], village, "G1", "G2", put_up=False)
    one, other = (account(speakers.broker, code, VILLAGE) for code in ("G1", "G2"))
    assert one.password != other.password
    for wrong in (replace(one, password=other.password), replace(one, password=""), replace(one, name="gateway-G9")):
        with pytest.raises(aiomqtt.MqttError):
            async with connection(speakers, wrong):
                pass


def hub(speakers: Speakers) -> aiomqtt.Client:
    return connection(speakers, Account("hub", speakers.broker.password, (), ()), "ears")


def connection(speakers: Speakers, given: Account, identifier: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        HOST,
        speakers.broker.port,
        username=given.name,
        password=given.password,
        identifier=identifier or given.name,
        timeout=3,
    )


async def wished(client: aiomqtt.Client, topic: str) -> None:
    """Subscribe to what is not ours; the broker may refuse, or take it and never send."""
    granted = await client.subscribe(topic)
    assert granted is not None


async def tried(speakers: Speakers, given: Account, topic: str) -> None:
    """Write where we may not; the broker may swallow it, or hang up."""
    try:
        async with connection(speakers, given) as client:
            await client.publish(topic, b"not mine")
            await asyncio.sleep(0.1)
    except aiomqtt.MqttError:
        return
