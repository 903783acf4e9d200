"""What may a person type? Plain forms; the rules behind them are on the floors."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator

from accounts.models import User

STATES = [
    ("", "Any result"),
    ("delivered", "Delivered"),
    ("failed", "Failed"),
    ("refused", "Refused"),
    ("moving", "Waiting or sending"),
    ("ready", "Waiting to be carried"),
    ("carried", "Carried, no receipt yet"),
    ("canceled", "Canceled"),
    ("observed", "Observed on the license server"),
]


class SetupForm(forms.Form):
    """The first administrator."""

    username = forms.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    password = forms.CharField(widget=forms.PasswordInput(render_value=False))

    def clean_password(self) -> str:
        """By the rules of every password here."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password


class TokenForm(forms.Form):
    """A new token: a name to know it by, and how long it opens the API."""

    name = forms.CharField(max_length=80)
    days = forms.TypedChoiceField(coerce=int, choices=[(90, "90 days"), (365, "1 year"), (0, "Until revoked")])


class HistoryFilter(forms.Form):
    """What to look for in the history."""

    state = forms.ChoiceField(choices=STATES, required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
