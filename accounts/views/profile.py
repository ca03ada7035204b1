"""Who the customer is, and where the rest of their settings are."""

from typing import Final
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.handles import SUFFIX as HANDLE_SUFFIX
from accounts.reading import remember_reading
from accounts.services import profiles
from accounts.services.personal_data import LONGEST_NAME
from accounts.views.requests import PageRequest, page, posted

# Names of places; the others are abbreviations and old spellings.
AREAS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
ZONES: Final = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in AREAS)


class ProfileForm(forms.Form):
    """What a customer may change about themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Others see your first name and the first letter of your last name."),
    )
    handle = forms.CharField(
        label=gettext_lazy("Payment handle"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("Others pay you at this name."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=[(zone, zone) for zone in ZONES])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own signature
        names = [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        self.fields["language"] = forms.ChoiceField(label=gettext_lazy("Language"), choices=names)
        self.order_fields(["name", "handle", "phone", "language", "time_zone"])


@page("GET", "POST")
def show_profile(request: PageRequest) -> HttpResponse:
    """Show and change the profile."""
    user = request.user
    form = ProfileForm(
        posted(request),
        initial={
            "name": user.name,
            "handle": user.handle,
            "phone": user.phone,
            "language": user.language,
            "time_zone": user.time_zone,
        },
    )
    if form.is_valid():
        try:
            person = profiles.update_profile(user=user, changes=form.cleaned_data, today=timezone.localdate())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            with translation.override(person.language):
                messages.success(request, _("Saved."))
            answer = redirect("profile")
            remember_reading(answer, language=person.language)
            return answer
    return render(
        request,
        "pages/profile.html",
        {"form": form, "suffix": HANDLE_SUFFIX},
        status=422 if form.errors else 200,
    )


@page("GET")
def you(request: PageRequest) -> HttpResponse:
    """Show the way to everything about oneself; the last tab on a phone."""
    return render(request, "pages/you.html", {"suffix": HANDLE_SUFFIX})
