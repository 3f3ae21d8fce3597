"""`voicelab listen …`: create, link, results, use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done


def test_listening_tests_from_the_command_line(run: Callable[..., Done], home: Path) -> None:
    """Create, link, results, use: the keys that other programs rely on."""
    from tests.listening_lab import with_comparison

    experiment = with_comparison(home)
    made = run("listen", "create", experiment.id, "--kind", "ab", "--trials", "4", "--json")
    assert made.code == 0
    assert made.value["url"].startswith("http://127.0.0.1:7860/listen/")
    test = made.value["test"]
    assert run("listen", "link", test, "--json").value["url"] == made.value["url"]
    results = run("listen", "results", test, "--json", "--out", home / "answers.csv").value
    assert "nobody has answered" in results["results"]["paragraph"]
    assert (home / "answers.csv").exists()
    used = run("listen", "use", test, "preview/3s", "--json").value
    assert used["recipe"]["length_s"] == 3.0
    assert run("listen", "link", test, "--revoke", "--json").value["open"] is False
    assert [each["test"] for each in run("listen", "list", "--json").value["tests"]] == [test]
    for arguments, word in (
        (("create", experiment.id, "--kind", "duel"), "no kind"),
        (("create", "f" * 32), "experiment"),
        (("results", "nothing"), "no such listening test"),
        (("use", test, "loud"), "Choose from"),
    ):
        failed = run("listen", *arguments)
        assert failed.code == 1
        assert word in failed.err


@pytest.mark.parametrize("kind", ["abx", "cmos", "similarity", "rate"])
def test_every_kind_can_be_made_from_the_command_line(run: Callable[..., Done], home: Path, kind: str) -> None:
    from tests.listening_lab import with_comparison

    assert run("listen", "create", with_comparison(home).id, "--kind", kind, "--json").value["kind"] == kind
