"""A home county with one of everything there is to be seen, another county beside it, and how each is asked for.

`examples` and `particular` hold the arguments that name things of the home county; the one who asks may be anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update

from audiences.addresses import Opening, Purpose
from audiences.stores.duties import Handover
from audiences.stores.intake import staging
from audiences.stores.intake.registers.base import Intake
from audiences.stores.intake.staging import Place, Run, StagedRow
from audiences.stores.reach import consents
from audiences.stores.tables import (
    address_owners,
    addresses,
    area_closure,
    area_readings,
    areas,
    sites,
    village_codes,
)
from audiences.stores.targets import freezing, saved
from audiences.targeting.line_form import read
from audiences.targeting.target import Target
from bot.cases.aid import AidForm, FamilyType, Given
from bot.cases.assistance import Act as AssistanceAct
from bot.cases.assistance import Figures, Part
from bot.cases.assistance_values import Deed as AssistanceDeed
from bot.cases.assistance_values import Objecting
from bot.cases.assistance_values import Words as AssistanceWords
from bot.cases.evacuation import OrderKind
from bot.cases.relief import Act, Count, ForWhom, Grade, Level, Side
from bot.cases.relief_values import Deed, Draft, Entry, Request, Told, Words
from bot.stores.assistance import appeals, applications, notices, objections
from bot.stores.assistance import steps as assistance_steps
from bot.stores.evacuation.orders import OrderDraft
from bot.stores.relief import aid, identity, reports, requests, steps
from bot.stores.relief.aid import Judged
from bot.stores.relief.ledger import Wanted
from broadcast.alerts.lifecycle import State, Step
from broadcast.alerts.model import Alert, Ending, Identity, MsgType
from broadcast.answers import Answer, AnswerKind, Means, Spoke
from broadcast.answers import Entry as AnswerEntry
from broadcast.notices import Notice, NoticeDraft
from broadcast.notices import State as NoticeState
from broadcast.stores import alert_steps, alerts, confirmations, stops
from broadcast.stores.returns import answers
from broadcast.stores.tables import alerts as alerts_table
from ground.actor import Actor, system
from ground.events import NewsDesk
from ground.sealing import Seals, new_key
from ground.transaction import Database
from tests.broadcast.alerts.warnings import rain
from tests.builders import NOON, World
from tests.dispatching import Stage
from tests.foreign_doors import Knocking, door_examples, knocked
from tests.foreign_evacuation import Moving, evacuation_examples, moving_out
from tests.foreign_ladders import Called, called_out, ladder_examples
from tests.foreign_rosters import Watching, roster_examples, roster_particulars, watching
from tests.foreign_video import Watched, video_examples, video_particular, watched

FOREIGN = 7_777_777
FOREIGN_WORDS = ("F", "Foreign county", "county", "a post")  # what the other county has to say of itself


SEALS = Seals.of([new_key()])
NUMBER = "360981190001010016"


def entry_of(notice: int, person: int) -> AnswerEntry:
    return AnswerEntry(notice, person, AnswerKind.SAFE, Means.PHONE, Spoke.SELF, NOON, "all well")


IDENTITY = Identity("home-1", "home office", NOON, "2021-06-28T12:00:00+08:00")


@dataclass(frozen=True, slots=True)
class Directory:
    """The ids of what the directory of the home county has, one of each."""

    county: int
    village: int
    bare: int  # an area whose closure is not written yet
    household: int
    person: int
    neighbour: int
    site: int
    organisation: int
    post: int
    gateway: int
    address: int
    audience: int
    run: Run
    relief: Request
    twin: Request
    owed: str  # a first report
    aided: int  # a request on which aid was given
    assistance: int  # an application to be assessed, published and objected to before
    objection: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the home county has said: a warning under way, one that waits, a draft and a correction."""

    notice: Notice
    waiting: Notice
    prepared: Notice
    draft: NoticeDraft
    alert: Alert
    correction: Alert
    stop: int


@dataclass(frozen=True, slots=True)
class Counties:
    """Two operators who have every role, each in a county of their own; only the first county has anything in it."""

    operator: Actor
    foreigner: Actor
    directory: Directory
    said: Said
    moving: Moving
    called: Called
    watching: Watching
    door: Knocking
    watched: Watched


