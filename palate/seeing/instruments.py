"""Everything that is counted and timed: OpenTelemetry's instruments, from which Prometheus reads, too.

A name `palate.turn.duration` in seconds is `palate_turn_duration_seconds` there; a counter ends in `_total`. What has
a name in OpenTelemetry's conventions (GenAI, HTTP, process) goes by that name and by no second one: the calls of a
model are the count of `gen_ai.client.operation.duration`, its tokens the sum of `gen_ai.client.token.usage`.
No id and no text is ever a label: each has few values, and what is not among them is "other".
"""

from __future__ import annotations

from collections.abc import Collection

from opentelemetry.metrics import Histogram, Meter
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics, http_metrics
from opentelemetry.semconv.metrics import http_metrics as stable_http_metrics

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 7.5, 10.0, 15.0, 30.0, 60.0)
"""Upper bounds of what a person waits for."""
SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of a stage of retrieval."""
CALL = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Upper bounds of a model's call, in seconds, and below of its tokens, as the GenAI conventions advise."""
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536)
OTHER = "other"


class Instruments:
    """The instruments of one process."""

    def __init__(self, meter: Meter) -> None:
        def timed(name: str, about: str, bounds: Collection[float] = SECONDS) -> Histogram:
            return meter.create_histogram(name, "s", about, explicit_bucket_boundaries_advisory=list(bounds))

        self.turns = meter.create_counter(
            "palate.turns", "{turn}", "Turns, by door, mode (llm or fallback), act and outcome."
        )
        self.turns_active = meter.create_up_down_counter(
            "palate.turns.active", "{turn}", "Turns that are being answered."
        )
        self.turn = timed("palate.turn.duration", "From a turn's beginning to its end, without its wait for a place.")
        self.first_items = timed("palate.turn.first_items", "From a turn's beginning to its slate.")
        self.first_token = timed("palate.turn.first_token", "From a turn's beginning to the first sentence.")
        self.queued = timed("palate.turn.queue.duration", "What a turn waited for before it began, by where.", CALL)
        self.sentences = meter.create_counter(
            "palate.sentences",
            "{sentence}",
            "Sentences of replies: written by a model, or replaced by a template. Groundedness is "
            "written / (written + replaced).",
        )
        self.tool = timed("palate.tool.duration", "A tool's call, by tool and outcome.", (*SHORT, 5.0, 10.0, 30.0))
        self.stage = timed("palate.retrieval.stage.duration", "A stage of retrieval, with those inside it.", SHORT)
        self.call = timed("gen_ai.client.operation.duration", "GenAI operation duration.", CALL)
        self.first_chunk = timed(
            gen_ai_metrics.GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK, "Time to receive the first chunk.", CALL
        )
        self.tokens = meter.create_histogram(
            gen_ai_metrics.GEN_AI_CLIENT_TOKEN_USAGE,
            "{token}",
            "Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=list(TOKENS),
        )
        self.cached_tokens = meter.create_counter(
            "palate.model.cached_tokens", "{token}", "Input tokens that the model's server had in its prefix cache."
        )
        self.hand_overs = meter.create_counter(
            "palate.hand_overs", "{message}", "Messages handed on to people, by what became of it."
        )
        self.feedback = meter.create_counter("palate.feedback", "{interaction}", "What people did, by kind.")
        self.limited = meter.create_counter(
            "palate.requests.limited", "{request}", "Requests that were refused, by the limit they met."
        )
        self.store_errors = meter.create_counter(
            "palate.store.errors", "{error}", "Times that the store could not be read or written."
        )
        self.lookups = meter.create_counter("palate.cache.lookups", "{lookup}", "Look-ups in a cache, hit or miss.")
        self.request = timed(
            stable_http_metrics.HTTP_SERVER_REQUEST_DURATION, "Duration of HTTP server requests.", SECONDS
        )
        self.requests_active = meter.create_up_down_counter(
            http_metrics.HTTP_SERVER_ACTIVE_REQUESTS, "{request}", "Number of active HTTP server requests."
        )


def bounded(value: object, known: Collection[str]) -> str:
    """`value` where it is one of those known, else "other"."""
    text = str(value)
    return text if text in known else OTHER


class Few:
    """Lets the first so many different values through and calls the rest "other"; for names that a team gives."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        """The value as a label."""
        if value in self._known:
            return value
        if len(self._known) < self._most:
            self._known.add(value)
            return value
        return OTHER
