import pytest

from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import sha256_of
from nlpbot.lm import validation_text as module
from nlpbot.lm.validation_text import validation_text


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.txt").write_text("0123456789" * 10)
    (tmp_path / "valid.txt").write_text("held back")
    return tmp_path


def manifest(folder, *files, **settings):
    return Manifest(kind="lm", settings=settings, data={name: sha256_of(folder / name) for name in files})


def test_a_file_of_its_own_is_found_by_its_name(folder):
    found = validation_text(
        manifest(folder, "train.txt", "valid.txt", corpus=["train.txt"], valid="valid.txt"), [folder / "other", folder]
    )
    assert "".join(found) == "held back"


def test_the_share_that_was_kept_back_is_found_in_the_corpus(folder):
    found = validation_text(manifest(folder, "train.txt", corpus=["train.txt"], valid_fraction=0.04), [folder])
    assert "".join(found) == "6789"


def test_a_set_of_the_catalogue_is_found_by_the_name_of_its_file(folder, monkeypatch):
    monkeypatch.setattr(module, "find_data", lambda name, _folder: folder / {"set": "train.txt"}[name])
    found = validation_text(manifest(folder, "train.txt", corpus=["set"], valid_fraction=0.04), [folder])
    assert "".join(found) == "6789"
    with pytest.raises(ConfigError, match="was validated on in training"):
        validation_text(manifest(folder, "train.txt", corpus=["set"]), [folder], measured=folder / "train.txt")


def test_corpora_of_one_name_in_two_folders_are_both_found(folder):
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "text.txt").write_text(f"{name} and more")
    corpus = ["a/text.txt", "b/text.txt"]
    found = validation_text(manifest(folder, *corpus, corpus=corpus, valid_fraction=0.49), [folder])
    assert "".join(found) == "b and more"
    known = manifest(folder, *corpus, corpus=corpus)
    with pytest.raises(ConfigError, match="was validated on in training"):
        validation_text(known, [folder], measured=folder / "a" / "text.txt")


def test_the_share_of_a_text_in_the_settings_is_found_there(folder):
    assert "".join(validation_text(manifest(folder, text="0123456789", valid_fraction=0.2), [])) == "89"


@pytest.mark.parametrize(
    ("files", "settings", "says"),
    [
        (["train.txt"], {}, "the bundle's settings name none"),
        (["train.txt"], {"corpus": ["train.txt"], "valid_fraction": 0.0}, "the bundle's settings name none"),
        (["train.txt", "valid.txt"], {"corpus": ["train.txt"]}, "the bundle's settings name none"),
        (["train.txt"], {"corpus": ["elsewhere.txt"]}, r"elsewhere\.txt, which the bundle was trained with"),
        (["valid.txt"], {"valid": "valid.txt"}, r"valid\.txt, which the bundle was trained with, is not found"),
    ],
)
def test_what_is_not_there_as_it_was_is_asked_for(folder, files, settings, says):
    known = manifest(folder, *files, **settings)
    (folder / "valid.txt").write_text("changed since")
    with pytest.raises(ConfigError, match=f"^--valid: a text to tune on expected; .*{says}"):
        validation_text(known, [folder])


@pytest.mark.parametrize(
    "settings", [{"corpus": ["train.txt"], "valid": "valid.txt"}, {"corpus": ["valid.txt", "train.txt"]}]
)
def test_what_was_validated_on_is_not_to_be_measured_on_and_tuned_on(folder, settings):
    known = manifest(folder, "train.txt", "valid.txt", **settings)
    with pytest.raises(ConfigError, match=r"valid\.txt was validated on in training; a text of its own expected"):
        validation_text(known, [folder], measured=folder / "valid.txt")
    assert validation_text(known, [folder], measured=folder / "elsewhere.txt")
