"""REST addresses of the voice room."""

from django.urls import URLPattern, path

from voice.api import speech

urlpatterns: list[URLPattern] = [
    path("speech/process", speech.SpeechProcess.as_view(), name="api-speech-process"),
    path("speech/execute", speech.SpeechExecute.as_view(), name="api-speech-execute"),
]
