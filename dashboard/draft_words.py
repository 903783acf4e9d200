"""How is a form that nobody saved shown to the person who typed it? In the words of the page that it was on."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import resolve
from django.utils.translation import gettext as _

from dashboard.channel_forms import ChannelForm, FeedForm
from dashboard.drafts import Draft
from dashboard.people_forms import InvitationForm
from dashboard.policy_forms import PolicyForm
from dashboard.threshold_forms import ThresholdForm

# Whose fields have labels of their own; by the name of the address that the form is sent to.
FORMS: dict[str | None, type[forms.Form]] = {
    "add_channel": ChannelForm,
    "channel": ChannelForm,
    "feeds": FeedForm,
    "people": InvitationForm,
    "save_threshold": ThresholdForm,
    "new_policy": PolicyForm,
    "edit_policy": PolicyForm,
}


def typed_words(draft: Draft) -> list[tuple[str, str]]:
    """Each field with something in it: its label and what was typed or chosen, as the page said both."""
    fields = _fields(draft)
    return [(_label(fields, name), _words(fields.get(name), value)) for name, value in draft.fields if value.strip()]


def words_left_out(draft: Draft) -> list[str]:
    """The labels of what has to be filled in again."""
    fields = _fields(draft)
    return [_label(fields, name) for name in draft.left_out]


def _fields(draft: Draft) -> dict[str, forms.Field]:
    form = FORMS.get(resolve(urlsplit(draft.address).path).url_name)
    return form.base_fields if form else {}


def _label(fields: dict[str, forms.Field], name: str) -> str:
    """Of a form without labels the name of the field, which is all that is known of it."""
    field = fields.get(name)
    return str(field.label) if field and field.label else name.replace("_", " ")


def _words(field: forms.Field | None, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return _("On")
    return next((words for known, words in _choices(field) if known == value), value)


def _choices(field: forms.Field | None) -> Iterator[tuple[str, str]]:
    """Of a field with fixed choices; rows of the database stay the numbers that they are sent as."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices  # pairs, once a form has them
        for value, words in choices:
            yield str(value), str(words)
