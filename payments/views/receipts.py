"""A payment's receipt: the proof drawn, the file, the file on paper; and the page that checks one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.views.requests import PageRequest, page
from ledger.chain import own_keys
from ledger.chain.key_ring import write_json
from payments.receipts.codes import code_path, code_text
from payments.receipts.drawing import picture_of
from payments.selectors.payments import payment_of
from payments.selectors.receipts import block_heights, receipt_of
from payments.views.lines import line_of


@page("GET")
def receipt(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Show what was paid, where it is sealed, and how the proof goes."""
    sealed = receipt_of(owner=request.user, payment_id=payment_id)
    squares, width = code_path(code_text(sealed.digest))
    context = {
        "payment": sealed.payment,
        "line": line_of(sealed.payment, request.user),
        "receipt": sealed.receipt,
        "digest": sealed.digest,
        "picture": picture_of(sealed.receipt),
        "code": {"squares": squares, "width": width},
    }
    return render(request, "pages/receipt.html", context)


@page("GET")
def receipt_file(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Send the receipt's file: the same bytes as over REST."""
    sealed = receipt_of(owner=request.user, payment_id=payment_id)
    return _file(sealed.content, "application/json", sealed.filename)


@page("GET")
def receipt_pdf(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Send the receipt on paper."""
    # The PDF library loads with the first PDF: every web process pays for what it imports at its start.
    from payments.receipts.pdf_file import pdf_file  # noqa: PLC0415

    sealed = receipt_of(owner=request.user, payment_id=payment_id)
    content = pdf_file(sealed, language=request.user.language)
    return _file(content, "application/pdf", sealed.filename.replace(".json", ".pdf"))


@page("GET")
def seal(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Show again whether the payment is sealed, because a block was mined."""
    found = payment_of(owner=request.user, payment_id=payment_id)
    height = block_heights([found]).get(found.pk)
    return render(request, "parts/payment_seal.html", {"payment": found, "block_height": height})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Give anybody the page that checks receipts on their own device."""
    is_customer = isinstance(request.user, User)
    context = {
        "layout": "layouts/app.html" if is_customer else "layouts/entrance.html",
        "keys": write_json(own_keys.published_keys())["keys"],
    }
    return render(request, "pages/receipt_check.html", context)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)
