"""What does an assignment look like? With its holder's name for those who may see names, without it for the others."""

from typing import Any

from rest_framework import serializers

from licenses.models import Assignment

NAMES = "licenses.view_assignment_names"


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """A user or a device that holds, or held, a license. `gone_at` is null while the newest list names it."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")
    name = serializers.SerializerMethodField()
    name_hidden = serializers.SerializerMethodField(help_text=f"True: your role may not see names ({NAMES})")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "server",
            "server_name",
            "feature",
            "css_text",
            "holder",
            "name",
            "name_hidden",
            "is_pseudonym",
            "assigned_at",
            "first_seen_at",
            "last_seen_at",
            "gone_at",
        )

    def get_name(self, assignment: Assignment) -> str | None:
        """The name or its pseudonym."""
        return None if self._hides else assignment.name

    def get_name_hidden(self, assignment: Assignment) -> bool:
        """The same for every row of an answer."""
        return self._hides

    @property
    def _hides(self) -> bool:
        """Hidden from everybody of whom it is not known that they may look."""
        request: Any = self.context.get("request")
        return request is None or not request.user.has_perm(NAMES)
