"""Whom does an e-mail channel reach? One or several addresses, as a person enters them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.channels.target import Target, TargetRefused
from alerts.local_forms import as_the_installation_speaks
from languages.sentences import listed

MOST = 50  # ours: more people than that have a list of their own on the mail server
SHOWN = 3
BETWEEN = re.compile(r"[\s,;]+")


def read_addresses(text: str) -> Target:
    """Addresses between commas, semicolons or line breaks, each once. Raises TargetRefused and names the wrong ones."""
    found: dict[str, str] = {}
    for address in filter(None, BETWEEN.split(text)):
        found.setdefault(address.lower(), address)
    addresses = list(found.values())
    if not addresses:
        raise TargetRefused(_("Enter an e-mail address, or several with commas between them."))
    if len(addresses) > MOST:
        raise TargetRefused(
            _("These are %(number)s addresses; %(most)s are possible. Use a list of the mail server.")
            % {"number": len(addresses), "most": MOST}
        )
    if wrong := [address for address in addresses if not _is_address(address)]:
        named = listed(f"“{address[:100]}”" for address in wrong[:SHOWN])
        words = ngettext("%(named)s is no e-mail address.", "%(named)s are no e-mail addresses.", len(wrong))
        raise TargetRefused(words % {"named": named})
    return Target("\n".join(addresses), _shown(addresses))


def addresses_in(target: str) -> list[str]:
    """The addresses of a target that was read before."""
    return target.split("\n")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _shown(addresses: list[str]) -> str:
    rest = len(addresses) - SHOWN
    names = listed(addresses[:SHOWN])[:200]
    if rest <= 0:
        return names
    with as_the_installation_speaks():  # it is kept with the channel
        words = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", rest)
    return words % {"names": names, "count": rest}
