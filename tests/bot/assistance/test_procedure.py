"""From 户报 to the day it is paid, on both databases: who decided, who may not, what is told, and until when."""

import pytest
from sqlalchemy import select

from bot.assistance.desk import ASSISTANCE
from bot.assistance.handling import apply
from bot.cases.assistance import Act, Figures, Part, Stage
from bot.cases.assistance_errors import (
    AmountDiffers,
    AppealedAlready,
    AppealTooLate,
    AppliedAlready,
    AssessorsMissing,
    DecidedBefore,
    LessThanPaid,
    NotAtThisStage,
    NothingToApplyFor,
    NoticeOver,
    NotOfTheOffice,
    ObjectorWithheld,
    OfficeAbove,
    OfTheFamily,
    PaidWhen,
    TooManyObjections,
    WordsMissing,
)
from bot.cases.assistance_policy import Policy
from bot.cases.assistance_values import Deed, Words
from bot.cases.relief import Grade, Level
from bot.cases.relief import State as ReliefState
from bot.stores.assistance import appeals, objections, steps
from bot.stores.assistance.tables import (
    assistance_deadlines,
    assistance_objectors,
    assistance_payments,
    assistance_words,
)
from bot.stores.relief.tables import relief_requests
from ground.clock import DAY
from tests.bot.assistance.conftest import CENTRE, CLERK, FIGURES, PHONE, REASON, SECRETARY, Fujia, Procedure

APPEAL = {Words.APPEAL: "少算了一间"}


async def test_from_the_report_to_the_money_everybody_knows_what_was_decided(procedure: Procedure) -> None:
    made = await procedure.granted()
    assert (made.stage, made.granted) == (Stage.GRANTED, 1_500_000)
    paid = await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000)
    assert paid.stage is Stage.PAID
    said = "\n".join(procedure.heard(PHONE, "sms"))
    for words in (
        "收到了",
        "严重损坏，3间，建议救助15,000元",
        "正在公示",
        "乡镇审过了",
        "县里同意救助：15,000元",
        "已发",
    ):
        assert words in said
    assert "申诉，截止" in said
    assert any("上门评" in each for each in procedure.heard(SECRETARY))
    assert any("请审核" in each for each in procedure.heard(CLERK))
    assert any("请决定" in each for each in procedure.heard(CENTRE))
    async with procedure.stage.database.reading() as tx:
        story = await steps.history(tx, ASSISTANCE, made.id)
        amounts = await tx.values(select(assistance_payments.c.amount))
    assert [step.act for step in story] == ["file", "assess", "publish", "open_review", "review", "grant", "pay"]
    assert story[1].assessors == procedure.fujia.committee[:2]
    assert story[1].photos == ("a" * 64,)
    assert (story[1].rooms, story[1].auxiliary, story[1].grade) == (3, 1, Grade.SEVERE)
    assert amounts == [1_500_000]


async def test_a_notice_hangs_all_its_days_and_then_it_is_the_townships_turn(procedure: Procedure) -> None:
    made = await procedure.published()
    notice = await procedure.notice(made)
    assert notice.until_at - notice.from_at == 7 * DAY
    assert await procedure.pass_by(7 * DAY - 1) == 0
    assert (await procedure.load(made)).stage is Stage.PUBLIC_NOTICE
    assert await procedure.pass_by(1) == 1
    assert (await procedure.load(made)).stage is Stage.TOWNSHIP_REVIEW
    assert (await procedure.notice(made)).ended_at == notice.until_at
    assert await procedure.pass_by(DAY) == 0


async def test_nobody_reviews_or_decides_before_the_notice_is_over(procedure: Procedure) -> None:
    made = await procedure.published()
    for act, part in ((Act.REVIEW, Part.TOWNSHIP), (Act.GRANT, Part.COUNTY), (Act.PAY, Part.COUNTY)):
        with pytest.raises(NotAtThisStage):
            await procedure.do(made, act, part, amount=1)


