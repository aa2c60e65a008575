"""Who can be let in, and how the settings are refused."""

import json

import pytest
from pydantic import ValidationError

from server.config import ServerSettings

TOKENS = {"api_key": "k" * 16, "operator_token": "t" * 16}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_no_tokens(host: str) -> None:
    assert ServerSettings(host=host).is_local


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.5", "example.org"])
@pytest.mark.parametrize("missing", [["api_key"], ["operator_token"], ["api_key", "operator_token"]])
def test_others_are_let_in_only_with_both_tokens(host: str, missing: list[str]) -> None:
    given = {name: token for name, token in TOKENS.items() if name not in missing}
    with pytest.raises(ValidationError, match="NLPBOT_API_KEY and NLPBOT_OPERATOR_TOKEN"):
        ServerSettings(host=host, **given)
    assert not ServerSettings(host=host, **TOKENS).is_local


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 70_000},
        {"port": -1},
        {"api_key": "short"},
        {"request_threads": 1},
        {"max_streams": 0},
        {"requests_per_minute": 0},
        {"without": ["frod"]},
        {"colour": "red"},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["null"]},
        {"allowed_origins": ["chat.example"]},
        {"allowed_origins": ["https://chat.example/"]},
    ],
)
def test_wrong_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        ServerSettings.model_validate_json(json.dumps(wrong))


def test_streams_leave_threads_for_other_requests() -> None:
    with pytest.raises(ValidationError, match="max_streams"):
        ServerSettings(request_threads=4, max_streams=4)


@pytest.mark.parametrize("origin", ["https://chat.example", "http://localhost:3000", "http://[::1]:3000"])
def test_other_sites_are_named_as_browsers_name_them(origin: str) -> None:
    assert ServerSettings(allowed_origins=(origin,)).allowed_origins == (origin,)
    assert ServerSettings().allowed_origins == ()
