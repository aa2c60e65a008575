import pytest

from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.fraud.synthetic import read_skeletons
from nlpbot.fraud.wording import Wording, wording_files

OURS = read_values(wording_files(), Wording)


def read(folder, text):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return read_values(wording_files(folder / "mine.yaml"), Wording)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_of_the_default_data_has_a_title(language):
    skeletons = read_skeletons(data_folder("fraud") / "skeletons", language)
    for kind in {skeleton.kind for skeleton in skeletons if skeleton.label == "fraud"}:
        assert OURS.title(kind, language) not in (None, kind), kind


def test_no_kind_has_no_title_and_general_advice():
    assert OURS.title(None, "en") is None
    assert OURS.advice_on(None, "en") == OURS.advice["general"].en


def test_one_s_own_wording_replaces_and_adds_by_key(tmp_path):
    own = "verdicts: {fraud: {en: Do not!}}\nkinds: {lottery: {en: Lottery, ko: 복권, advice: [offer, money]}}\n"
    mine = read(tmp_path, own)
    assert mine.verdicts.of("fraud").text("en") == "Do not!"
    assert mine.verdicts.of("fraud").text("ko") == OURS.verdicts.fraud.text("ko")
    assert mine.title("lottery", "ko") == "복권"
    assert mine.advice_on("lottery", "en") == OURS.advice["offer"].en + OURS.advice["money"].en
    assert mine.title("prize", "en") == OURS.title("prize", "en")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("verdicts: {safe: {en: a, ko: b}}", r"mine\.yaml: verdicts\.safe: .*known: fraud, unsure, honest, too_short"),
        (
            "kinds: {x: {en: X, ko: X, advice: [pray]}}",
            r"mine\.yaml: advice: kind x needs the group 'pray'; one of .*, ",
        ),
        ("kinds: {x: {en: X}}", r"mine\.yaml: kinds\.x\.ko: Field required"),
        ("advice: {link: {en: []}}", r"mine\.yaml: advice\.link\.en: Tuple should have at least 1 item"),
        ("notices: {own: 3}", r"mine\.yaml: notices\.own: "),
    ],
)
def test_wrong_wording_is_refused_by_its_key(tmp_path, text, says):
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, text)


def test_general_advice_is_needed():
    with pytest.raises(ValueError, match="general advice needs the group 'general'"):
        Wording.model_validate({**OURS.model_dump(), "advice": {}, "kinds": {}})
