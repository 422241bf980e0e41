"""What the pages of a check may say to each other; whatever is not of this form ends the line it came over."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from app.pages.phone.brought import Strict

LARGEST: Final = 32_768  # bytes of one message: a description of sound and picture has about 6,000
LONGEST_DESCRIPTION: Final = 24_000

Call = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{8,40}$")]  # made by the viewer
Seat = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Description = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_DESCRIPTION)]
Candidate = Annotated[str, StringConstraints(max_length=1_000)]
Short = Annotated[str, StringConstraints(max_length=300)]


class Hello(Strict):
    """I am here. `pc`: whether pictures of mine still flow; if not, whoever looks should call."""

    kind: Literal["hello"]
    pc: bool = False


class Calling(Strict):
    """A viewer wants to see: the phone, which owns the camera, makes the offer."""

    kind: Literal["call"]
    call: Call


class Offer(Strict):
    kind: Literal["offer"]
    to: Seat
    call: Call
    sdp: Description


class Answer(Strict):
    kind: Literal["answer"]
    call: Call
    sdp: Description


class Ice(Strict):
    """A way by which the pictures might go."""

    kind: Literal["ice"]
    to: Seat | None = None
    call: Call
    candidate: Candidate
    sdpMid: Short | None = None  # noqa: N815 - the browsers' own names
    sdpMLineIndex: Annotated[int, Field(ge=0, le=32)] | None = None  # noqa: N815
    usernameFragment: Short | None = None  # noqa: N815


class Full(Strict):
    """So many look already that one more would spoil it for all."""

    kind: Literal["full"]
    to: Seat
    call: Call


class Bye(Strict):
    """A viewer looks no longer, or the phone shows no longer."""

    kind: Literal["bye"]
    to: Seat | None = None
    call: Call | None = None


FROM_FIELD: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[Hello | Offer | Ice | Full | Bye, Field(discriminator="kind")]
)
FROM_VIEWER: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[Hello | Calling | Answer | Ice | Bye, Field(discriminator="kind")]
)


def read(said: str, *, field: bool) -> dict[str, Any] | None:
    """Return what a page said; None if it is nothing that this side may say."""
    if len(said) > LARGEST:
        return None
    try:
        heard = (FROM_FIELD if field else FROM_VIEWER).validate_json(said)
    except ValidationError:
        return None
    written: dict[str, Any] = heard.model_dump(exclude_none=True)
    return written
