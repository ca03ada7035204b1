"""Say or type what you want: one sentence, its reading back, the PIN, done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import pins
from accounts.views.requests import PageRequest, browser_of, page, posted
from payments.models import Payment
from securebank.kernel.errors import DomainError
from securebank.web import clients
from securebank.web.pages import refuse
from voice.errors import CommandCancelled, CommandExpired, CommandUsed
from voice.forms import CONFIRM_FIELDS, SAY_FIELDS, ConfirmCommandForm, SayForm
from voice.models import VoiceCommand
from voice.selectors import command_of
from voice.services import executing
from voice.services.commands import answer_about, process
from voice.types import Answer, Confirmation
from voice.understanding.types import Intent


@page("GET", "POST")
def say(request: PageRequest) -> HttpResponse:
    """Take a sentence; answer it, or go on to its confirmation."""
    form, answer = SayForm(posted(request)), None
    if form.is_valid():
        try:
            answer = process(owner=request.user, text=form.cleaned_data["text"])
        except DomainError as error:
            refuse(form, error, SAY_FIELDS)
        else:
            if answer.command_id and _can_go_on(answer):
                return redirect("voice-command", answer.command_id)
    return render(request, "pages/voice.html", {"form": form, "answer": answer}, status=422 if form.errors else 200)


@page("GET", "POST")
def command(request: PageRequest, command_id: UUID) -> HttpResponse:
    """Read a command back; carry it out when it is confirmed."""
    draft = command_of(owner=request.user, command_id=command_id)
    try:
        executing.refuse_unless_open(draft)
    except (CommandUsed, CommandCancelled, CommandExpired) as over:
        return _over(request, draft, over)
    answer = answer_about(draft, request.user)
    is_payment = draft.intent == Intent.PAY
    form = ConfirmCommandForm(
        posted(request), people=answer.payee.candidates if answer.payee else (), needs_pin=is_payment
    )
    if form.is_valid():
        try:
            made = executing.execute(confirmation=_confirmation(request, draft, form.cleaned_data), now=timezone.now())
        except (CommandUsed, CommandCancelled, CommandExpired) as over:
            return _over(request, command_of(owner=request.user, command_id=command_id), over)
        except DomainError as error:
            refuse(form, error, CONFIRM_FIELDS)
        else:
            return redirect("payment", made.pk) if isinstance(made, Payment) else _asked(request)
    context = {
        "form": form,
        "answer": answer,
        "is_payment": is_payment,
        "has_pin": pins.has_pin(request.user),
    }
    return render(request, "pages/voice_command.html", context, status=422 if form.errors else 200)


@page("POST")
def cancel(request: PageRequest, command_id: UUID) -> HttpResponse:
    """Cancel a command."""
    executing.cancel(owner=request.user, command_id=command_id)
    messages.info(request, _("Cancelled. Nothing was paid."))
    return redirect("voice")


def _can_go_on(answer: Answer) -> bool:
    """Tell whether what is missing, if anything, can be chosen on the next page."""
    if answer.intent == Intent.CANCEL:
        return False
    return not answer.needs or (answer.needs == ("payee",) and bool(answer.payee and answer.payee.candidates))


def _confirmation(request: PageRequest, draft: VoiceCommand, data: dict[str, Any]) -> Confirmation:
    return Confirmation(
        owner=request.user,
        command_id=draft.pk,
        pin=data.get("pin"),
        payee_id=UUID(data["payee"]) if data.get("payee") else None,
        device=browser_of(request),
        ip_address=clients.ip_address(request),
    )


def _over(request: PageRequest, draft: VoiceCommand, over: DomainError) -> HttpResponse:
    """Send a second press to what the first one made, and anything else to a new sentence."""
    if draft.payment_id:
        return redirect("payment", draft.payment_id)
    if draft.payment_request_id:
        return redirect("requests")
    messages.info(request, str(over))
    return redirect("voice")


def _asked(request: PageRequest) -> HttpResponse:
    messages.success(request, _("Your request is sent."))
    return redirect("requests")
