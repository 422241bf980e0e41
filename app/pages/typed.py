"""What was typed into a form of ours, field by field; files are not taken."""

from fastapi import Request

Typed = dict[str, str]


async def typed_into(request: Request, most_fields: int) -> Typed:
    """Read a form, at most so many fields of it, without NUL, which no database keeps; a field given twice counts once.

    Of two values of one field the last is taken.
    """
    async with request.form(max_files=0, max_fields=most_fields) as given:
        return {name: value.replace("\0", "") for name, value in given.items() if isinstance(value, str)}
