"""Importing the lab and asking for help loads nothing heavy: both are quick, and work where a package is broken."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from voicelab.settings import CHECKOUT

HEAVY = (
    "alembic",
    "av",
    "choix",
    "ctranslate2",
    "dask",
    "distributed",
    "fastapi",
    "faster_whisper",
    "gradio",
    "huggingface_hub",
    "librosa",
    "matplotlib",
    "mcp",
    "mlx",
    "mlx_audio",
    "numba",
    "onnxruntime",
    "pandas",
    "piper",
    "scipy",
    "segno",
    "soundfile",
    "speechmos",
    "sqlalchemy",
    "starlette",
    "transformers",
    "uvicorn",
    "wyoming",
)
COMMANDS = (
    "",
    "doctor",
    "clip",
    "clip check",
    "transcript hear",
    "voice add",
    "say",
    "compare",
    "bleed",
    "listen create",
    "models download",
    "worker",
    "serve",
    "wyoming",
    "mcp",
    "service",
)


def loaded_after(code: str) -> set[str]:
    """Run `code` in a fresh Python and return the top-level modules it left behind."""
    report = "\nimport json, sys; print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, cwd=CHECKOUT, check=True, timeout=30
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_lab_loads_nothing_heavy() -> None:
    assert loaded_after("import voicelab, voicelab.cli, voicelab.bootstrap") & set(HEAVY) == set()


def test_reading_the_descriptors_loads_nothing_heavy() -> None:
    code = "from voicelab.models.registry import registry; assert registry().models and not registry().problems"
    assert loaded_after(code) & set(HEAVY) == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command: str) -> None:
    arguments = [*command.split(), "--help"]
    code = f"from voicelab.cli import main\ntry: main({arguments!r})\nexcept SystemExit as end: assert not end.code"
    assert loaded_after(code) & set(HEAVY) == set()


def test_the_list_of_heavy_packages_holds_what_is_installed() -> None:
    """A misspelt name would make the tests above pass for ever."""
    from importlib.util import find_spec

    assert [name for name in HEAVY if name != "matplotlib" and find_spec(name) is None] == []
