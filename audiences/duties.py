"""A duty belongs to a post at a site, area or organisation; a term says who holds the post, from and until."""

from dataclasses import dataclass
from enum import StrEnum


class Duty(StrEnum):
    """The duties the house knows; a deployment's own begin with `x_`."""

    ADMINISTRATIVE = "administrative"  # 行政责任人
    TECHNICAL = "technical"  # 技术责任人
    PATROL = "patrol"  # 巡查责任人
    MONITOR = "monitor"  # 监测员
    DUTY_OFFICER = "duty_officer"  # 值班员
    LEADER_ON_DUTY = "leader_on_duty"  # 带班领导
    INFORMATION_OFFICER_A = "information_officer_a"  # 信息员 A 岗
    INFORMATION_OFFICER_B = "information_officer_b"  # 信息员 B 岗
    SHELTER_KEEPER = "shelter_keeper"  # 安置点管理员：at the site alone, over no group


@dataclass(frozen=True, slots=True)
class Term:
    """Who holds a post and who stands in; instants, `until` open while the term lasts."""

    id: int
    post: int
    holder: int
    deputy: int | None
    since: int
    until: int | None

    def lasts(self, now: int) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Post:
    """A post and the term that lasts, if one does; `rank` is the order in which holders of one duty are called."""

    id: int
    duty: str
    area: int
    site: int | None
    organisation: int | None
    rank: int
    term: Term | None
