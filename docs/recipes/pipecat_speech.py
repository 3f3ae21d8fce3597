"""pipecat speaks with the lab: pip install pipecat-ai openai; the lab is started with --voice-alias alloy=sample."""

import asyncio
import os
import wave

from pipecat.frames.frames import EndFrame, TTSAudioRawFrame, TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineTask
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.openai.tts import OpenAITTSService

LAB = os.environ.get("VOICELAB_URL", "http://localhost:7860")


class Recorder(FrameProcessor):
    """Keeps what is spoken; an agent has a transport in its place."""

    def __init__(self):
        super().__init__()
        self.parts = []

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSAudioRawFrame):
            self.parts.append(frame.audio)
        await self.push_frame(frame, direction)


async def main():
    # It takes only names of OpenAI's voices, so the lab's voice goes by one of them.
    settings = OpenAITTSService.Settings(model="tts-1", voice="alloy")
    tts = OpenAITTSService(base_url=f"{LAB}/v1", api_key="the token, or anything", settings=settings)
    recorder = Recorder()
    task = PipelineTask(Pipeline([tts, recorder]))
    await task.queue_frames([TTSSpeakFrame("Hello from pipecat."), EndFrame()])
    await PipelineRunner(handle_sigint=False).run(task)
    with wave.open("pipecat.wav", "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(b"".join(recorder.parts))


asyncio.run(main())
