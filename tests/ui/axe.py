"""What axe-core finds on a page: violations of WCAG 2.1 A and AA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "javascript" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

AT_ONCE = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { transition: none !important; }');
  document.adoptedStyleSheets.push(sheet); }"""
"""A button that can be pressed from now on changes its colour for a moment, also while axe looks."""


def violations(page: Page, part: str = "body") -> list[str]:
    """Return what is wrong in the `part` of the page that a selector names, each with where it is and why."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(AT_ONCE)
    look = "([part, rules]) => axe.run(part === 'body' ? document : part, { runOnly: rules })"
    found: dict[str, Any] = page.evaluate(look, [part, RULES])
    assert found["passes"], "nothing was looked at"
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
