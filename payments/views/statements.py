"""Choose a statement; read it on the page, or download it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.views.requests import PageRequest, page
from payments.forms import ON_PAGE, StatementForm
from payments.selectors.statements import statement_of
from payments.statements.files import FileFormat
from payments.statements.files import render as printed
from payments.statements.types import Period, Statement, bank_zone
from payments.statements.wording import title_of
from securebank.kernel.errors import DomainError
from securebank.web import throttles
from securebank.web.pages import refuse


@page("GET")
def statements(request: PageRequest) -> HttpResponse:
    """Ask for account and days."""
    today = timezone.localdate(timezone=bank_zone())
    accounts = list(request.user.bank_accounts.order_by("opened_at", "id"))
    asked = {"first": today.replace(day=1), "last": today, "account": request.GET.get("account")}
    is_asked = "file_format" in request.GET
    form = StatementForm(request.GET if is_asked else None, accounts=accounts, initial=asked)
    context: dict[str, Any] = {"form": form, "accounts": accounts}
    if form.is_valid():
        try:
            statement = _statement(request, form.cleaned_data)
            if form.cleaned_data["file_format"] != ON_PAGE:
                return _file(statement, FileFormat(form.cleaned_data["file_format"]))
            context |= {"statement": statement, "rows": [(line, title_of(line)) for line in statement.lines]}
        except DomainError as error:
            refuse(form, error, {"period_invalid": "last", "period_too_long": "first"})
    return render(request, "pages/statements.html", context, status=422 if form.errors else 200)


def _statement(request: PageRequest, data: dict[str, Any]) -> Statement:
    throttles.take("statement", str(request.user.pk))
    return statement_of(
        owner=request.user,
        account_id=UUID(data["account"]),
        period=Period(data["first"], data["last"]),
        made_at=timezone.now(),
        language=request.user.language,
    )


def _file(statement: Statement, file_format: FileFormat) -> HttpResponse:
    content, content_type, name = printed(statement, file_format)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
