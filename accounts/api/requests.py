"""The request as a signed-in customer's view sees it."""

from rest_framework.request import Request

from accounts.models import User


class CustomerRequest(Request):
    """A request whose user the default permission has already checked."""

    user: User
