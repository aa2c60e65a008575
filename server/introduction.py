"""What somebody must know before the first request, in the OpenAPI document and at /docs."""

from typing import NamedTuple

__all__ = ["COOKIE", "INTRODUCTION", "KEY", "Note"]

COOKIE = (
    "The cookie `nlpbot` says whose conversations these are. The first answer of `/` or of `/api/` sets it, signed, so "
    "that nobody can make one up. A client that wants to go on with a conversation keeps it and sends it along. "
    "Without it each request is somebody new, who finds no conversation again and whose list is empty. It holds no "
    "name and no text, lasts a year, and is sent to this site alone (HttpOnly, SameSite=Lax)."
)
KEY = (
    "The API key, where the server was given one by `NLPBOT_API_KEY`; `/v1`, `/api/fraud/score`, `/api/classify` and "
    "`/api/retrieval/search` expect it then."
)


class Note(NamedTuple):
    """A thing to know, with an example."""

    heading: str
    text: str
    code: str


INTRODUCTION = (
    Note(
        "A first request",
        "Bodies are JSON, and so are answers. What can't be done comes as a problem document (RFC 9457) whose `detail` "
        "says what is wrong; under `/v1` as OpenAI's error object.",
        "curl http://127.0.0.1:8000/api/fraud/score -H 'Content-Type: application/json' \\\n"
        '  -d \'{"messages": ["Your parcel is held. Pay the fee today."]}\'',
    ),
    Note(
        "The cookie that conversations need",
        COOKIE,
        "curl -c jar -b jar http://127.0.0.1:8000/api/chat -H 'Content-Type: application/json' \\\n"
        '  -d \'{"message": "What is smishing?"}\'\n'
        "curl -c jar -b jar http://127.0.0.1:8000/api/conversations",
    ),
    Note(
        "Who may ask",
        KEY
        + " Another site's page may use all of these and `/api/vision/digits` where its origin is among the setting "
        "`allowed_origins`; conversations are never opened to it.",
        "curl http://127.0.0.1:8000/v1/models -H 'Authorization: Bearer YOUR-API-KEY'",
    ),
    Note(
        "OpenAI's clients",
        "They need this address and, where none is set, any key. Nothing is kept of what they send. What is too long "
        "is cut, and what isn't known is ignored; the header `X-Nlpbot-Notice` and the field `notices` say what was "
        "cut. With `strict` such a request is refused instead. Null does for whatever may be left out.",
        "from openai import OpenAI\n\n"
        'client = OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none")\n'
        'asked = [{"role": "user", "content": "What is smishing?"}]\n'
        'print(client.chat.completions.create(model="assistant", messages=asked).choices[0].message.content)',
    ),
    Note(
        "When too much is asked",
        "A client that asks too often gets status 429, and 503 comes when the server has more to do than it can; both "
        "say in the header `Retry-After` after how many seconds to come back. OpenAI's clients do so by themselves.",
        "HTTP/1.1 503 Service Unavailable\nRetry-After: 2",
    ),
)
