"""What every page may bring is written like this: keys that the phone made, ages instead of its clock, nothing more."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

KEY: Final = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

PhoneKey = Annotated[str, StringConstraints(pattern=KEY)]
Age = Annotated[int, Field(ge=0, le=10**12)]  # milliseconds since it was said, by the phone's own clock
Moment = Annotated[int, Field(ge=0, le=2**53)]  # milliseconds since 1970 UTC, by the phone's own clock


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
