"""Which part of a message was received by the user and passed on, and is therefore to be judged.

Only that is judged: somebody who describes a scam in their own words is asking, and is not flagged.
"""

import re

__all__ = ["asks_to_judge", "pasted_part"]

MIN_CHARACTERS = 12
FLAGS = re.IGNORECASE | re.DOTALL
ASKED = re.compile(
    r"^\s*(?:/?check(?: this)?|is this a scam|확인해 ?줘|판단해 ?줘|검사)\s*[:：]\s*(?P<text>.+)$", FLAGS
)
ENGLISH_INTRO = r"\b(?:this|text|message|e-?mail|sms|says?|said|got|received)\b"
KOREAN_INTRO = r"(?:문자|메시지|메일|카톡|연락|왔어요?|왔는데|받았어요?|받았는데|이런 ?거|내용)"
RECEIVED = re.compile(
    rf"^[^\n:：]{{0,160}}(?:{ENGLISH_INTRO}|{KOREAN_INTRO})[^\n:：]{{0,60}}[:：](?!//|\d)\s*(?P<text>\S.{{11,}})$",
    FLAGS,
)
QUOTED = re.compile(r"[\"“「『](?P<text>[^\"”」』]{20,})[\"”」』]")
SENDER = r"\[[^\[\]\n]{2,24}\]\s*\S.{11}"
HEADER = re.compile(
    rf"^\s*(?:\[(?:web|국제|국외|해외)발신\]|{SENDER}|\((?:광고|AD)\)|fwd?:|forwarded message|전달:|from:\s)",
    re.IGNORECASE,
)
"""How received messages begin: how they came, or who says to have sent them, in brackets."""
ENGLISH_QUESTION = (
    r"(?:(?:hi|hello|hey|please|so|um)[,!. ]+)?(?:is|are|could|can|might) (?:this|that|it|these)"
    r"(?: (?:text|message|e-?mail|sms|one))?(?: be)?(?: an?)?"
    r" (?:scam|fraud|fraudulent|phishing|smishing|spam|fake|real|genuine|legit|legitimate|safe)"
    r"(?: (?:text|message|e-?mail|sms))?(?: or (?:not|real|fake|legit|genuine|a scam|scam))?"
)
KOREAN_QUESTION = (
    r"(?:(?:이거|이것|이게|이건|이 ?(?:문자|메시지|메일|카톡)|다음 ?문자|아래 ?문자)[은는이가도]? ?)?"
    r"(?:혹시 |진짜 |정말 )?(?:사기|피싱|스미싱|스팸|가짜|진짜)(?: ?(?:문자|메시지|메일))? ?"
    r"(?:인가|이에|예|에|일까|인지|야|죠|지|냐|같아|맞아|맞나)(?:요|여)?"
)
QUESTION = re.compile(rf"^\s*(?:{ENGLISH_QUESTION}|{KOREAN_QUESTION})[ \t]*(?:[?？:：!.]+|\n|$)\s*(?P<text>.*)$", FLAGS)
ENGLISH_STORY = (
    r"^(?:(?:well|so|hi|hello|because|basically|ok)[,.! ]+)*"
    r"(?:i(?:'ve| have| had|'d)? (?:just |also |already )?"
    r"(?:got|get|received|was|were|met|saw|sent|paid|think|don't|do not|can't|want|know|sold|sell|bought|\w+ed)\b"
    r"|(?:i'?m|i am) (?:\w+ing|\w+ed|afraid|not|on)\b|my (?!name\b|love\b|dear\b)\w+"
    r"|we (?:just |also )?(?:got|get|were|met|think|don't|want|sold|sell|bought)\b"
    r"|(?:someone|somebody|they|he|she|some|a (?:man|woman|guy|person|friend|caller|stranger|company))\b)"
)
KOREAN_STORY = (
    r"^(?:제가|내가|저는|나는|저희|방금|어제|누가|누군가|어떤|모르는)"
    r"|^(?:엄마|아빠|어머니|아버지|할머니|할아버지|친구|남편|아내|아들|딸)(?:가|이|는|은|께|한테) "
    r"|(?:[래대]요|[라다]는데요?|[라다]네요|라고 ?(?:해요?|하는데요?|했어요?|합니다|하네요)"
    r"|(?:왔|받았|했)(?:어요|는데요?)|(?:왔|받았)습니다)[.?!~ ]*$"
)
OWN_STORY = re.compile(rf"{ENGLISH_STORY}|{KOREAN_STORY}", re.IGNORECASE)
"""How people tell what happened to them, rather than what they were sent."""


def pasted_part(message: str, pasted: str | None = None) -> str | None:
    """Return the part of a message that was passed on, or None where it is all the user's own words.

    Args:
        message: as it was sent.
        pasted: what the page saw being pasted, if anything.
    """
    if pasted is not None and len(pasted.strip()) >= MIN_CHARACTERS and pasted.strip() in message:
        return pasted.strip()
    if asked := ASKED.search(message):
        return asked["text"].strip()
    for pattern in (RECEIVED, QUOTED):
        if (match := pattern.search(message)) and len(match["text"].strip()) >= MIN_CHARACTERS:
            return match["text"].strip()
    asked = QUESTION.match(message)
    if asked and len(text := asked["text"].strip()) >= MIN_CHARACTERS and not OWN_STORY.search(text):
        return text
    return message.strip() if HEADER.match(message) else None


def asks_to_judge(message: str) -> bool:
    """Return whether a message only asks what some other message is, and holds none: "is this a scam?"."""
    asked = QUESTION.match(message)
    return asked is not None and not asked["text"].strip()
