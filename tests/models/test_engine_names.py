"""No engine is known by name outside its own folder: whoever needs to know something of one asks its descriptor."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from voicelab.models.registry import registry
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

EXPLAINED = {
    "clips/checks.py": "where a limit comes from: a paper or project is cited",
    "clips/clip.py": "why clips have this sample rate",
    "clips/speaker_encoder.py": "why the encoder is not the one that conditions the output",
    "compare/take_repair.py": "a project is cited",
    "languages.py": "where the ten languages and their names come from",
    "voices/checks.py": "where the longest clip comes from",
    "voices/voice.py": "a project is cited",
}
"""Comments and docstrings that say where a figure of the lab comes from."""
EXAMPLES = {
    "cli/listen.py": "help shows commands as they are typed, and tests type them: with a model that is there",
    "cli/models.py": "the same",
}
"""Code that may have a name in it."""
LIBRARIES = ("qwen", "piper", "joe", "mlx")
"""What the lab's engines are made of."""
SOURCES = CHECKOUT / "voicelab"
OWN = {descriptor.parent.name for descriptor in SOURCES.glob("engines/*/descriptor.py")}
"""The lab's own engines, also one that nobody has set up here."""


def names() -> re.Pattern[str]:
    """Match the engines' names and their libraries', as words of prose and as parts of identifiers."""
    words = {*LIBRARIES, *OWN, *(engine.name for engine in registry().engines)}
    return re.compile(rf"(?<![a-zA-Z])(?:{'|'.join(sorted(words))})(?![a-zA-Z])", re.IGNORECASE)


def outside() -> list[Path]:
    """Return the lab's sources without the engines' folders."""
    own = [SOURCES / "engines" / name for name in OWN]
    files = [file for kind in ("py", "js", "css", "html") for file in SOURCES.rglob(f"*.{kind}")]
    return [file for file in files if not any(file.is_relative_to(folder) for folder in own)]


def code_of(source: str) -> str:
    """Return Python without its comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [part for part in body if not _is_said(part)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_said(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_no_engine_is_named_outside_its_folder() -> None:
    found = {str(file.relative_to(SOURCES)) for file in outside() if names().search(file.read_text())}
    assert found == {*EXPLAINED, *EXAMPLES}, "an exception that is not needed any more goes, too"


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_is_explained_is_not_code(name: str) -> None:
    assert names().search(code_of((SOURCES / name).read_text())) is None


def test_the_example_engine_is_not_known() -> None:
    """A tone is a sound, too: as a name it would stand in quotation marks, or with the underscore of its package."""
    code = [file.read_text() for file in outside()]
    assert not [text for text in code if re.search(r"""["']tone["']|\btone_|_tone\b""", text)]


def test_the_check_finds_names() -> None:
    for text in ('engine == "preview"', "import qwen3", "mlx.core", "PREVIEW = 1", "use_piper"):
        assert names().search(text), text
    assert not names().search("previewed at the pipers")
    assert names().search(code_of('"""preview"""\nx = "a"')) is None
    assert names().search(code_of('"""a"""\nx = "preview"'))
