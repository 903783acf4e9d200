"""What may a person type? Plain forms; the rules behind them are on the floors."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from languages.sentences import listed
from programs.catalog import kind_name, programs
from servers.models import LicenseServer
from uploads.history import HistoryQuery
from uploads.models import Origin
from uploads.states import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

POSITION = frozenset({"older", "newer"})  # what an address of the history says beside its filters


class ServerNameField(forms.CharField):
    """A name that stands for a server of ours; left empty, for none."""

    def __init__(self, *, label: "str | _StrPromise") -> None:
        super().__init__(required=False, max_length=255, label=label)

    def clean(self, value: Any) -> LicenseServer | None:
        """The server itself."""
        name = super().clean(value)
        server = LicenseServer.objects.named(name).first() if name else None
        if name and server is None:
            raise forms.ValidationError(_("There is no server of this name."))
        return server


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
    days = forms.TypedChoiceField(coerce=int, choices=[(90, _("90 days")), (365, _("1 year")), (0, _("Until revoked"))])


class HistoryFilter(forms.Form):
    """What to look for in the history. What each value means, and which makes no sense, `uploads.history` says."""

    server = forms.CharField(required=False, max_length=255, label=_("Server"))
    program = forms.CharField(required=False, max_length=32, label=_("Program"))
    kind = forms.CharField(required=False, max_length=32, label=_("Kind"))
    state = forms.CharField(required=False, max_length=12, label=_("Result"))
    cause = forms.CharField(required=False, max_length=32, label=_("Cause"))
    origin = forms.CharField(required=False, max_length=12, label=_("Origin"))
    since = forms.DateField(required=False, label=_("From"))
    until = forms.DateField(required=False, label=_("To"))

    def __init__(self, address: QueryDict, *, server: LicenseServer | None) -> None:
        super().__init__(address)
        self.of = server
        if server:
            del self.fields["server"]

    def clean(self) -> dict[str, Any]:
        """Every word of the address means something, or a sentence says that it does not."""
        said: dict[str, Any] = self.cleaned_data
        unknown = sorted(name[:40] for name in self.data if name not in self.fields and name not in POSITION)
        if unknown:
            self.add_error(None, gettext("Not known here: %(names)s.") % {"names": listed(unknown[:10])})
        if said.get("server"):
            self.of = LicenseServer.objects.named(said["server"].strip()).first()
            if self.of is None:
                self.add_error("server", _("There is no server of this name."))
        for name, sentence in self.asked().problems().items():
            self.add_error(name, sentence)
        return said

    def asked(self) -> HistoryQuery:
        """The question in the words of the floor."""
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "server"}
        return HistoryQuery(server=self.of, **said)

    def words(self, name: str, value: str) -> str:
        """A value as a person reads it; as it is where nobody has words for it."""
        known: dict[str, dict[str, str]] = {
            "state": {one.value: str(one.label) for one in State},
            "origin": {one.value: str(one.label) for one in Origin},
            "program": {one.code: one.name for one in programs().values()},
            "kind": {value: kind_name(value)},
        }
        return str(known.get(name, {}).get(value, value))


class GatherForm(forms.Form):
    """How large a volume may be, in MB of 1,000,000 bytes; empty for no limit of its own."""

    megabytes = forms.DecimalField(required=False, min_value=0, max_value=1_000_000_000)


class ConfirmationForm(forms.Form):
    """What the page of the vendor showed, and when."""

    case_number = forms.CharField(max_length=100)
    uploaded_on = forms.DateField()
