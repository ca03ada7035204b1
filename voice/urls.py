"""Pages of the voice room."""

from django.urls import URLPattern, path

from voice import views

urlpatterns: list[URLPattern] = [
    path("voice", views.say, name="voice"),
    path("voice/<uuid:command_id>", views.command, name="voice-command"),
    path("voice/<uuid:command_id>/cancel", views.cancel, name="voice-cancel"),
]
