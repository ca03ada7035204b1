"""What a colleague presses on a case's page."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from securebank.kernel.text import is_printable

COMMENT_LENGTH: Final = 280
LONGEST_TEXT: Final = 2000

ACTIONS: Final = ("take", "put_back", "assign", "comment", "escalate", "confirm", "release")
# What is decided about one alert.
ABOUT_ALERTS: Final = frozenset({"confirm", "release"})


class ActForm(forms.Form):
    """One of the actions, with what it needs."""

    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])
    alert = forms.UUIDField(required=False)
    colleague = forms.UUIDField(required=False)
    comment = forms.CharField(required=False, max_length=LONGEST_TEXT)

    def clean_comment(self) -> str:
        """Return the comment without letters that can't be seen; new lines stay."""
        text: str = self.cleaned_data["comment"]
        return "".join(letter for letter in text.replace("\r\n", "\n") if letter == "\n" or is_printable(letter))

    def clean(self) -> dict[str, Any]:
        """Ask for what the action is about."""
        typed = super().clean() or {}
        action = typed.get("action")
        if action in ABOUT_ALERTS and typed.get("alert") is None:
            self.add_error("alert", gettext_lazy("Which alert?"))
        if action in ABOUT_ALERTS and len(typed.get("comment", "")) > COMMENT_LENGTH:
            self.add_error("comment", gettext_lazy("Up to 280 characters, please."))
        if action == "assign" and typed.get("colleague") is None:
            self.add_error("colleague", gettext_lazy("Choose a colleague."))
        return typed
