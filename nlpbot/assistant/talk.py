"""The assistant in the terminal, over the same home and the same memory as in the browser."""

import sys
from pathlib import Path

from nlpbot.assistant.assistant import Assistant, Backend, Scorer, Turn
from nlpbot.assistant.defaults import train_defaults
from nlpbot.assistant.store import Store
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.console import note, print_text
from nlpbot.core.kernel.errors import BundleError
from nlpbot.fraud.judgement import headline
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.parts import CHAT, FRAUD, Part
from nlpbot.slots import check_choices, main_slot, slots_of

__all__ = ["load_backend", "talk_in_terminal"]

OWNER = "terminal"


def load_backend(home: BundleHome, *, device: str) -> Backend:
    """Return the models behind the assistant, from the bundles of a home.

    Raises:
        BundleError: there is no chat bundle.
    """
    chat_folder, fraud_folder = _folder_of(CHAT, home), _folder_of(FRAUD, home)
    if chat_folder is None:
        raise BundleError(f"{home.root}: no chat bundle; run `nlpbot serve` or `nlpbot chat train` first")
    chat = ChatPredictor.load(chat_folder, device=device)
    fraud = FraudPredictor.load(fraud_folder, device=device) if fraud_folder is not None else None
    return Backend(
        find=lambda questions, language: chat.predict(questions, language=language),
        topics=chat.topics,
        phrases=chat.phrases,
        urgent_cases=chat.urgent_cases,
        scorer=_scorer(fraud) if fraud is not None else None,
    )


def _scorer(fraud: FraudPredictor) -> Scorer:
    return Scorer(lambda message: fraud.explain([message])[0], fraud.wording, fraud.synthetic)


def _folder_of(part: Part[object], home: BundleHome) -> Path | None:
    """Return the folder of the bundle of a kind that is talked with, or None where there is none.

    Raises:
        ConfigError: it isn't clear which one is meant.
    """
    slots = [slot for slot in slots_of(home) if slot.part is part]
    check_choices(slots)
    return next((slot.folder for slot in slots if slot.name == main_slot(part, slots)), None)


def talk_in_terminal(root: Path, *, device: str) -> None:
    """Read messages from standard input and print replies until an empty line.

    Of a home that holds anything, only what it can't talk without is trained.
    """
    home = BundleHome(root)
    there = {slot.part for slot in slots_of(home)}
    needed = (CHAT,) if there else (CHAT, FRAUD)
    asked = [part.default.slot for part in needed if part.default is not None and part not in there]
    train_defaults(home, asked, device=device)
    store = Store(home.database)
    backend, conversation = load_backend(home, device=device), None
    assistant = Assistant(lambda: backend, store)
    note("Type a message, or `check: …` with a message you received. An empty line ends it.")
    try:
        while message := _read():
            turn = assistant.respond(OWNER, message, conversation=conversation)
            conversation = turn.conversation
            print_text(_shown(turn))
    finally:
        store.close()


def _read() -> str:
    sys.stderr.write("you> ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _shown(turn: Turn) -> str:
    lines = [turn.reply.text]
    judgement = turn.judgement
    if judgement is not None:
        words = [judgement.text[span.start : span.end] for span in judgement.spans]
        lines.insert(0, f"[{headline(judgement.verdict, judgement.probability, judgement.kind_title)}]")
        lines += [f"  because of: {' · '.join(words)}"] if words else []
        lines += [f"  - {line}" for line in judgement.advice]
        lines.append(f"  ({judgement.notice})")
    lines += [f"  · {topic.title}" for topic in turn.reply.topics]
    return "\n".join(lines)
