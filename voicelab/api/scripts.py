"""The page's scripts, which need the token where the lab does; the listener's are served beside their page."""

from __future__ import annotations

from fastapi import APIRouter, Response

from voicelab import static
from voicelab.errors import NotFound

router = APIRouter(include_in_schema=False)

# The edition in the address changes with the content.
_FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.get(f"/{static.PREFIX}/{{edition}}/{{name:path}}")
def script(edition: str, name: str) -> Response:
    """Return a script or a style sheet of this lab's own edition."""
    part = static.parts().get(name)
    if part is None or edition != static.edition():
        raise NotFound("There is nothing at this address. Reload the page.")
    return Response(part.content, media_type=part.media_type, headers=_FOR_GOOD)
