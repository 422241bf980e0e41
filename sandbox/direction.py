"""The director's door: the ledger to read, and every peer's controls, below /_sandbox."""

from collections.abc import Iterable
from dataclasses import asdict

from aiohttp import web

from sandbox.faults import Fault, FaultKind, Faults
from sandbox.serving import Peer, World

LARGEST_ORDER = 32 * 1024 * 1024  # bytes: somebody may be told to send a photo


def direction(world: World, peers: Iterable[Peer]) -> web.Application:
    """Return the application that directs `peers`."""

    async def ledger(request: web.Request) -> web.Response:
        """Give entries from number `since` on; `next` is where to go on."""
        asked = request.query
        found = world.ledger.entries(
            since=int(asked.get("since", "0")), channel=asked.get("channel"), address=asked.get("address")
        )
        return web.json_response({"entries": [asdict(entry) for entry in found], "next": len(world.ledger)})

    app = web.Application(client_max_size=LARGEST_ORDER)
    app.router.add_get("/_sandbox/ledger", ledger)
    for peer in peers:
        for control in peer.controls:
            app.router.add_route(control.method, f"/_sandbox/{peer.name}{control.path}", control.handler)
    return app


def fault_control(faults: Faults) -> web.RouteDef:
    """Return the control that orders faults: {"kind": …, "times": 1, "seconds": 0}; {"kind": null} clears them."""

    async def order(request: web.Request) -> web.Response:
        asked = await request.json()
        if asked["kind"] is None:
            faults.clear()
        else:
            faults.order(Fault(FaultKind(asked["kind"]), asked.get("seconds", 0.0)), asked.get("times", 1))
        return web.Response(status=204)

    return web.post("/faults", order)
