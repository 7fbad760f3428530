"""Model permissions in the admin, which follow from posts like everything else."""

from django.contrib.auth.backends import BaseBackend

from accounts.queries import administration_of


class AdministrationBackend(BaseBackend):
    """Answers `has_perm("app.verb_model")` without an object from the roles of the person's posts of today."""

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(administration_of(user_obj))

    def has_module_perms(self, user_obj, app_label: str) -> bool:
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))
