"""Slots are free names; what each holds is read from its manifest."""

from pathlib import Path

import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError, ConfigError
from nlpbot.parts import CHAT, CLASSIFY, FRAUD, LM
from nlpbot.slots import check_choices, check_names, is_fresh, main_slot, slot_of, slots_of


@pytest.fixture
def home(tmp_path: Path) -> BundleHome:
    return BundleHome(tmp_path)


def put(home: BundleHome, **slots: str) -> None:
    """Promote a bundle of a kind in each slot."""
    for name, kind in slots.items():
        version = BundleDraft.start(home.new_version(name)).finish(Manifest(kind=kind)).name
        home.promote(name, version)


def test_the_manifest_says_what_a_slot_holds(home: BundleHome) -> None:
    put(home, poetry="lm", lm="lm", intents="classify", chat="chat")
    slots = {slot.name: slot.part for slot in slots_of(home)}
    assert slots == {"chat": CHAT, "lm": LM, "poetry": LM, "intents": CLASSIFY}
    assert list(slots) == ["chat", "lm", "poetry", "intents"]  # as the table has them
    assert [slot.name for slot in slots_of(home, without={"lm", "chat"})] == ["poetry", "intents"]


def test_what_is_not_promoted_or_can_not_be_served_is_no_slot(home: BundleHome) -> None:
    put(home, words="vectors")
    BundleDraft.start(home.new_version("lm")).finish(Manifest(kind="lm"))
    assert slots_of(home) == []
    assert is_fresh(home)
    assert slot_of(home, "nothing") is None
    put(home, verse="lm")
    assert not is_fresh(home)


def test_the_folder_is_that_of_the_version_that_is_served(home: BundleHome) -> None:
    put(home, verse="lm")
    put(home, verse="lm")
    slot = slot_of(home, "verse")
    assert slot is not None
    assert slot.folder.name == "0002"
    home.roll_back("verse")
    again = slot_of(home, "verse")
    assert again is not None
    assert again.folder.name == "0001"


def test_a_damaged_manifest_is_named(home: BundleHome) -> None:
    put(home, verse="lm")
    (home.root / "bundles" / "verse" / "0001" / "manifest.json").write_text("{}")
    with pytest.raises(BundleError, match="verse/0001"):
        slots_of(home)


@pytest.mark.parametrize(
    ("slots", "meant"),
    [
        ({}, None),
        ({"fraud": "fraud"}, "fraud"),
        ({"spam": "fraud", "chat": "chat"}, "spam"),
        ({"spam": "fraud", "fraud": "fraud"}, "fraud"),
        ({"spam": "fraud", "ham": "fraud"}, None),
    ],
)
def test_the_kinds_own_slot_is_meant_else_the_only_one(home: BundleHome, slots: dict, meant: str | None) -> None:
    put(home, **slots)
    assert main_slot(FRAUD, slots_of(home)) == meant


def test_only_kinds_whose_requests_name_one_may_leave_it_open_which_is_meant(home: BundleHome) -> None:
    put(home, verse="lm", prose="lm", intents="classify", tones="classify", ours="fraud")
    check_choices(slots_of(home))
    put(home, theirs="fraud")
    with pytest.raises(ConfigError, match=r"ours, theirs: each holds a scam scorer, and none is named fraud"):
        check_choices(slots_of(home))
    put(home, fraud="fraud")
    check_choices(slots_of(home))


def test_names_are_those_of_slots_or_of_defaults(home: BundleHome) -> None:
    put(home, verse="lm")
    check_names({"verse", "fraud"}, home)
    with pytest.raises(ConfigError, match=r"prose: no such slot in .*; expected one of chat, .*verse"):
        check_names({"verse", "prose"}, home)
