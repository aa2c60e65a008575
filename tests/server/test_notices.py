"""What was cut is told in few words, or refused."""

import pytest
from flask import Response

from server.errors import Problem
from server.notices import NOTICE, check_strict, cut_notices, with_notices


def test_a_header_holds_few_notices_and_how_many_more_there_are() -> None:
    assert with_notices(Response(), list("abcd")).headers[NOTICE] == "a; b; c; d"
    assert with_notices(Response(), list("abcdefg")).headers[NOTICE] == "a; b; c; d; and 3 more"
    assert NOTICE not in with_notices(Response(), []).headers


def test_only_a_strict_client_is_refused() -> None:
    check_strict(False, ["cut"])
    check_strict(True, [])
    with pytest.raises(Problem, match="strict: cut") as refused:
        check_strict(True, ["cut", "ignored"])
    assert refused.value.status == 400


def test_texts_that_are_longer_than_is_read_are_named() -> None:
    assert cut_notices("input", ["abc", "abcd"], 3) == ["input.1: 4 characters; the first 3 were read"]
