"""The command `mingluo`."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.errors import FolderTaken, HubIsRunning
from app.process import folder
from ground.errors import Conflict, MingluoError

if TYPE_CHECKING:
    from app.settings import Settings

FAILED, WRONG, TAKEN = 1, 2, 3  # exit codes: unforeseen; a setting or an argument; a folder that is in use
command = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
chosen: dict[str, Path | None] = {"config": None}


@command.callback()
def choose(
    config: Annotated[Path | None, typer.Option(envvar="MINGLUO_CONFIG", help="One TOML file with settings.")] = None,
) -> None:
    """Mingluo (鸣锣) warns villages and knows who has not answered. Settings: MINGLUO_… variables or one TOML file."""
    chosen["config"] = config


@command.command()
def serve() -> None:
    """Run the hub until Ctrl-C."""

    async def work(settings: "Settings") -> None:
        from app.lifecycle import serve as run  # noqa: PLC0415 - the whole house: a wrong setting does not wait for it

        await run(settings, lambda line: print(line, flush=True))

    run_with(work)


@command.command()
def worker() -> None:
    """Run one more sending process beside a hub on PostgreSQL."""

    async def work(settings: "Settings") -> None:
        from app.lifecycle import work as run  # noqa: PLC0415

        await run(settings, lambda line: print(line, flush=True))

    run_with(work)


@command.command()
def migrate() -> None:
    """Bring the database's tables to this version. Refused while a hub runs."""

    async def work(settings: "Settings") -> None:
        from app.process.tables import bring_up_to_date  # noqa: PLC0415

        try:
            with folder.owned(settings.data):
                await bring_up_to_date(settings)
        except FolderTaken as taken:
            raise HubIsRunning(**taken.fields) from None
        print("The tables are those of this version.")

    run_with(work)


@command.command()
def token(
    operator: Annotated[str | None, typer.Argument(help="The operator's id.")] = None,
    *,
    first_admin: Annotated[bool, typer.Option(help="Make the code for the first administrator.")] = False,
    label: Annotated[str, typer.Option(help="What the token is for.")] = "terminal",
) -> None:
    """Make a token for an operator, or the one-time code that makes the first administrator."""
    if (operator is None) is not first_admin:
        complain("Name an operator, or say --first-admin.", WRONG)

    async def work(settings: "Settings") -> None:
        from app.process import terminal  # noqa: PLC0415

        async with terminal.opened(settings) as hub:
            if first_admin:
                print((await terminal.post(hub, "/codes/first"))["code"])
            else:
                made = await terminal.post(hub, f"/operators/{operator}/tokens", params={"label": label})
                print(made["secret"])

    run_with(work)


@command.command(name="import")
def import_(
    kind: Annotated[str, typer.Argument(help="areas, people, households, addresses, posts, gateways …")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")],
    source: Annotated[str, typer.Option(help="Whose file it is; the same source updates what it brought before.")],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Take it over; without it, only report.")] = False,
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Take the good rows even if others are bad.")] = False,
) -> None:
    """Check a file of the directory and, with --apply, take it over."""

    async def work(settings: "Settings") -> None:
        from app.process import terminal  # noqa: PLC0415

        asked = {"source": source, "path": str(file.resolve()), "dry_run": not apply, "good_rows": good_rows}
        async with terminal.opened(settings) as hub:
            report = await terminal.post(hub, f"/imports/{kind}", params=asked)
        print("\n".join(terminal.report_lines(report)))
        if apply and not report["applied"]:
            complain("Nothing was taken over: correct the rows above, or say --good-rows.", FAILED)

    run_with(work)


@command.command()
def check() -> None:
    """Check settings, database, tables and queue, and ask the provider of every channel that is switched on."""

    async def work(settings: "Settings") -> None:
        from app.process import terminal  # noqa: PLC0415

        async with terminal.opened(settings) as hub:
            found = (await hub.get("/checks")).json()
        print("\n".join(terminal.check_lines(found)))
        if not all(found["needed"].values()):
            complain("Something that is needed is not there.", FAILED)
        if not {None, "yes"}.issuperset(found["channels"].values()):
            complain("A provider would not serve this hub now.", FAILED)

    run_with(work)


@command.command()
def demo(
    *, once: Annotated[bool, typer.Option("--once", help="End by itself when the story is told.")] = False
) -> None:
    """Play one warning from draft to every answer, on real protocols, on this machine alone."""
    from app.demo import story  # noqa: PLC0415

    raise typer.Exit(story.run(once=once))


@command.command()
def key() -> None:
    """Make a key for the setting `secrets.keys`, which seals identity numbers in the database."""
    from ground.sealing import new_key  # noqa: PLC0415

    print(new_key())


@command.command()
def version() -> None:
    """Say which version this is."""
    print(f"mingluo {version_of('mingluo')}")


def run_with(work: Callable[["Settings"], Awaitable[None]]) -> None:
    """Read the settings and do the work; what is wrong is one line on the terminal."""
    import structlog  # noqa: PLC0415 - who asks for help alone does not wait for settings and logs

    from app import logs  # noqa: PLC0415
    from app.process.collecting import collect_seldom  # noqa: PLC0415
    from app.settings import read_settings  # noqa: PLC0415

    collect_seldom()  # the modules that are read now stay for good
    log = structlog.get_logger()
    try:
        settings = read_settings(chosen["config"], os.environ)
        logs.set_up(settings.log)
        asyncio.run(_as_coroutine(work, settings))
    except FolderTaken as taken:
        complain(str(taken), TAKEN)
    except MingluoError as wrong:
        complain(str(wrong), TAKEN if isinstance(wrong, Conflict) else WRONG)
    except Exception as unforeseen:  # a driver's own words may quote numbers: only its name is shown
        log.exception("command.failed")
        complain(f"it did not work ({type(unforeseen).__name__}); the log says where", FAILED)


async def _as_coroutine(work: Callable[["Settings"], Awaitable[None]], settings: "Settings") -> None:
    await work(settings)


def complain(words: str, code: int) -> NoReturn:
    print(f"mingluo: {words}", file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    command()
