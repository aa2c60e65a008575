"""Bodies are read from requests, and written into responses."""

import pytest
from flask import Flask

from server.bodies import Body
from server.errors import Problem
from server.exchange import answer, body_as


class Size(Body):
    size: float


@pytest.mark.parametrize(
    ("body", "kind", "status", "says"),
    [
        ("{", "application/json", 400, "body: Invalid JSON"),
        ("[]", "application/json", 422, "object"),
        ('{"size": "3"}', "application/json", 422, "size: Input should be a valid number"),
        ('{"size": 3, "colour": "red"}', "application/json", 422, "colour: Extra"),
        ('{"size": 3}', "text/plain", 415, "application/json expected"),
    ],
)
def test_what_is_no_such_body_is_refused(body: str, kind: str, status: int, says: str) -> None:
    with Flask(__name__).test_request_context(data=body, content_type=kind), pytest.raises(Problem) as refused:
        body_as(Size)
    assert refused.value.status == status
    assert says in refused.value.detail


def test_a_body_is_answered_as_json() -> None:
    said = answer(Size(size=3), 202)
    assert (said.status_code, said.mimetype, said.json) == (202, "application/json", {"size": 3.0})
