"""The staff's desk: Django's admin, entered only through the site's own sign-in and with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import factors


class BankAdminSite(AdminSite):
    """No password form of its own; nobody without a second factor."""

    site_title = gettext_lazy("SecureBank staff")
    site_header = gettext_lazy("SecureBank staff")
    index_title = gettext_lazy("Desk")

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the caller is staff and has a second factor.

        Whoever has one has also shown it: the site lets nobody in without.
        """
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_staff and factors.has_factor(user)

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 # Django's signature
    ) -> HttpResponse:
        """Send people to the site's sign-in."""
        answer: HttpResponse = secure_admin_login(_enter)(request)
        return answer

    def password_change(  # type: ignore[override] # a redirect, not a page
        self,
        request: HttpRequest,  # noqa: ARG002 # Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 # Django's signature
    ) -> HttpResponse:
        """Send people to the site's own page, which asks for the factor again."""
        return redirect("account_change_password")


def _enter(request: HttpRequest) -> HttpResponse:
    """Let staff with a factor through to where they wanted to go, the others to set one up."""
    if isinstance(request.user, User) and factors.has_factor(request.user):
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(wanted) if is_ours else redirect("admin:index")
    messages.warning(request, _("Staff sign in with a second factor. Please set one up."))
    return redirect("mfa_index")