async def two_counties(database: Database) -> Counties:
    world = World(database)
    county = await world.area("H", "Home county", level="county")
    operator, foreigner = await world.operator(county), await world.operator(await _far_from(world))
    directory = await _directory(world, county, operator)
    said = await _said(Stage(database), directory, operator)
    moving = await _evacuation(database, directory, operator)
    called = await called_out(database, said.alert, directory.village, directory.post, directory.person)
    rosters = await watching(database, operator, directory.village, directory.person, said.notice.id)
    door = await knocked(database, directory.household)
    home = directory
    shown = await watched(database, operator, home.county, home.village, home.site, home.person)
    return Counties(operator, foreigner, directory, said, moving, called, rosters, door, shown)


async def _evacuation(database: Database, home: Directory, operator: Actor) -> Moving:
    return await moving_out(database, operator, home.village, home.household, home.person, home.site)


async def _far_from(world: World) -> int:
    """Make the other county; its id is like nothing that could be counted at home."""
    row = {"id": FOREIGN, "code": "F", "name": "Foreign county", "folded": "F", "level": "county", "source": "test"}
    async with world.database.writing() as tx:
        await tx.execute(insert(areas).values(row))
        await tx.execute(insert(area_closure).values(ancestor_id=FOREIGN, descendant_id=FOREIGN, depth=0))
    return FOREIGN


async def _directory(world: World, county: int, operator: Actor) -> Directory:
    village = await world.area("H1", "Home village", parent=county)
    bare = await world.area("H2", "Home hamlet", parent=county)
    household = await world.household(village, latitude=28.1, longitude=115.7)
    person = await world.person(village, "Li", sms="+15550100", household=household)
    neighbour = await world.person(village, "Wu", sms="+15550101")
    site = await world.site(village, name="Home slope")
    households = await world.household(village, site=site)
    organisation = await world.organisation(village, members=[person])
    post = await world.post(village, "patrol", person, site=site)
    gateway = await world.gateway(village, "gw-1", state="online", heard_at=1)
    await world.person(village, "Xu", household=households)
    async with world.database.writing() as tx:
        await tx.execute(delete(area_closure).where(area_closure.c.descendant_id == bare))
        await tx.execute(update(address_owners).values(external_id="phone-1"))
        address = await tx.value(select(addresses.c.id).where(addresses.c.value == "+15550100"))
        await consents.opt_in(tx, operator, address, Purpose.WARNINGS, "visit", at=NOON)
        await tx.execute(insert(village_codes).values(area_id=village, code="K7MQ2X", made_at=NOON))
        await tx.execute(insert(area_readings).values(area_id=village, folded="H1", full="homevillage", initials="hv"))
        await tx.execute(update(sites).values(latitude=28.2, longitude=115.8))
        await saved.save(tx, operator, "home people", read("residents(H)"), NOON)
        audience = await freezing.ask(tx, operator, Target.of("area(H)"), NOON)
        run = await staging.begin(tx, operator, "areas", "test", mark="an import of home")
        rows = [
            StagedRow(2, "H9", {}, above="H", depth=None),
            StagedRow(3, "H8", {}, above="H1", depth=1),
            StagedRow(4, "H99", {}, above="H9", depth=None),
        ]
        await staging.stage(tx, operator, run, rows)
    relief, twin, owed = await _relief(world, county, village, household)
    aided = await _aided(world, village, household, relief)
    assistance, objection = await _assistance(world, village, neighbour, relief)
    return Directory(
        county=county,
        village=village,
        bare=bare,
        household=household,
        person=person,
        neighbour=neighbour,
        site=site,
        organisation=organisation,
        post=post,
        gateway=gateway,
        address=address,
        audience=audience,
        run=run,
        relief=relief,
        twin=twin,
        owed=owed,
        aided=aided,
        assistance=assistance,
        objection=objection,
    )


async def _relief(world: World, county: int, village: int, household: int) -> tuple[Request, Request, str]:
    """Make two requests that may be of one household, and the first report that the county owes on them."""
    hub = system("test")
    entry = Entry(Means.PHONE, NOON)
    async with world.database.writing() as tx:
        first, _ = await requests.file(tx, hub, relief_draft(village, household, entry), NOON)
        second, _ = await requests.file(tx, hub, relief_draft(village, household, None), NOON)
        await reports.owe(tx, hub, county, first, NOON)
        owed = await reports.listed(tx, hub, county)
    return first, second, owed[0].public_id


