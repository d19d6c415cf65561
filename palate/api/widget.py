"""`<script src="…/palate.js" defer></script>` puts the chat on any page: a button, and the page in a frame."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)


@router.get("/palate.js")
def script() -> Response:
    """The script; it loads nothing but the chat, and only once somebody opens it."""
    text = resources.files("palate.api").joinpath("palate.js").read_text("utf-8")
    headers = {"cache-control": "max-age=300", "cross-origin-resource-policy": "cross-origin"}
    return Response(text, media_type="text/javascript", headers=headers)
