from nlpbot.core.bundle import BundleDraft, open_bundle
from nlpbot.core.manifest import Manifest


def test_a_bundle_is_opened_by_a_string_too(tmp_path):
    BundleDraft.start(tmp_path / "b").finish(Manifest(room="lm"))
    assert open_bundle(str(tmp_path / "b"), room="lm").folder == tmp_path / "b"
