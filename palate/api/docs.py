"""The OpenAPI document for people to read and try: Swagger's page, from files that are here, no other host's."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


@router.get("/docs")
def page() -> HTMLResponse:
    """Swagger's page."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="palate",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon-32x32.png",
    )


@router.get("/docs/{name}")
def file(name: str) -> Response:
    """One of its files."""
    if name not in _FILES:
        return Response(status_code=404)
    data = resources.files("fastapi_swagger").joinpath("resources", name).read_bytes()
    return Response(data, media_type=_FILES[name], headers={"cache-control": "max-age=86400"})
