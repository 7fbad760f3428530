from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and units")

    def ready(self) -> None:
        """After a migration, give people in post what a new version of accounts.roles gives their role."""
        post_migrate.connect(renew_grants, sender=self)


def renew_grants(sender: AppConfig, **migrated) -> None:
    """Set everybody's grants anew, once the tables are those of the models."""
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415 - models must be loaded
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    from accounts.actions import renew_all_grants  # noqa: PLC0415

    loader = MigrationLoader(connections[migrated["using"]])
    if set(loader.graph.leaf_nodes(sender.label)) <= loader.applied_migrations.keys():
        create_permissions(**migrated)  # else it would come after us; twice is as once
        renew_all_grants()
