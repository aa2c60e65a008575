"""What the server does under more load than it sustains: who is answered, who is refused, how long each waits.

Run: `python -m tests.benchmarks.bench_load HOME [SECONDS]`, with a home that holds the default bundles (of the tests'
tiny ones, too). The server is a process of its own on this machine's loopback; nothing else is reached. First as many
users as keep it busy ask one question after the other: what they get is what it sustains. Then questions come at fixed
times, whatever became of those before, and 16 users have a message explained over and over while one asks questions.
Meanwhile `/livez` is asked ten times a second. Waits are from sending to the end of the answer, in milliseconds.
"""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from nlpbot.core.kernel.console import note, print_table

SERVER = """
import sys
from pathlib import Path
from server.config import ServerSettings
from server.run import run_server
run_server(ServerSettings(home=Path(sys.argv[1]), port=0, device="cpu", requests_per_minute=1e9))
"""
USERS = 16
MOST_REQUESTS = 6_000
"""Of a row; more would measure the one who asks."""
PATIENCE_S = 60.0
READY_S = 240.0
PROBE_S = 0.1
QUESTIONS = ("What is smishing?", "How do I report a scam?", "Is this call from my bank real?", "What is a money mule?")
SCAM = (
    "Dear customer, your parcel is held at the depot since a fee of 1.99 was not paid. Verify your account within 24 "
    "hours at parcel-desk.example/pay or it goes back. Send the code that you receive, and keep this to yourself. "
)
COLUMNS = ["load", "asked/s", "taken/s", "refused/s", "failed", "median", "p95", "p99", "refusal", "livez p99"]


