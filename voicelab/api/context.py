"""What routes are given: the lab they belong to, its desk, and where the page is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from voicelab.api.bench import Bench
from voicelab.api.desk import Desk
from voicelab.api.page import PageSlot
from voicelab.lab import Lab


def _lab(request: Request) -> Lab:
    lab: Lab = request.app.state.lab
    return lab


def _page(request: Request) -> PageSlot:
    page: PageSlot = request.app.state.page
    return page


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _bench(request: Request) -> Bench:
    bench: Bench = request.app.state.bench
    return bench


LabOf = Annotated[Lab, Depends(_lab)]
PageOf = Annotated[PageSlot, Depends(_page)]
DeskOf = Annotated[Desk, Depends(_desk)]
BenchOf = Annotated[Bench, Depends(_bench)]
