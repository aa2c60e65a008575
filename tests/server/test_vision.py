"""Digits over HTTP."""

import pytest
from flask.testing import FlaskClient


def test_a_drawing_gets_its_digit(client: FlaskClient) -> None:
    answer = client.post("/api/vision/digits", json={"pixels": [[0, 255 * 0.7] * 14] * 28})
    assert answer.status_code == 200
    assert answer.json == {"digit": 7, "probabilities": [0.0] * 7 + [1.0, 0.0, 0.0]}


@pytest.mark.parametrize(
    "pixels",
    [
        [],
        [[0] * 28] * 27,
        [[0] * 27] * 28,
        [[256] * 28] * 28,
        [[-1] * 28] * 28,
        [["9"] * 28] * 28,
        [[float("nan")] * 28] * 28,
        None,
        3,
    ],
)
def test_what_is_no_drawing_is_refused(client: FlaskClient, pixels: object) -> None:
    refused = client.post("/api/vision/digits", json={"pixels": pixels})
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
