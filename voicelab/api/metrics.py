"""GET /metrics: figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response

from voicelab.api.context import RequestServiceOf

router = APIRouter()


@router.get("/metrics", response_class=Response)
def metrics(request_service: RequestServiceOf) -> Response:
    """Return requests, queue, speed, first audio and restarts in Prometheus's text format."""
    return Response(request_service.request_metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
