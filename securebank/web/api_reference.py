"""The API reference for people: Swagger UI and ReDoc, from our own files, under the site's own policy."""

from typing import Final

from csp.constants import NONCE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# ReDoc's bundle adds the style sheet of its scroll bars before it can be told the nonce: first empty, then filled.
SCROLL_BARS: Final = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
)


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Show the reference with forms to try calls out."""
    return render(request, "api/swagger.html")


@require_safe
@csp_update({"style-src": [NONCE, *SCROLL_BARS]})
def redoc(request: HttpRequest) -> HttpResponse:
    """Show the reference for reading; ReDoc makes its style sheet in the page, hence the nonce."""
    return render(request, "api/redoc.html")
