"""How Twilio's API says no: a code, a sentence, and the HTTP status again."""

from typing import Final

from aiohttp import web

MESSAGES: Final = {
    10004: "Call concurrency limit exceeded",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21201: "No 'To' number is specified",
    21205: "Url or Twiml is required",
    21211: "The 'To' number {to} is not a valid phone number.",
    21213: "'From' parameter is required",
    21217: "Phone number {to} does not appear to be valid",
    21220: "Call is not in-progress. Cannot redirect.",
    21602: "Message body is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    90007: "Validity period is out of range",
}


def refused(status: int, code: int, to: str = "") -> web.Response:
    body = {
        "code": code,
        "message": MESSAGES.get(code, "Refused").format(to=to),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status)
