"""The parts of the frame that a page asks for again when something happened."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.views.requests import PageRequest, page


@page("GET")
def unread(request: PageRequest) -> HttpResponse:
    """Show how many notices are unread."""
    place = "side" if request.GET.get("place") == "side" else "tabs"
    return render(request, "parts/unread.html", {"place": place})


@page("GET")
def bar_balance(request: PageRequest) -> HttpResponse:
    """Show the balance in the bar."""
    return render(request, "parts/bar_balance.html")
