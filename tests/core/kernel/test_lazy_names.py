import pytest

from nlpbot.core.kernel.lazy_names import lazy_names


def test_a_name_comes_from_its_module_and_all_are_listed():
    get, listed = lazy_names("json", {"decoder": ["JSONDecoder"], "encoder": ["JSONEncoder", "ESCAPE"]})
    assert get("JSONEncoder").__module__ == "json.encoder"
    assert listed() == ["ESCAPE", "JSONDecoder", "JSONEncoder"]


def test_another_name_is_none_of_the_package():
    get, _ = lazy_names("json", {"decoder": ["JSONDecoder"]})
    with pytest.raises(AttributeError, match="module 'json' has no attribute 'Decoder'"):
        get("Decoder")
