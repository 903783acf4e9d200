"""Where does a channel lead? What a person entered, checked by the way it names."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from alerts.local_forms import a_number

LONGEST = 2000  # ours: no address of a receiver comes near this


class TargetRefused(Exception):
    """It can lead nowhere; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """`text` is sealed and never shown, `shown` is what everybody may read."""

    text: str = field(repr=False)
    shown: str


def refuse_what_is_no_address(text: str) -> str:
    """The text without spaces around it. Raises TargetRefused for what is empty, too long or unprintable."""
    bare = text.strip()
    if not bare:
        raise TargetRefused(_("Enter where it leads."))
    if len(bare) > LONGEST:
        raise TargetRefused(
            _("This is longer than %(longest)s characters, so it is no address.") % {"longest": a_number(LONGEST)}
        )
    if not bare.isprintable() or " " in bare:
        raise TargetRefused(_("There are spaces or control characters in it. Copy the address again."))
    return bare
