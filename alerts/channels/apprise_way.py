"""How does a message reach the services that Apprise knows? As plain text; Apprise's own words are the answer."""

import logging

from apprise import LogCapture, NotifyBase, NotifyFormat, NotifyType
from django.utils.translation import gettext_lazy as _

from alerts.channel_models import Message
from alerts.channels.answer import Answer, Said, words_of
from alerts.channels.apprise_address import service_at
from alerts.content import OVER, Content, content_from
from alerts.message_texts import plain_text
from alerts.severity import Severity

NOT_UNDERSTOOD = _("Apprise does not understand this address any more. Enter it again.")
SENT = _("Apprise reports that the service took it.")
NOT_SENT = _("Apprise reports that the service did not take it.")


def send_by_apprise(message: Message, *, address: str, shown: str) -> list[Answer]:
    """One answer. Apprise tells no lasting refusal from a passing one, so every failure is tried again."""
    service = service_at(address)
    if service is None:
        return [Answer(to=shown, said=Said.GONE, text=str(NOT_UNDERSTOOD))]
    content = content_from(message.content)
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        taken = _notify(service, content)
        said = words_of(log.getvalue().replace(address, "…"))
    if taken:
        return [Answer(to=shown, said=Said.DELIVERED, text=str(SENT))]
    return [Answer(to=shown, said=Said.AGAIN, text=said or str(NOT_SENT))]


def _notify(service: NotifyBase, content: Content) -> bool:
    try:
        return bool(
            service.notify(
                title=content.subject,
                body=plain_text(content),
                body_format=NotifyFormat.TEXT,
                notify_type=_type(content),
            )
        )
    except Exception:  # a hundred services of others: none may stop the delivery of the rest
        logging.getLogger("apprise").warning("The service failed in a way of its own", exc_info=True)
        return False


def _type(content: Content) -> NotifyType:
    """What colors and icons of the service follow."""
    pressing = {OVER if part.is_over else part.severity for part in content.parts}
    if Severity.ACT in pressing:
        return NotifyType.FAILURE
    if pressing & {Severity.PLAN, Severity.UNKNOWN}:
        return NotifyType.WARNING
    return NotifyType.SUCCESS if pressing == {OVER} else NotifyType.INFO
