"""What can be wrong with a file, and with one cell of it; a cell's error says what is wrong and what to do."""

from typing import Any, ClassVar

from ground.errors import Conflict, Invalid


class UnknownKind(Invalid):
    """There is no import of {kind}. Known: {known}."""


class FileRefused(Invalid):
    """The file cannot be read: {why}"""


class EmptyFile(FileRefused):
    """The file is empty. Its first row must name the columns: {needed}."""


class WrongEncoding(FileRefused):
    """The file is neither UTF-8 nor GB 18030 text. Save it as "CSV UTF-8"."""


class NulBytes(FileRefused):
    """The file has NUL bytes, so it is UTF-16 or no text at all. Save it as "CSV UTF-8"."""


class WrongDelimiter(FileRefused):
    """The columns seem to be parted by {delimiter}. Part them by commas."""


class ColumnTwice(FileRefused):
    """The first row names the column {column} twice. Take one of them out."""


class MissingColumns(FileRefused):
    """The first row must name the columns {missing}; it has {found}. Write the names there, one per column."""


class BadCsv(FileRefused):
    """Row {row} is no CSV ({why}). Look for a quotation mark without its twin."""


class ScopeGone(Conflict):
    """The area in which this import was begun is gone. Begin it again."""


class Refused(Exception):
    """A cell or a row that is not taken: the docstring says why, `advice` says what to do."""

    advice: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        self.reason = " ".join((type(self).__doc__ or "").split()).format(**fields)
        self.advised = self.advice.format(**fields)
        super().__init__(self.reason)


class EmptyCell(Refused):
    """The cell is empty."""

    advice = "Fill it in."


class TooLong(Refused):
    """The text has {length} characters, at most {most} are taken."""

    advice = "Shorten it."


class NotACode(Refused):
    """This is no short code."""

    advice = "Write small letters, digits and underscores, beginning with a letter."


class NotAChoice(Refused):
    """This is none of the known words."""

    advice = "Write one of: {known}; or a word of your own that begins with x_."


class NotOneOf(Refused):
    """This is none of the known words."""

    advice = "Write one of: {known}."


class NotANumber(Refused):
    """This is no number from {least} to {most}."""

    advice = "Write digits, with a point if need be."


class NotAMoment(Refused):
    """This is no date or moment."""

    advice = "Write it like 2021-06-28, or 2021-06-28T12:00:00+08:00 with the offset from UTC."


class NotADay(Refused):
    """This is no day."""

    advice = "Write it like 2021-06-28."


class NotHours(Refused):
    """These are no hours of a shift."""

    advice = "Write one of: {words}; or the hours, like 18:00-08:00."


class NotARole(Refused):
    """This is no role of a shift."""

    advice = "Write one of: {known}."


class Overlaps(Refused):
    """Row {first} has somebody in the same role there at the same time."""

    advice = "Correct the hours of one of the two; a second person is the backup."


class OverlapsKept(Refused):
    """The source {source} has somebody in the same role there at the same time."""

    advice = "Ask them to take their shift off, or leave this one out."


class PhoneDiffers(Refused):
    """Row {first} gives the room another number."""

    advice = "Write the same number in each row of a room."


class NotAPhone(Refused):
    """This is no phone number: {why}."""

    advice = "Write it in full, with +86 or another country code in front."


class NotAnId(Refused):
    """This begins like the id of somebody who was erased."""

    advice = "Choose another id."


class NotAChat(Refused):
    """This is no chat of Telegram."""

    advice = "Write the number that Telegram gives the chat, in digits."


class WrongWidth(Refused):
    """The row has {found} cells, the first row has {wanted}."""

    advice = "Check its commas and quotation marks."


class SameAsBefore(Refused):
    """Row {first} has the same id."""

    advice = "Keep the right one of the two."


class NotKnown(Refused):
    """No {what} is known by this id in your area."""

    advice = "Import it first, or correct the id."


class NotYours(Refused):
    """Another area or another source has this already."""

    advice = "Ask whoever is responsible there, or choose another id."


class NoPlace(Refused):
    """A post is at a site, in an organisation or in an area: this one has {count} of them."""

    advice = "Fill in exactly one of site, organisation and area_code."


class ParentNotKnown(Refused):
    """The parent area is neither in the file nor known in your area."""

    advice = "Add the parent to the file, or correct parent_code."


class ParentRefused(Refused):
    """The row of the parent area is not taken."""

    advice = "Correct the parent's row first."


class InCircle(Refused):
    """The parents of this area lead round in a circle, or more than {deepest} levels deep."""

    advice = "Correct parent_code on the way."
