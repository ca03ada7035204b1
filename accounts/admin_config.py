"""Tell Django which admin site is the bank's."""

from django.contrib.admin.apps import AdminConfig


class BankAdminConfig(AdminConfig):
    """Django's admin behind the bank's own door."""

    default_site = "accounts.admin_site.BankAdminSite"