async def test_a_relative_on_the_committee_takes_no_part(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    for assessors in ((fujia.cousin,), (fujia.committee[0], fujia.cousin)):
        with pytest.raises(OfTheFamily):
            await procedure.do(made, Act.ASSESS, Part.VILLAGE, *assessors, figures=FIGURES)
    assert (await procedure.load(made)).stage is Stage.HOUSEHOLD_REPORT


async def test_only_the_offices_own_people_judge_and_only_within_their_area(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    with pytest.raises(NotOfTheOffice):
        await procedure.do(made, Act.ASSESS, Part.VILLAGE, fujia.clerks[0], figures=FIGURES)
    await procedure.do(made, Act.ASSESS, Part.VILLAGE, figures=FIGURES)
    await procedure.do(made, Act.PUBLISH, Part.VILLAGE)
    await procedure.pass_by(7 * DAY)
    with pytest.raises(OfficeAbove):
        await procedure.do(made, Act.REVIEW, Part.TOWNSHIP, actor=fujia.operators[Part.VILLAGE])


async def test_who_judges_must_be_said(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    deed = Deed(Act.ASSESS, Part.VILLAGE, procedure.now, procedure.now, (), FIGURES)
    async with procedure.stage.database.writing() as tx:
        with pytest.raises(AssessorsMissing):
            await steps.take(tx, fujia.operators[Part.VILLAGE], made.id, deed)


async def test_an_objection_is_heard_by_others_than_the_first_assessors(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.published()
    await procedure.object_to(made)
    assert (await procedure.load(made)).stage is Stage.PUBLIC_NOTICE
    await procedure.pass_by(7 * DAY)
    assert (await procedure.load(made)).stage is Stage.OBJECTION
    assert any("没评过的人" in each for each in procedure.heard(CLERK))
    for first in fujia.committee[:2]:
        with pytest.raises(DecidedBefore):
            await procedure.do(made, Act.CONFIRM, Part.VILLAGE, first, words=REASON)
    with pytest.raises(DecidedBefore):  # the village's operator typed the first assessment
        await procedure.do(made, Act.CONFIRM, Part.VILLAGE, fujia.committee[2], words=REASON)
    heard = await procedure.do(
        made, Act.CONFIRM, Part.VILLAGE, fujia.committee[2], words=REASON, actor=fujia.operators[Part.TOWNSHIP]
    )
    assert heard.stage is Stage.TOWNSHIP_REVIEW
    async with procedure.stage.database.reading() as tx:
        assert [each.outcome for each in await objections.of_application(tx, ASSISTANCE, made.id)] == ["confirm"]


async def test_what_others_assess_anew_is_published_again_for_all_its_days(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.published()
    await procedure.object_to(made)
    await procedure.pass_by(7 * DAY)
    less = Figures(Grade.SLIGHT, 1, 200_000)
    again = await procedure.do(made, Act.REASSESS, Part.TOWNSHIP, figures=less)
    assert (again.stage, again.round, again.amount) == (Stage.VILLAGE_ASSESSMENT, 2, 200_000)
    await procedure.do(made, Act.PUBLISH, Part.TOWNSHIP)
    assert await procedure.pass_by(7 * DAY - 1) == 0
    await procedure.pass_by(1)
    assert (await procedure.load(made)).stage is Stage.TOWNSHIP_REVIEW
    with pytest.raises(DecidedBefore):  # who assessed does not review
        await procedure.do(made, Act.REVIEW, Part.TOWNSHIP)
    assert (await procedure.do(made, Act.REVIEW, Part.TOWNSHIP, fujia.clerks[1])).stage is Stage.COUNTY_DECISION


async def test_an_objection_that_nobody_hears_is_told_to_township_and_county(procedure: Procedure) -> None:
    made = await procedure.published()
    await procedure.object_to(made)
    await procedure.pass_by(7 * DAY)
    assert await procedure.pass_by(5 * DAY) == 1
    for chat in (CLERK, CENTRE):
        assert "还没有人重新评" in procedure.heard(chat)[-1]
    assert await procedure.pass_by(5 * DAY) == 0


async def test_who_objected_is_shown_above_the_village_alone(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.published()
    objection = await procedure.object_to(made, name="李四", phone="+999150009")
    nameless = await procedure.object_to(made, "他家只坏了棚子")
    async with procedure.stage.database.writing() as tx:
        with pytest.raises(ObjectorWithheld):
            await objections.objector_of(tx, fujia.operators[Part.VILLAGE], objection.public_id, procedure.now)
        for part in (Part.TOWNSHIP, Part.COUNTY):
            who = await objections.objector_of(tx, fujia.operators[part], objection.public_id, procedure.now)
            assert (who.name, who.phone) == ("李四", "+999150009")
        nobody = await objections.objector_of(tx, fujia.operators[Part.COUNTY], nameless.public_id, procedure.now)
        assert (nobody.name, nobody.phone, nobody.person) == (None, None, None)
        story = await steps.history(tx, fujia.operators[Part.VILLAGE], made.id)
    assert "李四" not in repr(story) + repr(objection)
    assert "李四" not in "".join(procedure.heard(SECRETARY))


async def test_an_objection_comes_while_the_notice_hangs_and_says_something(procedure: Procedure) -> None:
    made = await procedure.published()
    with pytest.raises(WordsMissing):
        await procedure.object_to(made, "   ")
    await procedure.pass_by(7 * DAY)
    with pytest.raises(NoticeOver):
        await procedure.object_to(made)


async def test_a_machine_that_objects_without_end_is_stopped(procedure: Procedure) -> None:
    procedure.desk = type(procedure.desk)(procedure.desk.teller, procedure.desk.news, Policy(7, 5, 60, 2))
    made = await procedure.published()
    for _ in range(2):
        await procedure.object_to(made)
    with pytest.raises(TooManyObjections):
        await procedure.object_to(made)


async def test_what_the_township_sends_back_the_village_is_told_with_the_reason(procedure: Procedure) -> None:
    made = await procedure.reviewable()
    back = await procedure.do(made, Act.SEND_BACK, Part.TOWNSHIP, words={Words.REASON: "少了照片"})
    assert back.stage is Stage.HOUSEHOLD_REPORT
    assert "少了照片" in procedure.heard(SECRETARY)[-1]
    again = await procedure.do(made, Act.ASSESS, Part.VILLAGE, figures=FIGURES)
    assert again.stage is Stage.VILLAGE_ASSESSMENT


async def test_nothing_is_refused_without_a_reason(procedure: Procedure) -> None:
    made = await procedure.apply()
    with pytest.raises(WordsMissing):
        await procedure.do(made, Act.REFUSE, Part.VILLAGE)


async def test_a_refusal_says_why_and_until_when_to_appeal_and_others_hear_it(
    procedure: Procedure, fujia: Fujia
) -> None:
    made = await procedure.refused()
    said = procedure.heard(PHONE, "sms")[-1]
    assert "看过了" in said
    assert "截止9月3日" in said
    await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL, by="person:1")
    assert "少算了一间" in procedure.heard(CENTRE)[-1]
    with pytest.raises(DecidedBefore):
        await procedure.do(made, Act.ALLOW, Part.COUNTY, words=REASON)
    with pytest.raises(DecidedBefore):  # the same operator, whoever is named
        await procedure.do(made, Act.ALLOW, Part.COUNTY, fujia.centre[1], words=REASON)
    other = await procedure.another(fujia.county)
    allowed = await procedure.do(made, Act.ALLOW, Part.COUNTY, fujia.centre[1], words=REASON, actor=other)
    assert (allowed.stage, allowed.round, allowed.level) == (Stage.HOUSEHOLD_REPORT, 2, Level.VILLAGE)
    with pytest.raises(DecidedBefore):
        await procedure.do(made, Act.ASSESS, Part.VILLAGE, fujia.committee[0], figures=FIGURES, actor=other)
    anew = await procedure.do(made, Act.ASSESS, Part.VILLAGE, fujia.committee[2], figures=FIGURES, actor=other)
    assert anew.stage is Stage.VILLAGE_ASSESSMENT


async def test_a_village_that_refuses_is_judged_by_its_township(procedure: Procedure) -> None:
    made = await procedure.apply()
    await procedure.do(made, Act.REFUSE, Part.VILLAGE, words=REASON)
    appealed = await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)
    assert (appealed.stage, appealed.level) == (Stage.APPEAL, Level.TOWNSHIP)
    assert "替您登记" in procedure.heard(PHONE, "sms")[-1]
    closed = await procedure.do(made, Act.REJECT, Part.TOWNSHIP, words=REASON)
    assert closed.stage is Stage.CLOSED


async def test_an_appeal_comes_once_and_in_time(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.granted()
    await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)
    other = await procedure.another(fujia.county)
    stands = await procedure.do(made, Act.REJECT, Part.COUNTY, fujia.centre[1], words=REASON, actor=other)
    assert (stands.stage, stands.granted) == (Stage.GRANTED, 1_500_000)
    with pytest.raises(AppealedAlready):
        await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)


async def test_nobody_appeals_after_the_deadline_and_a_refusal_is_final_then(procedure: Procedure) -> None:
    made = await procedure.refused()
    procedure.stage.clock.pass_by(60 * DAY + 1)
    with pytest.raises(AppealTooLate):
        await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)
    assert await procedure.pass_by(0) == 1
    assert (await procedure.load(made)).stage is Stage.CLOSED
    assert "时间过了" in procedure.heard(PHONE, "sms")[-1]
    async with procedure.stage.database.reading() as tx:
        assert [each.outcome for each in await appeals.of_application(tx, ASSISTANCE, made.id)] == ["lapse"]


async def test_only_what_was_granted_is_paid_once_and_not_in_the_future(procedure: Procedure) -> None:
    made = await procedure.granted()
    with pytest.raises(AmountDiffers):
        await procedure.do(made, Act.PAY, Part.COUNTY, amount=1)
    for at in (procedure.now + 1, procedure.now - DAY):
        with pytest.raises(PaidWhen):
            await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000, at=at)
    await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000)
    with pytest.raises(NotAtThisStage):
        await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000)


