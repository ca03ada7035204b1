"""What every page shares: refusals shown beside the field, or as a page of their own."""

from collections.abc import Callable, Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from securebank.kernel.errors import DomainError, Missing
from securebank.kernel.text import is_printable, one_line
from securebank.web.problems import domain_problem


def refuse(form: forms.BaseForm, error: DomainError, fields: Mapping[str, str] | None = None) -> None:
    """Show a domain error on the form.

    Args:
        form: a bound form.
        error: its sentence is in the customer's language, unless the field has words of its own for its code.
        fields: from an error's code to the field that it is about; others stand above the form.
    """
    field = (fields or {}).get(error.code)
    if field not in form.fields:
        form.add_error(None, str(error))
        return
    own_words = form.fields[field].error_messages.get(error.code)
    form.add_error(field, forms.ValidationError(own_words or str(error), code=error.code))


class LineField(forms.CharField):
    """One line of visible text."""

    default_error_messages = {"unprintable": _("This text holds characters that can't be shown.")}

    def to_python(self, value: object) -> str:
        """Return the cleaned line; refuse control and direction characters."""
        text = super().to_python(value) or ""
        if not is_printable(text.replace("\n", " ").replace("\t", " ")):
            raise forms.ValidationError(self.error_messages["unprintable"], code="unprintable")
        return one_line(text)


class RefusalPages:
    """Middleware: a domain error that a page view didn't catch becomes a page, never a fault.

    REST answers its own in ``securebank.web.problems`` before they come here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal."""
        if not isinstance(error, DomainError):
            return None
        status = domain_problem(error)["status"]
        template = "404.html" if isinstance(error, Missing) else "refused.html"
        return render(request, template, {"error": error}, status=status)
