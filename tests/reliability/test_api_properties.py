"""The API from its own OpenAPI: whatever a client sends, the answer is never a fault of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from tests.reliability.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from schemathesis import Case

HOST = {"Host": "127.0.0.1:7861"}
EXAMPLES = 15
"""Of valid and of invalid requests for each operation."""
BUSY = {429, 503}
"""The engine of the tests holds four texts; both come with Retry-After."""


def test_no_request_is_a_fault_of_the_server(page: TestClient, canary: Path) -> None:
    assert canary.is_file()
    schema = schemathesis.openapi.from_asgi("/openapi.json", page.app, headers=HOST)
    operations = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operations.append(found.ok())
    assert {"/synthesize", "/health", "/voices", "/voices/{name}"} <= {operation.path for operation in operations}
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
        def try_valid(case: Case[Any]) -> None:
            _check(case)

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
        def try_invalid(case: Case[Any]) -> None:
            _check(case)

        try_valid()
        if operation.path == "/synthesize":  # the others take nothing that could be invalid
            try_invalid()


def _check(case: Case[Any]) -> None:
    answer = case.call(headers=HOST)
    if answer.status_code in BUSY:
        assert int(answer.headers["retry-after"][0]) >= 1
    else:
        assert answer.status_code < 500, answer.content[:300]
    text = answer.content.decode(errors="replace")
    assert SECRET not in text
    assert "Traceback" not in text
    if answer.status_code >= 400:
        assert set(answer.json()) >= {"error", "code"}, text[:200]
