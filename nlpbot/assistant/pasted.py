"""Which part of a message was received by the user and passed on, and is therefore to be judged.

Only that is judged: somebody who describes a scam in their own words is asking, and is not flagged.
"""

import re

__all__ = ["pasted_part"]

MIN_CHARACTERS = 12
FLAGS = re.IGNORECASE | re.DOTALL
ASKED = re.compile(
    r"^\s*(?:/?check(?: this)?|is this a scam|확인해 ?줘|판단해 ?줘|검사)\s*[:：]\s*(?P<text>.+)$", FLAGS
)
ENGLISH_INTRO = r"\b(?:this|text|message|e-?mail|sms|says?|said|got|received)\b"
KOREAN_INTRO = r"(?:문자|메시지|메일|카톡|연락|왔어요?|왔는데|받았어요?|받았는데|이런 ?거|내용)"
RECEIVED = re.compile(
    rf"^[^\n:：]{{0,160}}(?:{ENGLISH_INTRO}|{KOREAN_INTRO})[^\n:：]{{0,60}}[:：]\s*(?P<text>\S.{{11,}})$", FLAGS
)
QUOTED = re.compile(r"[\"“「『](?P<text>[^\"”」』]{20,})[\"”」』]")
HEADER = re.compile(
    r"^\s*(?:\[(?:web|국제|국외|해외)발신\]|\((?:광고|AD)\)|fwd?:|forwarded message|전달:|from:\s)", re.IGNORECASE
)


def pasted_part(message: str, pasted: str | None = None) -> str | None:
    """Return the part of a message that was passed on, or None where it is all the user's own words.

    Args:
        message: as it was sent.
        pasted: what the page saw being pasted, if anything.
    """
    if pasted is not None and len(pasted.strip()) >= MIN_CHARACTERS and pasted.strip() in message:
        return pasted.strip()
    for pattern in (ASKED, RECEIVED, QUOTED):
        if (match := pattern.search(message)) and len(match["text"].strip()) >= MIN_CHARACTERS:
            return match["text"].strip()
    return message.strip() if HEADER.match(message) else None
