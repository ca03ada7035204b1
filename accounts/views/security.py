"""The security centre: how one signs in, from where, and the payment PIN."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Device
from accounts.services import devices, pins
from accounts.services.pin_rules import LONGEST, SHORTEST
from accounts.views.requests import PageRequest, page, posted
from securebank.kernel.errors import DomainError
from securebank.web.pages import refuse


class PinForm(forms.Form):
    """A new PIN, proven with the password."""

    pin = forms.CharField(
        label=gettext_lazy("New payment PIN"),
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text=gettext_lazy("Four to six digits that others won't guess."),
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input", "pattern": "[0-9]*"}
        ),
    )
    pin_again = forms.CharField(
        label=gettext_lazy("The same PIN again"),
        max_length=LONGEST,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input", "pattern": "[0-9]*"}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_pin_again(self) -> str:
        """Refuse a second PIN that differs from the first."""
        again: str = self.cleaned_data["pin_again"]
        if again != self.cleaned_data.get("pin", again):
            raise forms.ValidationError(_("The two PINs differ."))
        return again


@page("GET")
def show_security(request: PageRequest) -> HttpResponse:
    """Show everything that guards the customer's money on one page."""
    factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(
        request,
        "pages/security.html",
        {
            "has_pin": pins.has_pin(request.user),
            "has_totp": Authenticator.Type.TOTP in factors,
            "has_passkey": Authenticator.Type.WEBAUTHN in factors,
            "session_count": len(UserSession.objects.purge_and_list(request.user)),
            "device_count": Device.objects.filter(user=request.user, revoked_at__isnull=True).count(),
        },
    )


@page("GET", "POST")
def set_pin(request: PageRequest) -> HttpResponse:
    """Set or change the payment PIN."""
    form = PinForm(posted(request))
    if form.is_valid():
        try:
            pins.set_pin(
                user=request.user,
                pin=form.cleaned_data["pin"],
                password=form.cleaned_data["password"],
                now=timezone.now(),
            )
        except DomainError as error:
            refuse(form, error, {"password_wrong": "password", "pin_too_simple": "pin"})
        else:
            messages.success(request, _("Your payment PIN is set. You need it for every payment from now on."))
            return redirect("security")
    has_pin = pins.has_pin(request.user)
    return render(request, "pages/pin.html", {"form": form, "has_pin": has_pin}, status=422 if form.errors else 200)


@page("GET")
def show_devices(request: PageRequest) -> HttpResponse:
    """List the browsers and apps that were used to sign in."""
    known = Device.objects.filter(user=request.user).prefetch_related("sightings").order_by("-last_seen_at")
    return render(request, "pages/devices.html", {"devices": known})


@page("POST")
def trust_device(request: PageRequest, device_id: UUID) -> HttpResponse:
    """Mark a device as the customer's own."""
    devices.trust(owner=request.user, device_id=device_id, now=timezone.now())
    return redirect("devices")


@page("POST")
def revoke_device(request: PageRequest, device_id: UUID) -> HttpResponse:
    """Sign a device out everywhere."""
    devices.revoke(owner=request.user, device_id=device_id, now=timezone.now())
    messages.success(request, _("That device is signed out."))
    return redirect("devices")
