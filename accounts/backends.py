"""May this person do this? The role table as Django's authorization backend."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.roles import PERMISSIONS


class RoleBackend(ModelBackend):
    """Passwords as in Django; permissions from the role alone."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Every permission of the person's role; none for the inactive and for strangers."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        return set(PERMISSIONS.get(user_obj.role, frozenset()))
