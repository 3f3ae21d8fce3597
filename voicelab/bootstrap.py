"""The only place that chooses and builds the parts of the lab."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from voicelab.errors import StorageFailed
from voicelab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.process import EngineProcess
    from voicelab.models.memory_guard import MemoryGuard
    from voicelab.settings import Settings
    from voicelab.speech.ports import Engine
    from voicelab.speech.proof import Check

log = logging.getLogger(__name__)

DRAFTS_KEPT_S = 30 * 24 * 60 * 60
"""A voice in the making that nobody touched for so long is swept away when the lab starts."""


def build(settings: Settings) -> Lab:
    """Return the lab of `settings`; nothing is loaded or started yet.

    In the platform's own folder for the lab the sample voice is there from the first command on.
    """
    from voicelab.engines.process import EngineProcess
    from voicelab.models.catalogue import stand_in
    from voicelab.models.memory_guard import MemoryGuard
    from voicelab.models.registry import registry
    from voicelab.settings import platform_home
    from voicelab.voices.sample import install_sample_voice

    if settings.home == platform_home().resolve():
        install_sample_voice(settings.voices)
    guard = MemoryGuard(anyway=settings.allow_swap)
    # A process of its own, started with the first request that asks for it: the other one may be busy loading.
    fallback = stand_in() and EngineProcess(
        registry().synthesizers({}),
        model=stand_in(),
        queue_limit=settings.queue_limit,
        idle_s=60 * settings.unloads_after,
    )
    return build_around(engine_of(settings, guard), settings, guard, fallback or None)


def build_around(engine: Engine, settings: Settings, guard: MemoryGuard, fallback: Engine | None = None) -> Lab:
    """Return the lab of `settings` that speaks with `engine`, whose models `guard` lets in."""
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.runner import Runner
    from voicelab.hub.downloads import Downloads
    from voicelab.listening.service import open_listening
    from voicelab.models.model_store import ModelStore
    from voicelab.models.recognizer_store import RecognizerStore
    from voicelab.speech.live_takes import LiveTakes
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.tuning.stops import SearchStops
    from voicelab.tuning.tune import rendered
    from voicelab.verify.run import Tools
    from voicelab.verify.verifier import Verifier
    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary

    voices = VoiceLibrary(settings.voices, settings.date_order)
    transcriber = Transcriber(settings.recognizer)
    experiments = ExperimentStore(settings.experiments)
    comparisons = Runner(voices, engine, experiments, transcriber, settings.scheduler, rendered)
    downloads = Downloads()
    recognizers = RecognizerStore(downloads, lambda: transcriber.downloading, transcriber.default_model)
    verifier = Verifier(engine, Tools(transcriber, _ranges))
    return Lab(
        settings=settings,
        voices=voices,
        drafts=DraftStore(settings.drafts),
        transcriber=transcriber,
        engine=engine,
        experiments=experiments,
        comparisons=comparisons,
        listening=open_listening(settings.database, settings.listening),
        models=ModelStore(engine, guard, downloads, recognizers, comparisons.models, verifier.busy_with),
        verifier=verifier,
        live_takes=LiveTakes(),
        searches=SearchStops(),
        fallback=fallback,
    )


def engine_of(settings: Settings, guard: MemoryGuard) -> EngineProcess:
    """Return the engine of `settings`; its process starts with the first text."""
    from voicelab.engines.process import EngineProcess
    from voicelab.models.registry import registry
    from voicelab.models.variants import asked_variants

    return EngineProcess(
        registry().synthesizers(asked_variants(settings.engine_variants)),
        model=settings.model,
        queue_limit=settings.queue_limit,
        guard=guard,
        idle_s=60 * settings.unloads_after,
    )


def serve(settings: Settings) -> None:
    """Build the lab and answer at the address of `settings` until interrupted. A new home gets the sample voice.

    A model is verified in the background once it was downloaded, whoever asked for it.
    """
    from voicelab.api.server import run_server
    from voicelab.engines.process import EngineProcess
    from voicelab.voices.sample import install_sample_voice

    lab = build(settings)
    lab.models.downloads.done = lab.verifier.downloaded
    if isinstance(lab.engine, EngineProcess):
        lab.engine.when_downloaded(lab.verifier.downloaded)
    run_server(lab, page=_page, prepare=lambda: install_sample_voice(settings.voices))


def serve_wyoming(settings: Settings, announce: Callable[[str], None]) -> None:
    """Build the lab and answer Wyoming's clients at the address of `settings` until interrupted."""
    from voicelab.wyoming_server.server import run_wyoming

    lab = build(settings)
    try:
        run_wyoming(lab, announce)
    finally:
        lab.engine.close()


def serve_mcp(settings: Settings, announce: Callable[[str], None] | None) -> None:
    """Build the lab and answer assistants: over HTTP, told to `announce`; without it on standard input and output."""
    from voicelab.mcp_server.server import run_http, run_stdio

    lab = build(settings)
    try:
        if announce is None:
            run_stdio(lab)
        else:
            run_http(lab, announce)
    finally:
        lab.comparisons.close()
        lab.engine.close()


def work(settings: Settings, address: str, name: str | None, announce: Callable[[str], None]) -> None:
    """Speak takes for the Dask scheduler at `address`, with the engine of `settings`, until interrupted."""
    from voicelab.compare.cluster import work as work_for
    from voicelab.models.memory_guard import MemoryGuard

    engine = engine_of(settings, MemoryGuard(anyway=settings.allow_swap))
    try:
        work_for(engine, address, name, announce)
    finally:
        engine.close()


def _ranges(wav: bytes) -> Check:
    from voicelab.api.range_proof import range_check

    return range_check(wav)


def _page(lab: Lab) -> tuple[object, dict[str, object]]:
    """Import Gradio (seconds) and return the page with the options of its mount."""
    from voicelab.ui.app import build_page, mount_options

    try:
        lab.drafts.sweep(DRAFTS_KEPT_S)
        lab.listening.tests.sweep()
    except StorageFailed as error:  # a read-only disk: the voices on it can still speak
        log.warning("%s", error.message)
    return build_page(lab), mount_options()