@dataclass
class Answers:
    """What came of requests: seconds of the accepted and of the refused, and how many failed."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    failed: int = 0

    def add(self, status: int, seconds: float) -> None:
        if status == 200:
            self.accepted.append(seconds)
        elif status in (429, 503):
            self.refused.append(seconds)
        else:
            self.failed += 1


@dataclass(frozen=True)
class Server:
    """A running server."""

    host: str
    port: int

    async def ask(self, path: str, body: dict | None, answers: Answers) -> int:
        """Send a request on a connection of its own, and add what came of it."""
        started, status = time.perf_counter(), 0
        try:
            async with asyncio.timeout(PATIENCE_S):
                status = await self._status(path, body)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass
        answers.add(status, time.perf_counter() - started)
        return status

    async def _status(self, path: str, body: dict | None) -> int:
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
        head += f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(head.encode() + content)
            answer = await reader.read(-1)
        finally:
            writer.close()
        return int(answer.split(b" ", 2)[1])


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """Serve a home while the block runs."""
    with subprocess.Popen([sys.executable, "-c", SERVER, str(home)], stderr=subprocess.PIPE, text=True) as process:
        try:
            address = urlsplit(_ready(process))
            assert address.hostname is not None
            assert address.port is not None
            reader = threading.Thread(target=process.communicate)  # a full pipe would stop the server
            reader.start()
            yield Server(address.hostname, address.port)
        finally:
            process.terminate()
        reader.join()


def _ready(process: subprocess.Popen[str]) -> str:
    """Return the address, as soon as there is one."""
    timer = threading.Timer(READY_S, process.kill)
    timer.start()
    try:
        for line in process.stderr or ():
            if "nlpbot is ready: " in line:
                return line.split("nlpbot is ready: ")[1].strip()
            note(line.rstrip())
    finally:
        timer.cancel()
    raise SystemExit("the server did not start")


def question(number: int) -> tuple[str, dict]:
    return "/api/chat", {"message": QUESTIONS[number % len(QUESTIONS)]}


def explanation(number: int) -> tuple[str, dict]:
    return "/api/fraud/score", {"messages": [f"{number}: " + SCAM * 4], "explain": True}


async def one_after_the_other(
    server: Server, users: int, seconds: float, request: Callable[[int], tuple[str, dict]]
) -> Answers:
    """Let users ask, each as soon as it was answered; who is refused comes back a little later."""
    answers, end = Answers(), time.perf_counter() + seconds

    async def user(number: int) -> None:
        while time.perf_counter() < end and len(answers.accepted) < MOST_REQUESTS:
            if await server.ask(*request(number), answers) != 200:
                await asyncio.sleep(0.5)

    await asyncio.gather(*(user(number) for number in range(users)))
    return answers


async def at_fixed_times(server: Server, rate: float, seconds: float) -> Answers:
    """Ask questions so many a second, whether or not those before were answered."""
    answers, started = Answers(), time.perf_counter()
    asked: list[Awaitable[int]] = []
    for number in range(min(int(rate * seconds), MOST_REQUESTS)):
        await asyncio.sleep(started + number / rate - time.perf_counter())
        asked.append(asyncio.ensure_future(server.ask(*question(number), answers)))
    await asyncio.gather(*asked)
    return answers


async def beside_explanations(server: Server, seconds: float) -> tuple[Answers, Answers]:
    """Return what came of the questions of one user, and of the explanations that 16 others want meanwhile."""
    explained = asyncio.ensure_future(one_after_the_other(server, USERS, seconds, explanation))
    await asyncio.sleep(0.5)
    asked = await one_after_the_other(server, 1, seconds - 0.5, question)
    return asked, await explained


async def probe(server: Server, seen: Answers) -> None:
    """Ask ten times a second whether the server lives."""
    while True:
        await asyncio.gather(server.ask("/livez", None, seen), asyncio.sleep(PROBE_S))


async def probed(load: Awaitable[Answers], server: Server) -> tuple[Answers, Answers]:
    """Return what came of a load, and of probes meanwhile."""
    seen = Answers()
    probing = asyncio.ensure_future(probe(server, seen))
    try:
        return await load, seen
    finally:
        probing.cancel()


def quantile(seconds: list[float], share: float) -> str:
    if not seconds:
        return "–"
    return f"{sorted(seconds)[min(int(share * len(seconds)), len(seconds) - 1)] * 1000:.0f}"


def row(name: str, offered: float | None, seconds: float, answers: Answers, probes: Answers) -> list[str]:
    waits = [quantile(answers.accepted, share) for share in (0.5, 0.95, 0.99)]
    counts = [f"{len(times) / seconds:.1f}" for times in (answers.accepted, answers.refused)]
    livez = quantile(probes.accepted, 0.99) if not probes.failed else f"{probes.failed} failed"
    refusal = quantile(answers.refused, 0.5)
    return [name, "–" if offered is None else f"{offered:.1f}", *counts, str(answers.failed), *waits, refusal, livez]


async def bench(server: Server, seconds: float) -> list[list[str]]:
    """Return a row for each load."""
    await one_after_the_other(server, 2, 1.0, question)  # what is loaded on first use is loaded now
    rows = []
    answers, probes = await probed(one_after_the_other(server, USERS, seconds, question), server)
    sustained = len(answers.accepted) / seconds
    rows.append(row(f"{USERS} in turn", None, seconds, answers, probes))
    for share in (0.7, 3.0):
        answers, probes = await probed(at_fixed_times(server, share * sustained, seconds), server)
        rows.append(row(f"× {share:g}", share * sustained, seconds, answers, probes))
    seen = Answers()
    probing = asyncio.ensure_future(probe(server, seen))
    asked, explained = await beside_explanations(server, seconds)
    probing.cancel()
    rows.append(row("1 beside", None, seconds, asked, seen))
    rows.append(row(f"{USERS} explained", None, seconds, explained, seen))
    return rows


if __name__ == "__main__":
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 6.0
    with running(Path(sys.argv[1])) as server:
        rows = asyncio.run(bench(server, seconds))
    print_table(f"/api/chat under load, {seconds:g} s a row, waits in ms", COLUMNS, rows)
