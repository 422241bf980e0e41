"""The roots of every error of the house: the docstring is the message, the fields fill it."""

from typing import Any


class MingluoError(Exception):
    """Something went wrong."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**fields))


class Invalid(MingluoError):
    """What was given cannot be used."""


class NotFound(MingluoError):
    """There is no such thing here."""


class Forbidden(MingluoError):
    """This may not be done by this person."""


class Conflict(MingluoError):
    """This does not fit the present state."""


class Unavailable(MingluoError):
    """Something that is needed is not there now."""


class UnknownDatabase(Invalid):
    """The database address must begin with sqlite:/// or postgresql://; it begins with {scheme}."""


class MediaRefused(Invalid):
    """The file was not taken: {why}."""


class MediaMissing(NotFound):
    """No file with the digest {digest} is stored here."""
