"""People who talk to the service, and shops that ask it: `locust -f tests/load/locustfile.py --host URL`.

The key is given with `--key`; `--tags talk` or `--tags recommend` chooses one kind.
"""

from __future__ import annotations

import itertools
import json
import random
import time
import uuid
from typing import Any

from locust import HttpUser, constant, constant_throughput, events, tag, task

from tests.load.stand_in import own_time

KINDS = ("comedy", "drama", "thriller", "western", "musical", "war film", "romance", "horror film", "documentary")
PLACES = ("France", "Italy", "Japan", "Germany", "Spain", "India", "Sweden", "Mexico", "Canada", "Denmark")
NEXT = (
    "older",
    "something shorter",
    "more",
    "not the first one, what else?",
    "anything from Italy?",
    "the second one, why?",
)
"""What people say after the first request."""


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def _options(parser: Any) -> None:
    parser.add_argument("--key", default="", help="a key with the scopes chat and recommend")
    parser.add_argument("--repeated", type=float, default=0.0, help="share of texts that repeat, 0 to 1")


class Talker(HttpUser):
    """Says something every 15 seconds, and reads the stream to its end."""

    wait_time = constant(15)
    fixed_count = 0

    def on_start(self) -> None:
        """Begin a conversation."""
        self.conversation = uuid.uuid4().hex
        self.said = 0

    @tag("talk")
    @task
    def say(self) -> None:
        """One turn; the time beyond the model's own is counted as `added`."""
        text = f"a {random.choice(KINDS)} from {random.randint(1950, 2010)}" if not self.said else random.choice(NEXT)
        self.said = (self.said + 1) % 6
        if self.said == 0:
            self.conversation = uuid.uuid4().hex
        url = f"/v1/conversations/{self.conversation}/turns"
        headers = {"authorization": f"Bearer {self.environment.parsed_options.key}"}
        asked = {"text": text, "stream": True}
        began = time.perf_counter()
        with self.client.post(
            url, json=asked, headers=headers, stream=True, catch_response=True, name="turn"
        ) as answer:
            done = _last(answer)
            if done is None:
                answer.failure(f"no turn ({answer.status_code})")
                return
            answer.success()
            seconds = time.perf_counter() - began
        usage = done["usage"]
        added = seconds - own_time(usage["model_calls"], usage["tokens_out"])
        told = {"request_type": "ADDED", "name": "added", "response_length": 0, "exception": None, "context": {}}
        self.environment.events.request.fire(response_time=max(added, 0.0) * 1000, **told)


def _last(answer: Any) -> dict[str, Any] | None:
    """The stream's last event, where it is a turn."""
    name, data = "", None
    for line in answer.iter_lines():
        if line.startswith(b"event: "):
            name = line[7:].decode()
        elif line.startswith(b"data: ") and name == "turn":
            data = json.loads(line[6:])
    return data


class Asker(HttpUser):
    """Asks for recommendations, one after the other."""

    wait_time = constant_throughput(50)
    _numbers = itertools.count()

    @tag("recommend")
    @task
    def recommend(self) -> None:
        """One request without a model."""
        number = next(self._numbers)
        if random.random() < self.environment.parsed_options.repeated:
            text = f"a {KINDS[number % 5]} from {PLACES[number % 10]}"
        else:
            text = (
                f"a {random.choice(KINDS)} from {random.choice(PLACES)} before {1960 + number % 60}, {number} please"
            )
        self.client.post(
            "/v1/recommend",
            json={"text": text, "llm": False},
            headers={"authorization": f"Bearer {self.environment.parsed_options.key}"},
            name="recommend",
        )
