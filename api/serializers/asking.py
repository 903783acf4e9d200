"""What may stand in a request? Exactly the declared fields: a misspelled one is an error, not silence."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from languages.sentences import listed


class Asking(serializers.Serializer[Any]):
    """Base of every body that is read."""

    def to_internal_value(self, data: Any) -> Any:
        """The declared fields. Raises ValidationError for any other."""
        names = [str(name) for name in data] if hasattr(data, "keys") else []
        known = [name for name, field in self.fields.items() if not field.read_only]
        sentence = _("Not known here. Known are: %(names)s.") % {"names": listed(known) or _("none")}
        if unknown := sorted(set(names) - set(known)):
            raise serializers.ValidationError({name[:100]: sentence for name in unknown[:20]})
        return super().to_internal_value(data)
