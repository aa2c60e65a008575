"""Who can be let in, and how the settings are refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from nlpbot.core.kernel.errors import ConfigError
from server.config import ServerSettings, load_server_settings

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
        {"without": ["Fro d"]},
        {"train": ["frod"]},
        {"colour": "red"},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["null"]},
        {"allowed_origins": ["chat.example"]},
        {"allowed_origins": ["https://chat.example/"]},
    ],
)
def test_wrong_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        ServerSettings(**wrong)


def test_streams_leave_threads_for_other_requests() -> None:
    with pytest.raises(ValidationError, match="max_streams"):
        ServerSettings(request_threads=4, max_streams=4)


FROM_OUTSIDE = {
    "host": ("::1", "::1"),
    "port": ("81", 81),
    "device": ("cpu", "cpu"),
    "without": ("lm, vision", {"lm", "vision"}),
    "train": ("fraud", {"fraud"}),
    "api_key": ("k" * 16, "k" * 16),
    "operator_token": ("t" * 16, "t" * 16),
    "allowed_hosts": ("a.example,b.example", ("a.example", "b.example")),
    "trusted_proxies": ("2", 2),
    "allowed_origins": ("https://a.example,http://b.example:80", ("https://a.example", "http://b.example:80")),
    "request_threads": ("20", 20),
    "max_wait_s": ("4", 4.0),
    "max_streams": ("3", 3),
    "max_body_bytes": ("4096", 4096),
    "requests_per_minute": ("60.5", 60.5),
    "drain_s": ("1", 1),
}


def test_every_setting_can_be_given_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = FROM_OUTSIDE | {"home": (str(tmp_path), tmp_path)}
    assert expected.keys() == ServerSettings.model_fields.keys()
    for name, (text, _) in expected.items():
        monkeypatch.setenv(f"NLPBOT_{name.upper()}", text)
    assert load_server_settings({}).model_dump() == {name: value for name, (_, value) in expected.items()}


def test_what_is_given_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLPBOT_PORT", "81")
    assert load_server_settings({"port": 82}).port == 82


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLPBOT_API_KEY", "")
    assert load_server_settings({}).api_key is None


@pytest.mark.parametrize(
    ("given", "variables", "says"),
    [
        ({}, {"NLPBOT_PORT": "eighty"}, "NLPBOT_PORT: Input should be a valid integer"),
        ({"port": 70_000}, {"NLPBOT_PORT": "80"}, "port: Input should be less than"),
        ({}, {"NLPBOT_WITHOUT": "no slot"}, "NLPBOT_WITHOUT: String should match"),
        ({}, {"NLPBOT_TRAIN": "frod"}, "NLPBOT_TRAIN: frod: nothing is trained there by default; expected one of chat"),
        ({}, {"NLPBOT_MAX_STREAMS": "999"}, "max_streams: 999; expected fewer than request_threads"),
    ],
)
def test_an_error_says_where_the_value_came_from(
    given: dict, variables: dict, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^{says}"):
        load_server_settings(given)


def test_a_proxy_that_is_trusted_lets_others_in() -> None:
    with pytest.raises(ValidationError, match="behind a proxy"):
        ServerSettings(trusted_proxies=1)
    assert not ServerSettings(trusted_proxies=1, **TOKENS).is_local


def test_keys_are_not_shown() -> None:
    assert "kkk" not in repr(ServerSettings(**TOKENS))


@pytest.mark.parametrize("origin", ["https://chat.example", "http://localhost:3000", "http://[::1]:3000"])
def test_other_sites_are_named_as_browsers_name_them(origin: str) -> None:
    assert ServerSettings(allowed_origins=(origin,)).allowed_origins == (origin,)
    assert ServerSettings().allowed_origins == ()
