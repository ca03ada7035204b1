"""The person: customer or member of staff."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes users by email address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create one user; without a password they can't sign in until they set one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a member of staff with every permission."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    handle = models.CharField(max_length=40, unique=True)
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=40, default="Asia/Kolkata")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True, blank=True)
    lock_reason = models.CharField(max_length=80, blank=True)
    date_joined = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "handle"]

    def __str__(self) -> str:
        """Show the handle."""
        return self.handle

    @property
    def is_locked(self) -> bool:
        """Whether staff or the fraud check stopped this person's payments."""
        return self.locked_at is not None

    def get_short_name(self) -> str:
        """Return what to greet the person by."""
        return self.name.split(" ")[0]


class RetiredHandle(models.Model):
    """A handle that its holder gave up: nobody else gets it, or money meant for the old holder would reach them."""

    handle = models.CharField(primary_key=True, max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="retired_handles")
    retired_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show the handle."""
        return self.handle
