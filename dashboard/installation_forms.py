"""What may an administrator type for the whole installation, and what stands there already?"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from servers.installation import Standing, standings
from servers.installation_models import Setting
from servers.installation_values import MOST_SIGNS

WAY = (Setting.UPLOAD_PROXY, Setting.NO_PROXY, Setting.CA_BUNDLE)
KEPT = (Setting.HISTORY_DAYS, Setting.USAGE_DAYS)


class WayForm(forms.Form):
    """How uploads and messages leave. An empty field asks for the default."""

    upload_proxy = forms.CharField(required=False, max_length=500, label=_("Proxy"))
    password = forms.CharField(
        required=False, max_length=500, strip=False, label=_("Password"), widget=forms.PasswordInput(render_value=False)
    )
    no_proxy = forms.CharField(required=False, max_length=8000, label=_("Reached without the proxy"))
    ca_bundle = forms.CharField(
        required=False,
        max_length=MOST_SIGNS,
        label=_("Certificate authorities"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KeptForm(forms.Form):
    """How long something is kept, in days."""

    history_days = forms.CharField(required=False, max_length=6, label=_("Uploads and messages, in days"))
    usage_days = forms.CharField(required=False, max_length=6, label=_("Use of licenses, in days"))


def forms_for(data: QueryDict | None, found: list[Standing]) -> tuple[WayForm, KeptForm]:
    """Both forms with what is in force. A field that a variable wins cannot be typed into.

    `data` belongs to the form that has a field of its `part` in it.
    """
    said = {one.setting: one for one in found}
    part = data.get("part", "") if data else ""
    made: list[Any] = []
    for name, form, settings in (("way", WayForm, WAY), ("kept", KeptForm, KEPT)):
        initial = {one.lower(): said[one].value for one in settings if not said[one].is_by_variable or one in KEPT}
        one: Any = form(data if part == name else None, initial=initial)
        for setting in settings:
            field = one.fields[setting.lower()]
            field.disabled = said[setting].is_by_variable
            field.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        made.append(one)
    way, kept = made
    way.fields["password"].disabled = said[Setting.UPLOAD_PROXY].is_by_variable
    way.fields["password"].widget.attrs["autocomplete"] = "new-password"
    return way, kept


def typed(form: forms.Form) -> dict[Setting, str]:
    """What was typed, by setting; without those that a variable wins."""
    return {
        one: form.cleaned_data[one.lower()]
        for one in Setting
        if one.lower() in form.fields and not form.fields[one.lower()].disabled
    }


def context_of(data: QueryDict | None) -> dict[str, Any]:
    """The page as it stands, with both forms."""
    found = standings()
    way, kept = forms_for(data, found)
    return {"said": {one.setting.lower(): one for one in found}, "way": way, "kept": kept}
