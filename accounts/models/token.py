"""REST sign-ins: one family of refresh tokens each."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class TokenFamily(models.Model):
    """All tokens that descend from one completed sign-in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="token_families")
    user_agent = models.CharField(max_length=300, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    device = models.ForeignKey("accounts.Device", models.SET_NULL, null=True, related_name="token_families")
    started_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        """Show the id."""
        return str(self.pk)


class ConsumedRefresh(models.Model):
    """A refresh token that was used; the primary key makes a second use fail."""

    jti = models.UUIDField(primary_key=True)
    family = models.ForeignKey(TokenFamily, models.CASCADE, related_name="+")
    consumed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show the token id."""
        return str(self.jti)