async def _aided(world: World, village: int, household: int, relief: Request) -> int:
    """Have aid given on two requests of one household, of which the second is declined; return the first."""
    hub, given, made = system("test"), Given(100, 0, AidForm.CASH, NOON), []
    reason = Told(words={Words.REASON: "a reason"})
    async with world.database.writing() as tx:
        for _ in range(2):
            request, _ = await requests.file(tx, hub, relief_draft(village, household, None), NOON)
            await steps.take(tx, hub, request.id, Deed(Act.ACCEPT, NOON, NOON, side=Side.OFFICE))
            await aid.give(tx, hub, request.id, given, NOON)
            made.append(request.id)
        await steps.take(tx, hub, made[1], Deed(Act.DECLINE, NOON, NOON, reason))
        await aid.judge(tx, hub, relief.id, Judged(FamilyType.ORDINARY, 1), NOON)
        await identity.enter(tx, hub, SEALS, relief.id, NUMBER, NOON)
    return made[0]


async def _assistance(world: World, village: int, assessor: int, relief: Request) -> tuple[int, str]:
    """Make an application with a notice, an objection and a right to appeal, and send it back to be assessed."""
    hub, desk_of = system("test"), {Part.VILLAGE: "village_committee", Part.TOWNSHIP: "township_office"}
    clerk = await world.person(village, "Xi")
    for kind, member in zip(desk_of.values(), (assessor, clerk), strict=True):
        await world.organisation(village, kind, [member])
    async with world.database.writing() as tx:
        made = await applications.apply(tx, hub, relief.id, NOON, NOON, "Li")
        _, step = await assistance_steps.take(tx, hub, made.id, assessing(assessor))
        for act, part in ((AssistanceAct.PUBLISH, Part.VILLAGE), (AssistanceAct.OPEN_REVIEW, Part.HUB)):
            deed = AssistanceDeed(act, part, NOON, NOON)
            await assistance_steps.take(tx, hub, made.id, deed)
        notice = await notices.publish(tx, hub, await applications.load(tx, hub, made.id), step, NOON, NOON + 1)
        objection = await objections.keep(tx, hub, notice, step, Objecting("no", "Zhao"), NOON, NOON)
        await appeals.open_until(tx, hub, made.id, step, NOON)
        reason = {AssistanceWords.REASON: "a reason"}
        back = AssistanceDeed(AssistanceAct.SEND_BACK, Part.TOWNSHIP, NOON, NOON, (clerk,), words=reason)
        await assistance_steps.take(tx, hub, made.id, back)
    return made.id, objection.public_id


def assessing(assessor: int) -> AssistanceDeed:
    figures = Figures(Grade.SEVERE, 3, 1_500_000)
    return AssistanceDeed(AssistanceAct.ASSESS, Part.VILLAGE, NOON, NOON, (assessor,), figures, photos=("e" * 64,))


def relief_draft(area: int, household: int | None, entry: Entry | None) -> Draft:
    told = Told(
        {Count.PEOPLE: 3}, ("roof",), ("tarpaulin",), {Words.TOLD: "hail", Words.HEAD: "Li"}, ("d" * 64,), "hail"
    )
    whom = ForWhom.ENTERED if entry else ForWhom.OWN
    return Draft(area, whom, told, "person:1", NOON, Level.VILLAGE, None, household, entry=entry)


async def _said(stage: Stage, home: Directory, operator: Actor) -> Said:
    notice = await stage.notice(audience=home.audience, area=home.county)
    await stage.play()
    waiting = await stage.notice(audience=home.audience, area=home.county)
    prepared = await stage.notice(audience=home.audience, area=home.county, state=NoticeState.PREPARED)
    hub, issued = system("test"), {"state": State.ISSUED, "author": "operator:another"}
    async with stage.database.writing() as tx:
        answer = Answer(notice.id, home.address, home.person, AnswerKind.SAFE, "sms", NOON, "all well", "sms:1:1")
        await answers.record(tx, hub, NewsDesk(), answer)
        await tx.execute(update(addresses).where(addresses.c.id == home.address).values(stopped_at=1))
        stop = await stops.stop_notice(tx, operator, notice.id, "a stop", NOON)
        alert = await alerts.keep(tx, operator, rain(home.county, identity=IDENTITY), NOON)
        await alert_steps.write_down(tx, operator, NewsDesk(), alert, NOON, made=True)
        ending = rain(home.county, msg_type=MsgType.CANCEL, ending=Ending.CORRECTION)
        correction = await alerts.keep(tx, operator, ending, NOON)
        await tx.execute(update(alerts_table).where(alerts_table.c.id == correction.id).values(issued))
        await confirmations.expect(tx, operator, correction.id, NOON)
    draft = replace(stage.draft(home.audience), area=home.county)
    return Said(notice, waiting, prepared, draft, alert, correction, stop)


