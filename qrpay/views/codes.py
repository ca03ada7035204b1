"""Codes of one's own: made, shown large, saved, printed, taken back."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.handles import SUFFIX
from accounts.selectors import bank_accounts
from accounts.views.requests import PageRequest, page, posted
from qrpay import drawing
from qrpay.forms import CODE_FIELDS, ONCE, CodeForm
from qrpay.models import Code
from qrpay.selectors import codes as selectors
from qrpay.services import codes as services
from qrpay.types import CodeWish
from qrpay.views.lines import drawn, line_of
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from securebank.web import throttles
from securebank.web.pages import refuse
from securebank.web.wording import format_money

# Newest first; older ones have long been paid or taken back.
LISTED: Final = 50
# Pixels a module: a code of version 9 becomes 732 pixels wide, sharp on paper up to about 6 centimetres at 300 dpi.
FILE_PIXELS: Final = 12


@page("GET")
def my_code(request: PageRequest) -> HttpResponse:
    """Show the code that is always good, and list what else was made."""
    standing = (
        selectors.open_codes_of(request.user)
        .filter(scheme=Code.Scheme.SEALED, amount_minor=None, is_single_use=False, expires_at=None, note="")
        .first()
    )
    context = {
        "code": standing and line_of(standing),
        "drawn": standing and drawn(standing),
        "codes": [line_of(each) for each in selectors.codes_of(request.user)[:LISTED]],
        "suffix": SUFFIX,
    }
    return render(request, "pages/my_code.html", context)


@page("GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Make a code."""
    views = bank_accounts.accounts_with_balances(owner=request.user)
    form = CodeForm(posted(request), views=views, language=request.user.language)
    if form.is_valid():
        throttles.take("qr_issue", str(request.user.pk))
        try:
            made = services.issue(wish=_wish(request, form))
        except DomainError as error:
            refuse(form, error, CODE_FIELDS)
        else:
            return redirect("code", made.id)
    return render(request, "pages/code_new.html", {"form": form}, status=422 if form.errors else 200)


@page("GET")
def code(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Show one code large."""
    found = selectors.code_of(owner=request.user, code_id=code_id)
    context = {"code": line_of(found), "drawn": drawn(found), "suffix": SUFFIX}
    return render(request, "pages/code.html", context)


@page("GET")
def png(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Send the code as a picture."""
    found = selectors.code_of(owner=request.user, code_id=code_id)
    return _file(drawing.png(found.payload, pixels=FILE_PIXELS), "image/png", "payment-code.png")


@page("GET")
def svg(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Send the code as a drawing."""
    found = selectors.code_of(owner=request.user, code_id=code_id)
    return _file(drawing.svg(found.payload).encode(), "image/svg+xml", "payment-code.svg")


@page("GET")
def poster(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Send the code on paper, A4, or A5 for ``?size=a5``."""
    # The PDF library loads with the first PDF: every web process pays for what it imports at its start.
    from qrpay.poster import SIZES, Poster, pdf_file  # noqa: PLC0415

    found = selectors.code_of(owner=request.user, code_id=code_id)
    amount = "" if found.amount_minor is None else _written(found, request.user.language)
    size = request.GET.get("size", "a4")
    asked = Poster(found.payload, request.user.name, request.user.handle + SUFFIX, amount, found.note)
    content = pdf_file(asked, size=size if size in SIZES else "a4", language=request.user.language)
    return _file(content, "application/pdf", "payment-code.pdf")


@page("POST")
def withdraw(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Take a code back."""
    services.withdraw(owner=request.user, code_id=code_id)
    messages.success(request, _("The code is taken back."))
    return redirect("code", code_id)


def _wish(request: PageRequest, form: CodeForm) -> CodeWish:
    data = form.cleaned_data
    return CodeWish(
        owner=request.user,
        account_id=UUID(data["account"]) if data["account"] else None,
        amount=data["amount"] or None,
        note=data["note"],
        expires_in=data["expires_in"],
        single_use=data["uses"] == ONCE,
        scheme=data["scheme"],
    )


def _written(found: Code, language: str) -> str:
    return format_money(Money(found.amount_minor or 0, found.currency), language)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
