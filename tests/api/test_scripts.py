"""How the page's scripts are served: kept for good under their edition, whole, and only to those who have the token."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from voicelab.api.app import create_api
from voicelab.static import PREFIX, ROOT, address, edition, parts

if TYPE_CHECKING:
    from voicelab.lab import Lab

_IMPORTED = re.compile(r'^(?:import|export) .* from "(.*)";$', re.MULTILINE)


def test_every_script_is_served_as_what_it_is_and_kept(client: TestClient) -> None:
    for name, part in parts().items():
        answer = client.get(f"/{address(name)}")
        assert answer.status_code == 200, name
        assert answer.content == part.content == (ROOT / name).read_bytes()
        assert answer.headers["content-type"] == part.media_type
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", [f"{PREFIX}/0000/page/takes.js", f"{PREFIX}/{edition()}/page/none.js", f"{PREFIX}/{edition()}/__init__.py"]
)
def test_nothing_else_is_there(client: TestClient, path: str) -> None:
    answer = client.get(f"/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_what_a_script_imports_is_served_beside_it_and_to_the_same_people(client: TestClient) -> None:
    """A listener has no token, so nothing of the listener's page may come from where one is needed."""
    for name in parts():
        for imported in _IMPORTED.findall((ROOT / name).read_text(encoding="utf-8")):
            found = (ROOT / name).parent.joinpath(imported).resolve().relative_to(ROOT.resolve()).as_posix()
            assert found in parts(), f"{name} imports {imported}"
            if name.startswith("listen/"):
                assert client.get(f"/listen/static/{found}").status_code == 200, name
    assert client.get("/listen/static/page/takes.js").status_code == 404


def test_beyond_this_machine_they_need_the_token(lab: Lab) -> None:
    api = create_api(replace(lab, settings=replace(lab.settings, host="0.0.0.0")))  # noqa: S104 - nothing is bound
    with TestClient(api, base_url="http://localhost:7861") as stranger:
        assert stranger.get(f"/{address('page/widgets.js')}").status_code == 401
        assert stranger.get("/listen/static/shared/dom.js").status_code == 200


def test_an_edition_is_of_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = edition()
    name, part = next(iter(parts().items()))
    changed = {**parts(), name: replace(part, content=part.content + b" ")}
    monkeypatch.setattr("voicelab.static.parts", lambda: changed)
    assert edition.__wrapped__() != before
    with pytest.raises(KeyError):
        address("page/none.js")