def examples(counties: Counties) -> dict[str, Any]:
    """Return an argument for each name that store functions give to theirs."""
    home, said = counties.directory, counties.said
    moving = evacuation_examples(counties.moving, home.village, home.household, home.person, home.county)
    rosters = roster_examples(counties.watching, home.village, home.person)
    others = ladder_examples(counties.called, said.alert) | rosters | door_examples(counties.door)
    others |= video_examples(counties.watched)
    return moving | others | {
        "address_id": home.address, "after": 0, "alert": said.alert, "alert_id": said.alert.id,
        "alert_ids": [said.correction.id], "applying": False,
        "area": home.village, "area_id": home.village, "area_ids": [home.village], "at": NOON,
        "audience": home.audience, "audience_id": home.audience, "before": NOON, "by": said.notice.id,
        "channel": "sms", "channels": ["sms"],
        "chosen": address_owners.c.person_id == home.person, "code": "gw-1",
        "codes": ["H1", "H9", "gw-1"], "depth": 1, "desk": NewsDesk(),
        "entry": entry_of(said.notice.id, home.neighbour),
        "earlier": [said.notice.id],
        "expression": read("residents(H)"), "expressions": [read('saved("home people")')],
        "external_ids": [*map(str, range(1, 10)), "phone-1", "H8"], "gateway_id": home.gateway,
        "gateway_ids": [home.gateway], "handovers": [Handover(home.post, home.neighbour, None, NOON)],
        "holder": home.neighbour, "household_id": home.household, "how": "visit", "identities": [IDENTITY],
        "identity": IDENTITY, "intake": Intake("test", NOON, NewsDesk()), "kind": "people", "language": "zh_CN",
        "level": "group", "limit": 10, "lines": [2], "made": True, "mark": "an import of home", "name": "home people",
        "notice": said.notice, "notice_id": said.notice.id, "notice_ids": [said.notice.id], "now": NOON,
        "office": "home office",
        "openings": [Opening(home.neighbour, "telegram", "42", "test")], "operator_id": counties.operator.id,
        "organisation_id": home.organisation, "origins": (said.notice.origin,), "parent": home.county,
        "person_id": home.person, "person_ids": [home.person], "persons": {home.person}, "place": Place(1, 3),
        "post_id": home.post, "post_ids": [home.post], "public_id": said.notice.public_id,
        "purpose": Purpose.WARNINGS, "reason": "a reason", "retires": True, "roles": [], "row_id": home.site,
        "row_ids": [home.site], "rule": 0, "rows": [StagedRow(9, "9", {})], "run": home.run,
        "sender": IDENTITY.sender, "site": home.site, "site_id": home.site, "source": "test", "stem": "home",
        "step": Step.SUBMIT, "stop_id": said.stop, "table": sites,
        "target": Target.of("residents()"), "text": "H1", "title": "a post", "under": home.county,
        "deed": Deed(Act.ACCEPT, NOON, NOON), "draft": relief_draft(home.village, home.household, None),
        "figures": {"people": 3}, "into_id": home.twin.id, "latitude": 28.1, "longitude": 115.7,
        "seals": SEALS, "number": NUMBER, "given": Given(0, 100, AidForm.GOODS, NOON), "wanted": Wanted(home.village),
        "judged": Judged(FamilyType.ORDINARY, 1),
        "application_id": home.assistance, "objection": home.objection,
        "request_id": home.relief.id, "request_ids": [home.relief.id],
        "value": "+15550100", "version": 1, "why": "a test", "words": [],
    }  # fmt: skip


