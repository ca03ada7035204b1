"""The people a customer pays, under names of their own."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors.payees import find_payee
from accounts.types import PayeeMatch
from accounts.views.requests import PageRequest, page, posted
from payments.forms import SEND_FIELDS, PayeeForm
from payments.selectors.payees import saved_payees
from payments.services import payees
from securebank.kernel.errors import DomainError
from securebank.web import throttles
from securebank.web.pages import refuse

REMOVED: Final = "removed_payee"


@page("GET", "POST")
def show_payees(request: PageRequest) -> HttpResponse:
    """List payees; add one in two steps, so that the registered name is seen before it is saved."""
    form, match = PayeeForm(posted(request)), None
    if form.is_valid():
        throttles.take("payee_lookup", str(request.user.pk))
        try:
            if request.POST.get("step") == "save":
                return _save(request, form)
            match = find_payee(form.cleaned_data["to"])
        except DomainError as error:
            refuse(form, error, SEND_FIELDS)
    removed = request.session.pop(REMOVED, None) if request.method == "GET" else None
    return render(
        request,
        "pages/payees.html",
        {"form": form, "match": match, "payees": saved_payees(request.user), "removed": removed},
        status=422 if form.errors else 200,
    )


@page("POST")
def remove(request: PageRequest, payee_id: UUID) -> HttpResponse:
    """Take somebody off the list; the next page offers to undo it."""
    payee = saved_payees(request.user).filter(pk=payee_id).first()
    payees.remove_payee(owner=request.user, payee_id=payee_id)
    if payee is not None:
        request.session[REMOVED] = {"to": payee.account.number, "nickname": payee.nickname}
    return redirect("payees")


def _save(request: PageRequest, form: PayeeForm) -> HttpResponse:
    data = form.cleaned_data
    match: PayeeMatch = find_payee(data["to"])
    payees.save_payee(
        owner=request.user, to=data["to"], nickname=data["nickname"] or match.masked_name, now=timezone.now()
    )
    messages.success(request, _("Saved."))
    return redirect("payees")
