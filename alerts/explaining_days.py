"""Why did I hear nothing on that day? What the rules and channels did on one day, all alerts together."""

from collections import Counter
from datetime import date

from alerts.channel_models import Channel, Delivery
from alerts.explaining_channels import heard
from alerts.explaining_looks import hours_of, looked
from alerts.explanation import Explanation, Step, answer, reason_in_words
from alerts.models import Notice

MOST = 50  # ours: notices that are named; the rest is counted


def explain_day(day: date, *, channel: Channel | None = None, person: str = "") -> Explanation:
    """For a channel or recipient, or for all; the day is one in UTC."""
    start, end = hours_of(day)
    notices = list(Notice.objects.filter(at__gte=start, at__lt=end).select_related("alert").order_by("at", "id"))
    steps, who = [looked(day)], person or (f"“{channel.name}”" if channel else "")
    if not notices:
        nothing = Step("Notices", f"On {day} nothing was to be said: no alert reached a step or ended.", ok=False)
        first = steps[0] if steps[0].ok is not True else nothing
        subject = f"{who}: not told." if who else "Nobody was told."
        return answer(False, f"{subject} {first.text}", [*steps, nothing])
    return _of_notices(notices, channel, steps, day=day, person=person, who=who)


def _of_notices(
    notices: list[Notice], channel: Channel | None, steps: list[Step], *, day: date, person: str, who: str
) -> Explanation:
    rows = Delivery.objects.filter(notice__in=notices[:MOST]).select_related("channel", "message")
    told, reasons, waits = 0, Counter[str](), False
    by_notice = {(row.notice_id, row.channel_id): row for row in rows}
    for notice in notices[:MOST]:
        steps.append(Step(notice.get_reason_display(), f"“{notice.title}”: {reason_in_words(notice)}.", at=notice.at))
        mine = [row for (pk, _), row in by_notice.items() if pk == notice.pk]
        channels = [channel] if channel else [row.channel for row in mine]
        for one in channels:
            result = heard(notice, one, by_notice.get((notice.pk, one.pk)), person=person)
            steps += result.steps
            told += result.was_told is True
            waits |= result.was_told is None
            if not result.was_told:
                reasons[result.because] += 1
    if len(notices) > MOST:
        steps.append(Step("More", f"{len(notices) - MOST:,} more notices of that day are not named here.", ok=None))
    if told:
        return answer(True, f"{who or 'Channels'}: told {told} times of {len(notices)} notices on {day}.", steps)
    if not reasons:
        steps.append(Step("Channels", "There was no channel when they were to be said.", ok=False))
    why = reasons.most_common(1)[0][0] if reasons else steps[-1].text
    subject = f"{who}: not told" if who else "Nobody was told"
    return answer(None if waits else False, f"{subject} of {len(notices)} notices on {day}. {why}", steps)
