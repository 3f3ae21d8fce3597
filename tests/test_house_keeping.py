"""What a project promises beside its code: docs that build as a site, a workflow and hooks that run what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.fast import is_slow
from voicelab.settings import CHECKOUT

HOOKS = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
WORKFLOW = (CHECKOUT / ".github/workflows/ci.yml").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))


def test_the_docs_build_as_a_site_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {page.stem for page in tmp_path.glob("*.html")} >= {page.stem for page in (CHECKOUT / "docs").glob("*.md")}


def test_the_site_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    subprocess.run(command, cwd=CHECKOUT, check=True)
    for page in tmp_path.rglob("*.html"):
        assert (
            re.findall(r'<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)="(https?://[^"]*)"', page.read_text())
            == []
        ), page


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_what_make_check_runs(hook: dict[str, str]) -> None:
    tool = Path(hook["entry"].split()[0]).name
    assert f"$(BIN)/{tool}" in (CHECKOUT / "Makefile").read_text()


def test_the_workflow_calls_what_is_there() -> None:
    runs = re.findall(r"run: (.*)", WORKFLOW)
    called = {target for run in runs for target in re.findall(r"make ([a-z-]+)\b(?! \.)", run)}
    assert called
    assert called <= TARGETS
    assert (CHECKOUT / ".ci/run").stat().st_mode & 0o100
    assert set(re.findall(r'"(3\.\d+)"', WORKFLOW)) >= {"3.11", "3.12", "3.13", "3.14"}


def test_quick_tests_are_most_of_them_and_start_nothing() -> None:
    modules = list((CHECKOUT / "tests").rglob("test_*.py"))
    quick = [module for module in modules if not is_slow(module)]
    assert len(quick) > len(modules) / 3
    assert is_slow(CHECKOUT / "tests/ui/test_every_button.py")
    assert is_slow(CHECKOUT / "tests/test_installed.py")


def named_in_docs() -> list[tuple[str, str, str]]:
    """Return each `room/module.name` that a page of the docs names: page, module and name."""
    return sorted(
        (page.name, module, name)
        for page in (CHECKOUT / "docs").glob("*.md")
        for module, name in re.findall(
            r"`((?:[a-z0-9_]+/)+[a-z0-9_]+)\.([A-Za-z_]\w+)", page.read_text(encoding="utf-8")
        )
        if name not in {"py", "js", "md", "svg", "cuh", "h", "json", "onnx", "toml", "txt", "db", "wav", "tsv"}
        and (CHECKOUT / "voicelab" / module.split("/")[0]).is_dir()
    )


def test_what_the_docs_name_is_there() -> None:
    wrong = []
    for page, module, name in named_in_docs():
        path = CHECKOUT / "voicelab" / f"{module}.py"
        if not path.is_file() or not re.search(rf"(?:def|class) {name}\b|^{name}\b", path.read_text(), re.MULTILINE):
            wrong.append(f"{page}: {module}.{name}")
    assert wrong == []
    assert len(named_in_docs()) > 20
