"""`voicelab bench`: what the lab's engines gain on this machine."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from voicelab.cli.output import Answer, command, examples, table, tell
from voicelab.errors import InvalidCheckpoint

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import Benchmark

app = typer.Typer(help="Measure the lab on this machine.", no_args_is_help=True)


SIDES = ("a", "b", "c", "d")


class Part(StrEnum):
    """What can be measured by itself."""

    ONE = "one"
    GRID = "grid"
    STREAM = "stream"
    MEMORY = "memory"
    SAME = "same"
    PROFILE = "profile"
    CONTEXT = "context"


@app.callback()
def bench() -> None:
    """Measure the lab on this machine."""


@app.command(
    "engine",
    epilog=examples(
        "bench engine --model random-0.6b-8bit", "bench engine --model random-0.6b-4bit --only one --runs 5"
    ),
)
@command
def engine(
    model: Annotated[
        str,
        typer.Option(
            "--model", help="A model's folder, or full size with random weights: random-0.6b-8bit, -4bit, -float32."
        ),
    ],
    frames: Annotated[int, typer.Option("--frames", min=2, help="Frames of 80 ms that every take has.")] = 50,
    runs: Annotated[int, typer.Option("--runs", min=1, help="Timed runs of each side; medians are shown.")] = 3,
    only: Annotated[
        list[Part] | None,
        typer.Option("--only", help="Measure this part alone; may be given again.", metavar="|".join(Part)),
    ] = None,
) -> Answer:
    """Compare (a) the guide's server path, (b) its library's generate, (c) the fast engine and (d) the default one."""
    benchmark = _benchmark_of(model)
    figures = benchmark.measure(model, frames, runs, lambda text: tell(text, text), only or benchmark.PARTS)
    return Answer(figures, _text(figures))


def _benchmark_of(model: str) -> Benchmark:
    """Return what measures `model`. Raises InvalidCheckpoint."""
    from voicelab.models.catalogue import find
    from voicelab.models.registry import registry

    modules = [(engine.name, import_module(engine.benchmark)) for engine in registry().engines if engine.benchmark]
    folder = Path(model).is_dir()
    for name, module in modules:
        if model in module.MODELS or (folder and find(model).engine == name):
            return cast("Benchmark", module)
    made = ", ".join(made for _name, module in modules for made in module.MODELS)
    raise InvalidCheckpoint(f"There is no model folder {model} that can be measured. Give one, or one of: {made}.")


def _text(figures: dict[str, Any]) -> str:
    rows = [
        (
            case,
            *(f"{sides[side]:.3f} s" if side in sides else "" for side in SIDES),
            _ratio(figures, case, "c"),
            _ratio(figures, case, "d"),
        )
        for case, sides in figures.get("seconds", {}).items()
    ]
    if peaks := figures.get("peak_memory_bytes"):
        rows.append(("peak memory", *(f"{peaks[side] / 1e9:.2f} GB" for side in SIDES), "", ""))
    machine = ", ".join(f"{name} {value}" for name, value in figures["machine"].items())
    return f"{machine}; {figures['frames']} frames\n" + table(("", *SIDES, "a / c", "a / d"), rows)


def _ratio(figures: dict[str, Any], case: str, side: str) -> str:
    ratio = figures["ratios"].get(case, {}).get(side)
    return "" if ratio is None else f"{ratio:.1f}x"
