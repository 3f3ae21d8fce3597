"""The scripts without a browser: their pure parts by node's own tests, and their types by the Python they come from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.javascript.declarations import PATH, declarations
from voicelab.compare.export_rows import row
from voicelab.compare.take import Details, Take

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")
"""Of the wheel that requirements-dev.txt names."""


def test_the_pure_parts_of_the_scripts() -> None:
    tests = sorted(HERE.glob("*.test.js"))
    assert len(tests) >= 6
    quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"  # voicelab/ has no package.json, and needs none
    command: list[str | Path] = [NODE, quiet, "--test", "--test-reporter=spec", *tests]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_of_the_scripts_are_those_of_the_python() -> None:
    said = "Run python -m tests.javascript.declarations: the Python changed."
    assert PATH.read_text(encoding="utf-8") == declarations(), said


def test_a_row_has_the_fields_that_its_type_has() -> None:
    """TakeRow is put together in declarations.py as `row` does it."""
    take = Take("a", "Line.", 5.0, "preview", 1, 5.0, "words", details=Details())
    fields = {*Take.__dataclass_fields__, *Details.__dataclass_fields__, "measure_notes", "dnsmos_overall"} - {
        "details"
    }
    assert set(row(take)) == fields
    assert row(take)["measure_notes"] == ()
    bare = row(Take("a", "Line.", 5.0, "preview", 1, 5.0, "words"))
    assert set(bare) == {*Take.__dataclass_fields__, "measure_notes", "dnsmos_overall"} - {"details"}


def test_no_registry_is_written_into_the_lock_file() -> None:
    """Whoever has a registry of their own installs the same packages, known by their checksums, from there."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
