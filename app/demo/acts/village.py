"""Act one: the village as the hub knows it, and who sits at which desk."""

import asyncio
from typing import Any

from app.demo.cast import (
    CITY,
    HAIL_TOWNSHIP,
    KINDS,
    LAST_KIND,
    OFFLINE_GATEWAY,
    OPTED_OUT,
    ROSTER,
    SOURCE,
    TOWNSHIP,
    read_cast,
    sample,
)
from app.demo.crowd import Crowd
from app.demo.desk import Desk
from app.demo.errors import StoryFailed
from app.demo.scene import Scene
from app.demo.screen import Screen
from app.demo.stage import Stage

DESKS = {
    "officer": ("预警员", CITY, ["officer", "approver"]),  # may approve others' warnings, never their own
    "approver": ("值班局长", CITY, ["approver"]),
    "duty": ("荷湖乡值班员", TOWNSHIP, ["duty"]),
    "dongjia": ("董家镇值班员", HAIL_TOWNSHIP, ["duty"]),
}


async def furnish(stage: Stage, screen: Screen) -> Scene:
    """Load the sample and make the operators; return the scene in which the story plays."""
    screen.act("一、村里有谁", "who and where")
    token = await stage.first_token()
    admin = await stage.desk(token)
    for kind in (*KINDS, LAST_KIND, ROSTER):
        await _import(admin, kind)
    tokens = {"admin": token} | {name: await _operator(admin, *about) for name, about in DESKS.items()}
    cast = read_cast()
    scene = Scene(
        stage=stage,
        screen=screen,
        cast=cast,
        crowd=Crowd(cast, stage.director),
        admin=admin,
        officer=await stage.desk(tokens["officer"]),
        approver=await stage.desk(tokens["approver"]),
        duty=await stage.desk(tokens["duty"]),
        dongjia=await stage.desk(tokens["dongjia"]),
        tokens=tokens,
        people=(await admin.post("/people/look-up", {"source": SOURCE, "ids": cast.people}))["people"],
    )
    screen.say("丰城市609个村、荷湖乡的人家、党支部、值班岗位都录入了", f"609 villages and {len(cast.people)} people")
    await _put_up_gateways(scene)
    await _open_chats(scene)
    await _opt_out(scene)
    return scene


async def _import(admin: Desk, kind: str) -> None:
    report = await admin.upload(f"/imports/{kind}", sample(f"{kind}.csv"), "text/csv", source=SOURCE, dry_run="false")
    if report["bad"]:
        raise StoryFailed(what=f"the sample's {kind} have {report['bad']} bad rows: {report['faults'][:3]}")


async def _operator(admin: Desk, title: str, area: str, roles: list[str]) -> str:
    made = await admin.post("/operators", {"title": title, "area": area, "roles": roles})
    return str((await admin.post("/tokens", {"operator": made["id"], "label": "demo"}))["secret"])


async def _put_up_gateways(scene: Scene) -> None:
    """Fifteen villages have a loudspeaker; the line to one of them is down this morning."""
    listed = [each async for each in scene.admin.everything("/gateways", area=TOWNSHIP)]
    accounts = {each["code"]: await _account(scene, each["code"]) for each in listed}
    director = scene.stage.director
    await director.put_up(accounts)

    async def all_online() -> bool:
        return await director.gateways_online() == len(accounts)

    await scene.until("every loudspeaker at the broker", all_online)
    await director.gateway_goes(OFFLINE_GATEWAY, "offline")
    scene.screen.say(
        "15个村的大喇叭上线，坪坑村的线路断了", f"{len(accounts)} loudspeakers; one village's line is down"
    )


async def _account(scene: Scene, code: str) -> Any:
    return await scene.admin.post(f"/gateways/{code}/account")


async def _open_chats(scene: Scene) -> None:
    hands = asyncio.Semaphore(8)

    async def open_one(person: str, chat: str) -> None:
        async with hands:
            given = {"person": scene.people[person], "channel": "telegram", "value": chat}
            await scene.admin.post("/addresses", given)

    await asyncio.gather(*(open_one(*each) for each in scene.cast.chats.items()))
    scene.screen.say(f"{len(scene.cast.chats)}人用聊天软件，其他人用短信", f"{len(scene.cast.chats)} people use a chat")


async def _opt_out(scene: Scene) -> None:
    """One man does not want to be warned at all, and said so in writing."""
    listed = await scene.admin.get(f"/people/{scene.people[OPTED_OUT]}/addresses")
    for address in listed:
        await scene.admin.put(f"/addresses/{address['id']}/consents/warnings", {"granted": False})
    name = scene.cast.names[OPTED_OUT]
    scene.screen.say(f"{name}书面声明不要预警短信", "one person has opted out of warnings, in writing")
