"""The life of one process: own the folder, start in order, answer, and stop in the reverse order."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from app.api.application import make_application
from app.errors import AdminExists, SchemaBehind, WorkerNeedsPostgreSQL
from app.house import House
from app.process import folder, local
from app.process.collecting import collect_seldom
from app.process.listening import address_of, answering, listening, listening_locally
from app.process.opening import finishing, open_house, planning, queue_of_hub, send, switched
from app.process.tables import bring_up_to_date
from app.rounds import rounds_of
from app.scheduler import waking
from app.security.codes import make_first_code
from app.settings import Settings
from app.wiring import furnish
from audiences.importing.run import interrupted_imports
from ground.actor import system

log = structlog.get_logger()

Show = Callable[[str], None]


async def serve(settings: Settings, show: Show) -> None:
    """Run the hub until it is told to stop; a second signal ends it at once."""
    stop = asyncio.Event()
    _listen_for_signals(stop)
    async with running(settings, show):
        collect_seldom()
        await stop.wait()
        log.info("hub.stopping")
    log.info("hub.stopped")


@asynccontextmanager
async def running(settings: Settings, show: Show = lambda _line: None) -> AsyncIterator[House]:
    """Run a hub for the block: broker, channels, HTTP, engine and sweeps, closed in reverse."""
    async with AsyncExitStack() as stack:
        stack.enter_context(folder.owned(settings.data))
        bound = stack.enter_context(listening(settings.host, settings.port))
        await bring_up_to_date(settings)
        house = furnish(settings, stack, settings.public_url or address_of(bound))
        opened = await open_house(house, stack)
        left = await interrupted_imports(house.database)  # before anybody can begin a new one
        await stack.enter_async_context(switched(house))
        await stack.enter_async_context(answering(make_application(house), bound))
        place = stack.enter_context(folder.place_for_socket(settings.data))
        door = stack.enter_context(listening_locally(place))
        await stack.enter_async_context(answering(local.make_application(house), door))
        for platform in opened.platforms:
            await platform.start(stack)
        await send(opened.hub, stack)
        await stack.enter_async_context(planning(opened.hub))
        await stack.enter_async_context(finishing(house, left))
        await stack.enter_async_context(waking([*opened.rounds, *rounds_of(house, opened.hub)]))
        _leave_word(house, address_of(bound), str(place))
        stack.callback(folder.forget_word, settings.data)
        log.info(
            "hub.started", http=address_of(bound), database=house.database.dialect, channels=sorted(house.channels)
        )
        await _show_way_in(house, address_of(bound), show)
        yield house


async def work(settings: Settings, show: Show) -> None:
    """Run one more engine beside the hub, until told to stop."""
    if settings.on_sqlite:
        raise WorkerNeedsPostgreSQL
    stop = asyncio.Event()
    _listen_for_signals(stop)
    async with AsyncExitStack() as stack:
        settings = settings.model_copy(update={"nats": queue_of_hub(settings)})
        word = folder.read_word(settings.data)
        house = furnish(settings, stack, str(settings.public_url or word.get("public_url", "")))
        if not await house.checks["tables"]():
            raise SchemaBehind
        opened = await open_house(house, stack)
        await send(opened.hub, stack)
        log.info("worker.started", channels=sorted(house.channels))
        show("This worker sends; Ctrl-C ends it.")
        collect_seldom()
        await stop.wait()
    log.info("worker.stopped")


def _leave_word(house: House, http: str, socket: str) -> None:
    broker = house.broker
    nats = broker and f"nats://{broker.username}:{broker.password}@{broker.host}:{broker.nats_port}"
    mqtt = broker and f"{broker.host}:{broker.mqtt_port}"
    folder.leave_word(house.settings.data, http=http, public_url=house.public_url, socket=socket, nats=nats, mqtt=mqtt)


async def _show_way_in(house: House, address: str, show: Show) -> None:
    """Say where the hub answers; as long as there is no administrator, also how to become the first one."""
    show(f"Mingluo answers at {address} (the API: {address}/api)")
    try:
        async with house.database.writing() as tx:
            code = await make_first_code(tx, system("terminal"))
    except AdminExists:
        return
    show(f"There is no administrator yet. This one-time code makes the first one, within 12 hours: {code}")
    show(
        f'  curl -X POST {address}/api/v1/tokens/redeem -H "Content-Type: application/json" -d \'{{"code": "{code}"}}\''
    )


def _listen_for_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)  # asked twice: no more patience
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told, number)
