"""Scan."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.views.requests import PageRequest, page, posted
from qrpay.forms import ScanForm
from qrpay.views.camera import with_camera


@with_camera
@page("GET", "POST")
def scan(request: PageRequest) -> HttpResponse:
    """Show the scanner."""
    form = ScanForm(posted(request), request.FILES or None)
    if form.is_valid():
        return HttpResponse(repr({**form.cleaned_data}), content_type="text/plain")
    return render(request, "pages/scan.html", {"form": form}, status=422 if form.errors else 200)
