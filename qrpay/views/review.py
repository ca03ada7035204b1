"""Review a code that was read: whom it pays, how much, how far it can be believed; then pay."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import BankAccount
from accounts.selectors import bank_accounts
from accounts.selectors.proofs import proofs_of
from accounts.services import confirmations
from accounts.types import AccountView
from accounts.views import step_up
from accounts.views.requests import PageRequest, browser_of, page, posted
from payments.constants import PIN_FREE_MINOR
from payments.errors import DraftExpired
from payments.models import Payment
from payments.reference_money import reference_minor
from qrpay.evidence.types import Level
from qrpay.forms import PayForm
from qrpay.services import paying
from qrpay.types import CodeOrder, Source, VerifiedCode
from qrpay.views import drafts
from qrpay.views.drafts import CodeDraft
from qrpay.views.refusals import WORDS
from qrpay.views.scan import payable, refused
from securebank.kernel.errors import DomainError
from securebank.kernel.money import InvalidAmount, Money
from securebank.web import clients
from securebank.web.pages import refuse


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows before anything is typed."""

    draft_id: UUID
    draft: CodeDraft
    code: VerifiedCode
    views: list[AccountView]

    @property
    def may_pay(self) -> bool:
        """Whether the page offers to pay."""
        return self.code.can_pay and bool(self.views) and self.draft.level != Level.BLOCK


@page("GET", "POST")
def review(request: PageRequest, draft_id: UUID) -> HttpResponse:
    """Show exactly what would be paid to whom; pay it when it is confirmed."""
    if Payment.objects.filter(pk=draft_id, created_by=request.user).exists():
        # A second press, or "back" after paying.
        return redirect("payment", draft_id)
    try:
        draft = drafts.draft_of(request.session, draft_id)
    except DraftExpired:
        return redirect("scan")
    try:
        sheet = Sheet(draft_id, draft, code := payable(request, draft), _accounts(request, code))
        return _answer(request, sheet)
    except DomainError as error:
        return refused(request, error, draft)


@page("POST")
def challenge(request: PageRequest, draft_id: UUID) -> HttpResponse:
    """Ask what a passkey must sign to confirm this code's payment."""
    draft = drafts.draft_of(request.session, draft_id)
    views = _accounts(request, payable(request, draft))
    binding = paying.binding_of(_order(request, draft_id, draft, views))
    question = confirmations.ask_passkey(user=request.user, binding=binding, origin=clients.origin(request))
    return step_up.asked(question)


def _answer(request: PageRequest, sheet: Sheet) -> HttpResponse:
    code, proofs = sheet.code, proofs_of(request.user)
    amount = code.amount or _typed(request, code)
    is_needed = proofs.has_pin or (amount is not None and reference_minor(amount) > PIN_FREE_MINOR)
    form = PayForm(posted(request), code=code, views=sheet.views, proofs=proofs, is_needed=is_needed)
    if sheet.may_pay and form.is_valid():
        try:
            payment = paying.pay(
                order=_order(request, sheet.draft_id, sheet.draft, sheet.views),
                requested_at=timezone.now(),
                proof=form.proof(clients.origin(request)),
            )
        except DomainError as error:
            if error.code in WORDS:
                raise
            refuse(form, error, form.error_fields)
        else:
            drafts.forget(request.session, sheet.draft_id)
            return redirect("payment", payment.pk)
    context = {
        "draft_id": sheet.draft_id,
        "code": code,
        "form": form,
        "proofs": proofs,
        "is_needed": is_needed,
        "may_pay": sheet.may_pay,
        "has_accounts": bool(sheet.views),
        "level": sheet.draft.level,
        "scan": sheet.draft.scan,
        "reasons": _reasons(sheet),
    }
    return render(request, "pages/scan_review.html", context, status=422 if request.method == "POST" else 200)


def _reasons(sheet: Sheet) -> list[str]:
    """Return what was seen in the print and what the code says, each thing once, worst first."""
    told = dict(sheet.draft.reasons)
    told |= {reason.code: reason.detail for reason in sheet.code.reasons if reason.code not in told}
    return list(told.values())


def _accounts(request: PageRequest, code: VerifiedCode) -> list[AccountView]:
    """Return the accounts that could pay the code, the usual one first."""
    views = bank_accounts.accounts_with_balances(owner=request.user)
    fitting = [
        view
        for view in views
        if (view.account.status, view.account.currency) == (BankAccount.Status.ACTIVE, code.currency)
    ]
    return sorted(fitting, key=lambda view: bank_accounts.current_first(view.account))


def _typed(request: PageRequest, code: VerifiedCode) -> Money | None:
    try:
        return Money.parse(request.POST.get("amount", ""), code.currency)
    except InvalidAmount:
        return None


def _order(request: PageRequest, draft_id: UUID, draft: CodeDraft, views: list[AccountView]) -> CodeOrder:
    """Return the payment that was asked for; what the code fixes is taken from the code."""
    asked = {str(view.account.pk): view.account.pk for view in views}
    return CodeOrder(
        customer=request.user,
        text=draft.text,
        amount=request.POST.get("amount"),
        source=Source(draft.source),
        from_account_id=asked.get(request.POST.get("from_account", ""), next(iter(asked.values()), None)),
        device=browser_of(request),
        ip_address=clients.ip_address(request),
        payment_id=draft_id,
    )
