"""Forms around signing up and in, where the bank asks for more than django-allauth."""

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_registration_response
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import personal_data, registration, totp_codes


class SignUpForm(SignupForm):  # type: ignore[misc] # allauth isn't typed
    """Name, address and password; handle and phone when people want to be found by them."""

    field_order = ["name", "email", "phone", "handle", "password1"]

    name = forms.CharField(
        label=_("Name"),
        max_length=personal_data.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    handle = forms.CharField(
        label=_("Payment handle"),
        required=False,
        max_length=60,
        help_text=_("Others pay you at handle@securebank. Leave it empty and we choose one."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check everything that registering checks, and show it beside the fields."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            try:
                registration.checked(**self._typed())
            except ValidationError as refusal:
                self._show(refusal)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Register; when somebody else took a value a moment ago, begin again."""
        if self.account_already_exists:
            answer: tuple[User | None, HttpResponse | None] = super().try_save(request)
            return answer
        try:
            return registration.register(**self._typed()), None
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_signup"))) from refusal

    def _typed(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "email": typed["email"],
            "password": typed["password1"],
            "name": typed["name"],
            "phone": typed.get("phone") or None,
            "handle": typed.get("handle") or None,
        }

    def _show(self, refusal: ValidationError) -> None:
        """Add the refusals to their fields; a taken address isn't told here but by mail to that address."""
        for field, errors in refusal.error_dict.items():
            if any(error.code == "email_taken" for error in errors):
                self.account_already_exists = True
            else:
                self.add_error("password1" if field == "password" else field, errors)


class CredentialField(forms.JSONField):
    """A passkey's answer; nested deeper than Python's parser follows, it is none."""

    def to_python(self, value: Any) -> Any:
        """Return the parsed answer."""
        try:
            return super().to_python(value)
        except RecursionError as depth:
            raise ValidationError(_("This passkey could not be read. Please try again.")) from depth

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the page shows again."""
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return InvalidJSONInput("")


class WellFormed:
    """Refuses a passkey's answer that lacks parts; the package's parser stumbles over it."""

    def clean_credential(self) -> Any:
        """Return what the package makes of the answer.

        Raises:
            ValidationError: it isn't one.
        """
        checked = getattr(super(), "clean_credential", None)
        try:
            return checked() if checked else self._parsed()
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            raise ValidationError(_("This passkey could not be read. Please try again.")) from fault

    def _parsed(self) -> Any:
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined] # of the form it is mixed into
        parse_registration_response(credential)
        return credential


class PasskeyLoginForm(WellFormed, LoginWebAuthnForm):  # type: ignore[misc] # allauth isn't typed
    """Sign in with a passkey alone."""

    credential = CredentialField(widget=forms.HiddenInput)


class PasskeyAuthenticateForm(WellFormed, AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth isn't typed
    """Use a passkey as the second factor."""

    credential = CredentialField(widget=forms.HiddenInput)


class PasskeyReauthenticateForm(WellFormed, ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth isn't typed
    """Prove with a passkey again who one is."""

    credential = CredentialField(widget=forms.HiddenInput)


class FreshCode:
    """Refuses a code that was used anywhere in the bank; the package remembers its own uses in the cache only."""

    def clean_code(self) -> str:
        """Return the code, used up.

        Raises:
            ValidationError: wrong or used.
        """
        code: str = super().clean_code()  # type: ignore[misc] # of the form it is mixed into
        form: Any = self
        is_app = form.authenticator.type == Authenticator.Type.TOTP
        if is_app and not totp_codes.spend(user=form.user, code=code):
            raise ValidationError(_("This code was used already. Wait for the next one."))
        return code


class CodeForm(FreshCode, AuthenticateForm):  # type: ignore[misc] # allauth isn't typed
    """Use a code as the second factor."""


class CodeAgainForm(FreshCode, ReauthenticateForm):  # type: ignore[misc] # allauth isn't typed
    """Prove with a code again who one is."""


class PasskeyAddForm(WellFormed, AddWebAuthnForm):  # type: ignore[misc] # allauth isn't typed
    """Set up a passkey."""

    credential = CredentialField(widget=forms.HiddenInput)
