"""What routes are given: the lab they belong to, its request service, and where the page is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from voicelab.api.bench import Bench
from voicelab.api.page import PageSlot
from voicelab.api.request_service import RequestService
from voicelab.lab import Lab


def _lab(request: Request) -> Lab:
    lab: Lab = request.app.state.lab
    return lab


def _page(request: Request) -> PageSlot:
    page: PageSlot = request.app.state.page
    return page


def _request_service(request: Request) -> RequestService:
    request_service: RequestService = request.app.state.request_service
    return request_service


def _bench(request: Request) -> Bench:
    bench: Bench = request.app.state.bench
    return bench


LabOf = Annotated[Lab, Depends(_lab)]
PageOf = Annotated[PageSlot, Depends(_page)]
RequestServiceOf = Annotated[RequestService, Depends(_request_service)]
BenchOf = Annotated[Bench, Depends(_bench)]
