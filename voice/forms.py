"""Forms of the voice room."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from payments.confirm_forms import PinField
from securebank.web.pages import LineField
from voice.types import Candidate
from voice.understanding.tokens import LONGEST_SENTENCE
from voice.wording import described

# From an error's code to the field that it is about.
SAY_FIELDS: Final = dict.fromkeys(("not_understood", "payee_not_found", "same_account", "own_request"), "text")
CONFIRM_FIELDS: Final = dict.fromkeys(("pin_required", "pin_wrong", "pin_locked"), "pin") | dict.fromkeys(
    ("command_incomplete", "payee_not_offered"), "payee"
)


class SayForm(forms.Form):
    """One sentence."""

    text = LineField(
        label=gettext_lazy("What do you want to do?"),
        max_length=LONGEST_SENTENCE,
        help_text=gettext_lazy("English or Hindi, as you would say it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "go"}),
    )


class ConfirmCommandForm(forms.Form):
    """Whom, where that was not clear, and the PIN, where money moves."""

    pin = PinField()

    def __init__(self, *args: Any, people: Iterable[Candidate], needs_pin: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(person.payee_id), described(person)) for person in people]
        if choices:
            self.fields["payee"] = forms.ChoiceField(
                label=gettext_lazy("Whom do you mean?"), choices=choices, widget=forms.RadioSelect
            )
        if needs_pin:
            self.fields["pin"].required = True
        else:
            del self.fields["pin"]