async def test_who_was_paid_may_still_appeal_and_is_paid_the_rest(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.granted()
    await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000)
    await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)
    other = await procedure.another(fujia.county)
    await procedure.do(made, Act.ALLOW, Part.COUNTY, fujia.centre[1], words=REASON, actor=other)
    more = Figures(Grade.SEVERE, 4, 2_000_000)
    await procedure.do(made, Act.ASSESS, Part.VILLAGE, fujia.committee[2], figures=more, actor=other)
    await procedure.do(made, Act.PUBLISH, Part.VILLAGE)
    await procedure.pass_by(7 * DAY)
    await procedure.do(made, Act.REVIEW, Part.TOWNSHIP)
    with pytest.raises(LessThanPaid):
        await procedure.do(made, Act.GRANT, Part.COUNTY, fujia.centre[1], amount=1, actor=other)
    await procedure.do(made, Act.GRANT, Part.COUNTY, fujia.centre[1], amount=2_000_000, actor=other)
    with pytest.raises(AmountDiffers):
        await procedure.do(made, Act.PAY, Part.COUNTY, amount=2_000_000)
    paid = await procedure.do(made, Act.PAY, Part.COUNTY, amount=500_000)
    assert (paid.stage, paid.paid) == (Stage.PAID, 2_000_000)