def particular(counties: Counties, caller: Actor) -> Mapping[str, dict[str, Any]]:
    """Return what single functions need instead; after a colon: a second way to reach for what is another's."""
    home, said, moving = counties.directory, counties.said, counties.moving
    own: dict[str, Any] = {"area": caller.area}
    rosters = roster_particulars(counties.watching, home.village)
    return rosters | video_particular(counties.watched, home.county) | {
        "audiences.stores.areas.add": {"code": "H3"},
        "audiences.stores.gazetteer.mentioned": {"text": "home"},
        "bot.stores.place_names.place_names": {"text": "home"},
        "audiences.stores.village_codes.find": {"text": "K7MQ2X"},
        "audiences.stores.village_codes.code_of": {"area_id": home.county},
        "audiences.stores.readings.find": {"text": "hv"},
        "audiences.stores.areas.close_over": {"area_ids": [home.bare]},
        "audiences.stores.gateways.register": {"code": "gw-2"},
        "audiences.stores.operators.make: one who is a person of home": own | {"person": home.person},
        "audiences.stores.targets.resolving.resolve": {"target": Target.of("residents(H)")},
        "audiences.stores.targets.freezing.ask: in a place of home": {"target": Target.of("residents(H)")},
        "audiences.stores.targets.preview.preview: in a place of home": {"target": Target.of("residents(H)")},
        "audiences.stores.intake.staging.read": {"after": Place(0, 0)},
        "audiences.stores.offices.nearest": {"kind": "party_cell"},
        "audiences.stores.offices.topmost": {"kind": "party_cell"},
        "bot.stores.assistance.applications.apply": {"request_id": home.twin.id},
        "bot.stores.assistance.applications.named": {"name": home.relief.code},
        "bot.stores.assistance.steps.take": {"deed": assessing(home.neighbour)},
        "bot.stores.relief.requests.named": {"name": home.relief.code},
        "audiences.stores.people.named": {"name": "Li"},
        "bot.stores.relief.aid.give": {"request_id": home.aided},
        "bot.stores.relief.aid.of_request": {"request_id": home.aided},
        "bot.stores.relief.aid.of_requests": {"request_ids": [home.aided]},
        "bot.stores.relief.requests.file: for a household of home": {
            "draft": relief_draft(caller.area or 0, home.household, None)
        },
        "bot.stores.doors.tasks.load": {"public_id": counties.door.public_id},
        "bot.stores.doors.tasks.of_origin": {"origin": counties.door.origin},
        "bot.stores.doors.steps.take": {"deed": counties.door.deed},
        "bot.stores.relief.reports.listed": {"area": home.county},
        "bot.stores.relief.reports.load": {"public_id": home.owed},
        "bot.stores.relief.reports.make": {"public_id": home.owed},
        "broadcast.stores.ladders.rows.load": {"public_id": counties.called.public_id},
        "bot.stores.evacuation.orders.load": {"public_id": moving.order.id},
        "bot.stores.evacuation.roll.named": {"name": "Li"},
        "broadcast.stores.alert_steps.confirm": {"alert_id": said.correction.id},
        "broadcast.stores.confirmations.settle": {"alert_id": said.correction.id},
        "bot.stores.evacuation.orders.keep": {
            "draft": OrderDraft(kind=OrderKind.NOW, drill=False, area=home.village)
        },
        "broadcast.stores.alerts.keep": {"draft": rain(home.county)},
        "broadcast.stores.alerts.keep: in place of a warning of home": {
            "draft": rain(caller.area or 0, replaces=said.alert.id)
        },
        "broadcast.stores.alerts.overwrite": {"draft": rain(home.county)},
        "broadcast.stores.notices.create": {"draft": said.draft},
        "broadcast.stores.notices.create: for an audience of home": {"draft": replace(said.draft, **own)},
        "broadcast.stores.notices.create: for those who heard home": {
            "draft": replace(said.draft, **own, audience=None, tells_heard_of=(said.notice.id,))
        },
        "broadcast.stores.notices.release": {"notice_id": said.prepared.id},
        "broadcast.stores.speakers.gateways.keys_of": {"notice_ids": [said.notice.public_id]},
    }  # fmt: skip


SECOND_WAYS = (
    "bot.stores.relief.requests.file: for a household of home",
    "audiences.stores.operators.make: one who is a person of home",
    "audiences.stores.targets.freezing.ask: in a place of home",
    "audiences.stores.targets.preview.preview: in a place of home",
    "broadcast.stores.alerts.keep: in place of a warning of home",
    "broadcast.stores.notices.create: for an audience of home",
    "broadcast.stores.notices.create: for those who heard home",
)
