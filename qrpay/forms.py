"""Forms of QR payments."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Longest text that a QR code can hold: version 40 at level L, digits only (ISO/IEC 18004, table 7).
LONGEST_TEXT: Final = 7089
PICTURES: Final = "image/png,image/jpeg,image/webp,image/gif"


class ScanForm(forms.Form):
    """A code to judge: as text, as a picture, or both when the camera has read it."""

    text = forms.CharField(
        label=gettext_lazy("What the code says"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
    )
    picture = forms.FileField(
        label=gettext_lazy("Picture"), required=False, widget=forms.FileInput(attrs={"accept": PICTURES})
    )
    source = forms.ChoiceField(required=False, choices=[("camera", ""), ("", "")])

    def clean(self) -> dict[str, Any]:
        """Refuse nothing at all."""
        data = super().clean() or {}
        if not self.errors and not data.get("text") and not data.get("picture"):
            raise forms.ValidationError(_("Choose a picture, or paste the text of a code."))
        return data
