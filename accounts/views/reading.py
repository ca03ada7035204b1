"""Language and theme, for visitors and customers."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.reading import THEMES, remember_reading
from accounts.services import profiles


class ReadingForm(forms.Form):
    """How somebody wants to read."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=[(theme, theme) for theme in ("auto", *THEMES)], required=False)


@require_POST
def set_reading(request: HttpRequest) -> HttpResponse:
    """Remember the choice and go back to the page; what isn't on offer changes nothing."""
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    answer = HttpResponseRedirect(target if is_ours else "/")
    form = ReadingForm(request.POST)
    if form.is_valid():
        language, theme = form.cleaned_data["language"] or None, form.cleaned_data["theme"] or None
        if language and isinstance(request.user, User):
            profiles.update_profile(user=request.user, changes={"language": language}, today=timezone.localdate())
        remember_reading(answer, language=language, theme=theme)
    return answer
