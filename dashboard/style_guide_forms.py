"""Which fields does the style guide show? One form with a field of every kind, sent with something wrong in it."""

from django import forms
from django.http import QueryDict


class ExampleForm(forms.Form):
    """Help, an error, a choice, a locked field with its reason, one box and several."""

    host = forms.CharField(label="Host")
    days = forms.IntegerField(label="Retention, days", min_value=30)
    mode = forms.ChoiceField(label="Mode", choices=[("notify", "Notify"), ("stop", "Stop")])
    customer = forms.CharField(label="Customer", disabled=True, required=False)
    since = forms.DateField(label="From", required=False)
    is_muted = forms.BooleanField(label="Tell nobody", required=False)
    groups = forms.MultipleChoiceField(
        label="Only these groups",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("ams", "Amsterdam"), ("fra", "Frankfurt")],
    )


def a_form() -> ExampleForm:
    """As it comes back after somebody typed 20 where 30 is the least."""
    typed = QueryDict("host=proxy-2.corp.example&days=20&mode=notify&since=2026-02-31&groups=ams")
    form = ExampleForm(typed, initial={"customer": "exampleco4711"}, auto_id="sg_%s")
    form.is_valid()
    return form
