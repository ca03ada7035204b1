"""What a page that uses the camera may do, and no other page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from csp.decorators import csp_update
from django.http import HttpResponse
from django.http.response import HttpResponseBase

PERMISSIONS: Final = "camera=(self)"


def with_camera(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a page of ours film, and run the reader of codes, which is WebAssembly; nothing inside a frame may."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(*args, **kwargs)
        answer.headers["Permissions-Policy"] = PERMISSIONS
        return answer

    return csp_update({"script-src": ["'wasm-unsafe-eval'"]})(answered)
