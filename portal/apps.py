from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Mask the log, register the system checks, and connect what happens below with what reacts to it.

        Here the audit trail also learns how the verbs of all apps read.
        """
        from portal import checks, deeds, reactions  # noqa: F401, PLC0415
        from portal.logs import mask_all  # noqa: PLC0415
        from records import registry  # noqa: PLC0415

        mask_all()
        registry.register_verbs(deeds.TEXTS)
