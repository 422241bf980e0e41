"""Topics of the speakers: one per area for all gateways below it, one down and one up per gateway.

A code is a name and may hold anything; in a topic it is percent-encoded, so that it stays one level without wildcards
in MQTT and one token in NATS (where "." parts the tokens).
"""

from urllib.parse import quote, unquote

ROOT = "mingluo"
ALL_UP = f"{ROOT}/gateway/+/up"
UNREAD = f"{ROOT}/unread"


def area(code: str) -> str:
    """Return the topic that every gateway below the area reads."""
    return f"{ROOT}/area/{_level(code)}"


def down(code: str) -> str:
    """Return the topic that the gateway alone reads."""
    return f"{ROOT}/gateway/{_level(code)}/down"


def up(code: str) -> str:
    """Return the only topic that the gateway writes; its last will goes there too."""
    return f"{ROOT}/gateway/{_level(code)}/up"


def account(code: str) -> str:
    """Return the gateway's account at the broker."""
    return f"gateway-{_level(code)}"


def gateway_of(topic: str) -> str | None:
    """Return whose topic `up` it is. Nobody else may write there: this says who speaks, never the payload."""
    match topic.split("/"):
        case [str(root), "gateway", str(level), "up"] if root == ROOT:
            return unquote(level)
    return None


def subject(topic: str) -> str:
    """Return the NATS subject that an MQTT topic is on nats-server."""
    return topic.replace("/", ".")


def _level(code: str) -> str:
    return quote(code, safe="").replace(".", "%2E").replace("~", "%7E")
