import shutil

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpbot.classify import ClassifyPredictor
from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.bundles.values import read_values
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.slices import finished
from nlpbot.core.text.normalize import normalize
from nlpbot.fraud import FraudPredictor
from nlpbot.fraud.thresholds import Thresholds
from nlpbot.fraud.wording import Wording, wording_files

PRIZE = "winner! claim the prize of your lucky draw at https://new.example"
LUNCH = "see you at noon for lunch, thanks"


def test_a_verdict_has_probability_and_kind_and_the_honest_none(scorer):
    fraud, honest = scorer.predict([PRIZE, LUNCH])
    assert (fraud.verdict, fraud.kind) == ("fraud", "prize")
    assert (honest.verdict, honest.kind) == ("honest", None)
    assert honest.probability < scorer.thresholds.unsure_from <= 0.5 <= scorer.thresholds.fraud_from < fraud.probability


def test_what_is_too_short_is_neither_suspected_nor_cleared(scorer):
    short, link = scorer.explain(["hello", "https://new.example"])
    assert (short.verdict, short.kind, short.spans) == ("too_short", None, ())
    assert link.verdict != "too_short"


def test_one_by_one_equals_together_in_the_order_given(scorer):
    messages = [LUNCH, PRIZE, "", LUNCH, "parcel"]
    assert scorer.predict(messages) == [scorer.predict([message])[0] for message in messages]
    assert scorer.predict([]) == []
    with pytest.raises(TypeError):
        scorer.predict(PRIZE)


def test_only_what_is_suspect_is_explained(scorer):
    fraud, honest = scorer.explain([PRIZE, LUNCH])
    assert honest.spans == ()
    assert "prize" in " ".join(PRIZE[span.start : span.end] for span in fraud.spans)


@pytest.mark.parametrize("message", [PRIZE, LUNCH, f"{LUNCH} " * 60 + PRIZE])
def test_an_explanation_in_slices_is_the_same(scorer, message):
    slices = list(scorer.explaining(message))
    assert slices
    assert finished(scorer.explaining(message)) == scorer.explain([message])[0]


def test_messages_to_be_explained_come_in_a_list(scorer):
    with pytest.raises(TypeError):
        scorer.explain(PRIZE)


class Fixed:
    """A member that gives every text the same scores."""

    def __init__(self, *scores):
        self.row = np.array(scores, dtype=np.float32)

    def scores(self, texts):
        return np.tile(self.row, (len(texts), 1))

    def scores_without(self, text, pieces):
        raise AssertionError("nothing is explained here")

    def save(self, draft):
        return {}


def fixed(names, *scores):
    return ClassifyPredictor(names, {"fixed": Fixed(*scores)}, Calibration((1.0,), (0.0,) * len(names)))


@pytest.mark.parametrize(
    ("detector", "kinds", "verdict", "kind"),
    [
        ((3.0, 0.0), (2.0, 1.0, 0.0), "fraud", "prize"),
        ((3.0, 0.0), (1.0, 0.0, 2.0), "unsure", "prize"),
        ((0.0, 0.5), (1.0, 2.0, 0.0), "unsure", "loan"),
        ((0.0, 3.0), (2.0, 1.0, 0.0), "honest", None),
    ],
)
def test_what_looks_like_a_kind_of_honest_message_is_not_called_fraud(detector, kinds, verdict, kind):
    named = fixed(["fraud/prize", "fraud/loan", "honest/question"], *kinds)
    wording = read_values(wording_files(), Wording)
    scorer = FraudPredictor(
        fixed(["fraud", "honest"], *detector), named, Thresholds(0.3, 0.8), synthetic=True, wording=wording
    )
    [judged] = scorer.predict([LUNCH])
    assert (judged.verdict, judged.kind) == (verdict, kind)


def wide(text):
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def strewn(text):
    return "\u200b".join(text)


@settings(max_examples=15)
@given(
    before=st.text(st.sampled_from("ab ㈜가é\u200b"), max_size=5),
    disguise=st.sampled_from([str, wide, strewn]),
)
def test_a_disguise_changes_no_verdict_and_spans_point_into_the_original(scorer, before, disguise):
    plain, hidden = "claim the prize of your lucky draw", disguise("claim the prize of your lucky draw")
    text = f"{before} {hidden}"
    [bare, verdict] = scorer.explain([f"{normalize(before)} {plain}".strip(), text])
    assert verdict.probability == pytest.approx(bare.probability, abs=1e-6)
    assert verdict.spans
    words = normalize(text[min(s.start for s in verdict.spans) : max(s.end for s in verdict.spans)])
    assert "prize" in words
    assert all(0 <= span.start < span.end <= len(text) for span in verdict.spans)


def test_a_bundle_says_what_its_scorer_said(scorer, fraud_run):
    again = FraudPredictor.load(fraud_run[0], device="cpu")
    assert again.explain([PRIZE, LUNCH]) == scorer.explain([PRIZE, LUNCH])
    assert again.synthetic


def test_a_scorer_keeps_its_own_wording_and_one_of_before_has_what_comes_along(nlpbot, messages, tmp_path):
    (tmp_path / "mine.yaml").write_text("notices: {synthetic: {en: Made up!}}\n")
    settings = messages.with_suffix(".toml").read_text()
    settings = settings.replace('"messages.tsv"', f'"{messages}"').replace(
        "[classify]", 'wording = "mine.yaml"\n[classify]'
    )
    (tmp_path / "fraud.toml").write_text(settings)
    result = nlpbot("fraud", "train", tmp_path / "fraud.toml", "--out", tmp_path / "b", "--json")
    assert result.exit_code == 0, result.stderr
    bundle = open_bundle(tmp_path / "b", kind="fraud")
    assert set(bundle.manifest.data) == {"messages.tsv", "mine.yaml", "wording.yaml"}
    told = nlpbot("fraud", "explain", tmp_path / "b", PRIZE)
    assert "Made up!" in told.stdout
    bundle.manifest = bundle.manifest.model_copy(update={"files": {}})
    old = FraudPredictor.from_bundle(bundle, torch.device("cpu"))
    assert old.wording == read_values(wording_files(), Wording)


@pytest.mark.parametrize("name", ["manifest.json", "parts/detector/ngrams.json", "parts/kinds/linear.safetensors"])
def test_a_flipped_byte_anywhere_is_refused(fraud_run, tmp_path, name):
    shutil.copytree(fraud_run[0], tmp_path / "b")
    content = bytearray((tmp_path / "b" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "b" / name).write_bytes(content)
    with pytest.raises(BundleError):
        FraudPredictor.load(tmp_path / "b", device="cpu")


@pytest.mark.parametrize(
    ("thresholds", "labels", "says"),
    [
        ({"unsure_from": 0.2}, ["fraud", "honest"], "threshold 'fraud_from' is missing"),
        ({"unsure_from": 0.2, "fraud_from": 0.5}, ["ham", "spam"], "knows no label fraud"),
    ],
)
def test_a_bundle_that_lacks_something_is_refused(scorer, fraud_run, tmp_path, thresholds, labels, says):
    draft = BundleDraft.start(tmp_path / "b")
    part = draft.part("detector")
    config = {**scorer.detector.save(part), "labels": labels}
    part.finish(Manifest(kind="classify", config=config))
    draft.finish(open_bundle(fraud_run[0], kind="fraud").manifest.model_copy(update={"thresholds": thresholds}))
    with pytest.raises(BundleError, match=says):
        FraudPredictor.load(tmp_path / "b", device="cpu")
