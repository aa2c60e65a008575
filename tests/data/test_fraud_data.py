"""The fraud data that comes with nlpbot: what the readme promises of it."""

import re
import unicodedata
from collections import defaultdict

import numpy as np
import pytest

from nlpbot.core.classical.confidence import Confidence
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.measures.labels import binary_metrics
from nlpbot.core.text.labelled import read_labelled
from nlpbot.core.text.splits import group_ids, k_folds
from nlpbot.core.text.surface import surface
from nlpbot.fraud import synthetic

FOLDER = data_folder("fraud")
PAIR = re.compile(r"\{([a-z_0-9]+)\}([^\s{}가-힣]*)\{([가-힣]+)/([가-힣]+)\}")
SPOKEN = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
LETTERS = {"l": "엘", "m": "엠", "n": "엔", "r": "알"}


@pytest.fixture(scope="module", params=synthetic.LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def rows(language):
    return read_labelled(FOLDER / f"{language}.tsv")


def test_the_generator_gives_the_committed_file_byte_for_byte(language, tmp_path):
    (tmp_path / "skeletons").symlink_to(FOLDER / "skeletons")
    (tmp_path / "slots.yaml").symlink_to(FOLDER / "slots.yaml")
    synthetic.write(tmp_path)
    assert (tmp_path / f"{language}.tsv").read_bytes() == (FOLDER / f"{language}.tsv").read_bytes()


def test_the_columns_are_label_kind_group_text(language, rows):
    header = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").partition("\n")[0]
    assert header == "label\tkind\tgroup\ttext"
    assert {row.label for row in rows} == {"fraud", "honest"}
    assert all(row.kind and row.group for row in rows)


def test_there_are_twenty_kinds_a_class_and_twelve_skeletons_a_kind(rows):
    groups = defaultdict(set)
    for row in rows:
        groups[row.label, row.kind].add(row.group)
    for label in ("fraud", "honest"):
        assert sum(kind[0] == label for kind in groups) >= 20
    assert {kind: len(found) for kind, found in groups.items() if len(found) < 12} == {}


def test_a_group_is_of_one_class(rows):
    labels = defaultdict(set)
    for row in rows:
        labels[row.group].add(row.label)
    assert all(len(found) == 1 for found in labels.values())


def test_no_slot_is_left_open_and_no_text_comes_twice(rows):
    assert [row.text for row in rows if re.search(r"[{}]", row.text)] == []
    assert len({row.text for row in rows}) == len(rows)


def test_length_punctuation_and_links_alone_tell_little(rows):
    """Scores come from folds that keep a skeleton's copies together."""
    features = np.array([surface(row.text) for row in rows])
    features[:, :2] = np.log1p(features[:, :2])
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    fraud = np.array([row.label == "fraud" for row in rows])
    probability = np.zeros(len(rows))
    for train, test in k_folds(fraud.tolist(), group_ids(rows), folds=5, seed=0):
        probability[test] = Confidence.fit(features[train], fraud[train]).probability(features[test])
    assert binary_metrics(fraud, probability)["auroc"] < 0.75


def final_consonant(character):
    """The last consonant as it is spoken, by Unicode's own decomposition; an independent second opinion."""
    spoken = SPOKEN.get(character) or LETTERS.get(character.lower(), character)
    last = unicodedata.normalize("NFD", spoken)[-1]
    return last if "\u11a8" <= last <= "\u11c2" else ""


def test_korean_particles_fit_every_value_that_a_slot_can_take():
    slots = synthetic.read_slots(FOLDER / "slots.yaml", "ko")
    rng = np.random.default_rng(0)
    checked = 0
    for skeleton in synthetic.read_skeletons(FOLDER / "skeletons", "ko"):
        for match in PAIR.finditer(skeleton.text):
            name, _, *pair = match.groups()
            [after_final] = [form for form in pair if form[0] in "을은과아으이"]
            for value in slots[name]:
                text = synthetic.fill(match[0], {**slots, name: [value]}, rng)
                attached = max((form for form in pair if text.endswith(form)), key=len)
                final = final_consonant(next(c for c in reversed(text.removesuffix(attached)) if c.isalnum()))
                wants_after_final = final != "" and not (after_final == "으로" and final == "\u11af")
                assert (attached == after_final) == wants_after_final, text
                checked += 1
    assert checked > 500


def test_every_brace_of_a_skeleton_is_a_slot_or_a_pair_of_particles(language):
    slots = synthetic.read_slots(FOLDER / "slots.yaml", language)
    for skeleton in synthetic.read_skeletons(FOLDER / "skeletons", language):
        for inside in re.findall(r"\{([^{}]*)\}", skeleton.text):
            assert inside in slots or re.fullmatch(r"[가-힣]+/[가-힣]+", inside), skeleton.text


def test_links_lead_to_names_that_are_reserved(rows):
    """Source: RFC 2606."""
    hosts = [host for row in rows for host in re.findall(r"(?:https?://|www\.)([a-z0-9.-]*[a-z0-9])", row.text)]
    assert hosts
    assert [host for host in hosts if not re.search(r"\.?(example|test|invalid|example\.(com|net|org))$", host)] == []


def test_most_slots_stand_in_both_classes(language):
    uses = defaultdict(set)
    for skeleton in synthetic.read_skeletons(FOLDER / "skeletons", language):
        for name in re.findall(r"\{([a-z_0-9]+)\}", skeleton.text):
            uses[name].add(skeleton.label)
    for name in ("link", "phone", "amount", "name", "bank"):
        assert uses[name] == {"fraud", "honest"}
