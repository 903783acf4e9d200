"""What may an administrator type of somebody new, and what that person?"""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role


class InvitationForm(forms.Form):
    """Somebody new: a name and a role. What is wrong with a name, the floor below says."""

    username = forms.CharField(max_length=150, label=_("User name"))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.PRIVACY_OFFICER, label=_("Role"))


class JoinForm(forms.Form):
    """The password of whoever has the link."""

    password = forms.CharField(widget=forms.PasswordInput(render_value=False), label=_("Password"))

    def __init__(self, *args: Any, username: str) -> None:
        super().__init__(*args)
        self._username = username

    def clean_password(self) -> str:
        """By the rules of every password here."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self._username))
        return password
