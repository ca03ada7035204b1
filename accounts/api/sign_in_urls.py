"""REST addresses around signing in."""

from django.urls import URLPattern, URLResolver, path

from accounts.api import auth, profile, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/register", auth.Register.as_view(), name="api-register"),
    path("auth/login", auth.Login.as_view(), name="api-login"),
    path("auth/refresh", auth.Refresh.as_view(), name="api-refresh"),
    path("auth/logout", auth.Logout.as_view(), name="api-logout"),
    path("auth/profile", profile.ProfileDetail.as_view(), name="api-profile"),
    path("auth/sessions", sessions.SessionList.as_view(), name="api-sessions"),
    path("auth/sessions/<str:session_id>", sessions.SessionDetail.as_view(), name="api-session"),
    path("auth/devices", sessions.DeviceList.as_view(), name="api-devices"),
    path("auth/devices/<uuid:device_id>/trust", sessions.DeviceTrust.as_view(), name="api-device-trust"),
    path("auth/devices/<uuid:device_id>/revoke", sessions.DeviceRevoke.as_view(), name="api-device-revoke"),
]