async def test_a_rejected_appeal_leaves_what_was_paid_paid(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.granted()
    await procedure.do(made, Act.PAY, Part.COUNTY, amount=1_500_000)
    await procedure.do(made, Act.APPEAL, Part.APPLICANT, words=APPEAL)
    other = await procedure.another(fujia.county)
    stays = await procedure.do(made, Act.REJECT, Part.COUNTY, fujia.centre[1], words=REASON, actor=other)
    assert stays.stage is Stage.PAID


async def test_one_request_is_applied_for_once_and_not_when_it_was_declined(procedure: Procedure) -> None:
    made = await procedure.apply()
    async with procedure.stage.database.writing() as tx:
        with pytest.raises(AppliedAlready):
            await apply(procedure.desk, tx, ASSISTANCE, made.request, procedure.now, procedure.now)
    declined = await procedure.request()
    async with procedure.stage.database.writing() as tx:
        state = {"state": ReliefState.DECLINED.value}
        await tx.execute(relief_requests.update().where(relief_requests.c.id == declined.id).values(state))
        with pytest.raises(NothingToApplyFor):
            await apply(procedure.desk, tx, ASSISTANCE, declined.id, procedure.now, procedure.now)


async def test_a_household_withdraws_and_nothing_waits_for_it_any_more(procedure: Procedure) -> None:
    made = await procedure.published()
    gone = await procedure.do(made, Act.WITHDRAW, Part.APPLICANT)
    assert gone.stage is Stage.WITHDRAWN
    assert (await procedure.notice(made)).ended_at is not None
    assert "揭下来" in procedure.heard(SECRETARY)[-1]
    assert await procedure.pass_by(30 * DAY) == 0


async def test_two_sweeps_end_a_notice_once(procedure: Procedure) -> None:
    made = await procedure.published()
    await procedure.pass_by(7 * DAY)
    async with procedure.stage.database.writing() as tx:
        await tx.execute(assistance_deadlines.update().values(raised_at=None, met_at=None))
    await procedure.pass_by(0)
    async with procedure.stage.database.reading() as tx:
        story = await steps.history(tx, ASSISTANCE, made.id)
    assert [step.act for step in story].count(Act.OPEN_REVIEW) == 1


async def test_what_names_people_can_be_erased_and_the_story_stays(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.published()
    await procedure.object_to(made, name="李四")
    async with procedure.stage.database.writing() as tx:
        await steps.erase(tx, fujia.operators[Part.COUNTY], made.id)
        story = await steps.history(tx, ASSISTANCE, made.id)
        assert set(await tx.values(select(assistance_words.c.words))) == {None}
        assert await tx.values(select(assistance_objectors.c.name)) == [None]
        assert [each.words for each in await objections.of_application(tx, ASSISTANCE, made.id)] == [None]
    assert [step.act for step in story] == ["file", "assess", "publish", "object"]
    assert story[1].rooms == 3
