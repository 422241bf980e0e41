"""The description of the API is exact: every call is named, every answer has a shape, every problem is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.api.application import make_application
from app.api.routes import ROUTERS
from app.house import House

UNSAFE = {"post", "put", "patch", "delete"}


@pytest.fixture
def description(house: House) -> dict[str, Any]:
    return dict(make_application(house).openapi())


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_route_is_described_under_a_name_of_its_own(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(names) == len(set(names))
    routes = [route.name for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert set(routes) <= set(names)


def test_every_answer_has_a_shape(description: dict[str, Any]) -> None:
    for path, method, operation in operations(description):
        for status, response in operation["responses"].items():
            if status == "204" or not path.startswith("/api/"):
                continue
            schemas = [content.get("schema", {}) for content in response["content"].values()]
            shaped = all(schema and schema.get("type") != "object" for schema in schemas)
            assert shaped or "application/cap+xml" in response["content"], (method, path, status)


def test_every_call_tells_its_problems(description: dict[str, Any]) -> None:
    for path, method, operation in operations(description):
        if not path.startswith("/api/"):
            continue
        told = {int(status) for status in operation["responses"]}
        assert {400, 403, 404, 422, 503} <= told, (method, path)
        if method in UNSAFE:
            assert {409, 413} <= told, (method, path)
        for status in told - {200, 201, 204}:
            assert list(operation["responses"][str(status)]["content"]) == ["application/problem+json"], (path, status)


def test_every_call_needs_a_token_but_the_one_that_gives_the_first(description: dict[str, Any]) -> None:
    open_calls = {
        operation["operationId"]
        for path, _, operation in operations(description)
        if path.startswith("/api/") and not operation.get("security")
    }
    assert open_calls == {"redeem_code"}


def test_every_unsafe_call_takes_a_key_and_may_be_rehearsed(description: dict[str, Any]) -> None:
    for path, method, operation in operations(description):
        if method not in UNSAFE:
            continue
        parameters = {each["name"].lower() for each in operation["parameters"]}
        assert {"dry_run", "idempotency-key"} <= parameters, (method, path)


def test_the_shape_of_a_problem_is_described(description: dict[str, Any]) -> None:
    assert {"type", "title", "status", "detail"} <= set(description["components"]["schemas"]["Problem"]["required"])
    assert "Mistake" in description["components"]["schemas"]
