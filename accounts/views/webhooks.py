"""Servers of the customer that are told what the customer is told."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import webhooks as selectors
from accounts.services import webhooks
from accounts.views.requests import PageRequest, page, posted
from accounts.webhooks.addresses import LONGEST_URL
from securebank.kernel.errors import DomainError
from securebank.web import throttles
from securebank.web.pages import LineField, refuse


class WebhookForm(forms.Form):
    """A server to tell."""

    url = LineField(
        label=gettext_lazy("Address of your server"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("Begins with https:// and names a server on the public internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@page("GET", "POST")
def show_webhooks(request: PageRequest) -> HttpResponse:
    """List servers and register another one; its secret is on the answer and on no later page."""
    form = WebhookForm(posted(request))
    registered = None
    if form.is_valid():
        try:
            throttles.take("webhook_change", str(request.user.pk))
            registered = webhooks.add(owner=request.user, url=form.cleaned_data["url"])
        except DomainError as error:
            refuse(form, error, dict.fromkeys(("webhook_url_refused", "webhook_known"), "url"))
        else:
            form = WebhookForm()
    return _page(request, form, registered)


@page("POST")
def rotate_secret(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Give a server another secret and show it this once."""
    throttles.take("webhook_change", str(request.user.pk))
    registered = webhooks.rotate_secret(owner=request.user, endpoint_id=webhook_id, now=timezone.now())
    return _page(request, WebhookForm(), registered)


@page("POST")
def try_out(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Send a test message and say how it fared."""
    trial = webhooks.try_out(owner=request.user, endpoint_id=webhook_id, now=timezone.now())
    if trial.is_delivered:
        messages.success(request, _("Your server took the test message."))
    else:
        messages.error(request, _("The test message did not arrive: %(reason)s.") % {"reason": trial.reason})
    return redirect("webhooks")


@page("POST")
def remove(request: PageRequest, webhook_id: UUID) -> HttpResponse:
    """Forget a server."""
    webhooks.remove(owner=request.user, endpoint_id=webhook_id)
    messages.success(request, _("Removed. Nothing is sent there any more."))
    return redirect("webhooks")


def _page(request: PageRequest, form: WebhookForm, registered: webhooks.Registered | None) -> HttpResponse:
    facts = {"form": form, "registered": registered, "webhooks": selectors.endpoints_of(owner=request.user)}
    return render(request, "pages/webhooks.html", facts, status=422 if form.errors else 200)
