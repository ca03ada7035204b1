"""The fraud room's refusals."""

from typing import ClassVar

from securebank.kernel.errors import Invalid


class PolicyInvalid(Invalid):
    """A policy document that can't be used; the fact ``field`` names the place."""

    code: ClassVar[str] = "policy_invalid"
    title: ClassVar[str] = "The policy is not valid"
