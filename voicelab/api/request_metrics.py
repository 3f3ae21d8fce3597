"""What the server did, for Prometheus and for the log: counters at /metrics, one line per text."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from voicelab.api.errors import status_of
from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from voicelab.speech.ports import Engine, Speech

log = logging.getLogger("voicelab.requests")

_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
GONE = 499
"""In the log and the figures only: the client went away before its answer."""
_FAULT = 500
_RTF = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10)


@dataclass
class Record:
    """One text, from its arrival to its last byte."""

    route: str
    status: int = 0
    code: str = ""
    """The error's stable word; empty when there was none."""
    voice: str = ""
    engine: str = ""
    model: str = ""
    seed: int | None = None
    format: str = ""
    characters: int = 0
    audio_s: float = 0.0
    synthesis_s: float = 0.0
    """The engine's own work."""
    rtf: float = 0.0
    queue_s: float = 0.0
    first_audio_s: float | None = None
    """From the arrival to the first sound on its way, for streams; else the engine's own figure."""
    elapsed_s: float = 0.0
    """From the arrival to the end."""
    cache: str = ""
    """hit, shared or miss; empty when there was nothing to share."""
    client: str = ""

    def tell(self, speech: Speech) -> None:
        """Take what the engine says of finished speech."""
        self.engine, self.audio_s = speech.engine, speech.duration_s
        self.synthesis_s, self.rtf = speech.elapsed_s, speech.rtf


class RequestMetrics:
    """The registry of one application; nothing is global, so that several labs may live in one process."""

    def __init__(self, engine: Engine) -> None:
        """Count from zero; `engine` is asked whenever somebody looks."""
        self._registry = CollectorRegistry()
        self._engine = engine
        self._requests = Counter(
            "voicelab_requests", "Texts, by how they ended.", ["route", "status"], registry=self._registry
        )
        self._audio = Counter("voicelab_audio_seconds", "Seconds of audio made.", ["engine"], registry=self._registry)
        self._cached = Counter(
            "voicelab_shared", "Texts with a seed: hit, shared, miss.", ["cache"], registry=self._registry
        )
        self._histograms = {
            name: Histogram(f"voicelab_{name}", text, registry=self._registry, buckets=buckets)
            for name, text, buckets in (
                ("request_seconds", "From the arrival of a text to its last byte.", _SECONDS),
                ("queue_seconds", "Waiting for the engine.", _SECONDS),
                ("first_audio_seconds", "Until the first sound.", _SECONDS),
                ("rtf", "Seconds of work per second of audio: lower is faster.", _RTF),
            )
        }
        self._registry.register(_EngineState(engine))

    def count(self, record: Record) -> None:
        """Take `record` into the figures and write its line."""
        self._requests.labels(record.route, str(record.status)).inc()
        observed = {"request_seconds": record.elapsed_s}
        if record.cache:
            self._cached.labels(record.cache).inc()
        if record.audio_s and record.cache != "hit":
            self._audio.labels(record.engine).inc(record.audio_s)
            observed |= {"queue_seconds": record.queue_s, "rtf": record.rtf}
        if record.first_audio_s is not None:
            observed["first_audio_seconds"] = record.first_audio_s
        for name, value in observed.items():
            self._histograms[name].observe(value)
        fields = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(record).items()
            if value not in {"", None}
        }
        words = " ".join(f"{name}={value}" for name, value in fields.items())
        log.info("%s", words, extra={"fields": fields})

    @contextlib.contextmanager
    def counting(self, record: Record) -> Iterator[None]:
        """Count `record` once the block that speaks its text is over, by how it ends."""
        arrived = time.monotonic()
        try:
            yield
            record.status = 200
        except VoiceLabError as error:
            record.status, record.code = status_of(error), error.code
            raise
        except (ConnectionError, TimeoutError):
            raise  # of the client that is written to: it is gone
        except Exception:
            record.status, record.code = _FAULT, "internal_error"
            raise
        finally:
            if not record.status:
                record.status, record.code = GONE, "gone"
            record.elapsed_s = time.monotonic() - arrived
            self.count(record)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self._registry)


class _EngineState:
    """A collector: asks the engine at each look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        health = self._engine.health()
        yield GaugeMetricFamily("voicelab_engine_ready", "1 while the engine is ready.", float(health.ready))
        yield GaugeMetricFamily("voicelab_queue_length", "Texts that wait.", health.queue_length)
        yield GaugeMetricFamily("voicelab_queue_limit", "Texts that may wait.", health.queue_limit)
        yield CounterMetricFamily("voicelab_engine_restarts", "Restarts of the engine process.", health.restarts)
        yield GaugeMetricFamily(
            "voicelab_engine_memory_bytes", "Resident size of the engine process.", health.memory_bytes or 0
        )
