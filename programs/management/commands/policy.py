"""Which policies are there, and what would one of them do now? From the shell, where nothing of it is changed.

A policy takes two people who are known by name, so it is proposed, approved and applied on the pages or by REST.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.policy_models import Policy
from programs.policy_plan import choice_of, digest_of, plan, servers_of
from programs.policy_standing import results_of, totals_of
from programs.policy_words import row_words


class Command(BaseCommand):
    """`policy list`, `policy show NUMBER`, `policy dry-run NUMBER [--json]`; exit 1 where there is no such policy."""

    help = "List policies, show one, or see what one would do to each server now. Nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which policy."""
        parser.add_argument("what", choices=["list", "show", "dry-run"])
        parser.add_argument("number", type=int, nargs="?", help="of the policy")
        parser.add_argument("--json", action="store_true", help="one JSON line a server")

    def handle(self, *args: Any, what: str, number: int | None, **options: Any) -> None:
        """Look, say."""
        if what == "list":
            for policy in Policy.objects.select_related("group"):
                self.stdout.write(_line(policy))
            return
        if number is None:
            raise CommandError(f"Which policy? `policy {what} NUMBER`; `policy list` shows the numbers.", returncode=2)
        found = Policy.objects.select_related("group").filter(pk=number).first()
        if found is None:
            raise CommandError(f"There is no policy {number}. `policy list` shows the numbers.", returncode=1)
        if what == "show":
            self._show(found)
        else:
            self._dry_run(found, as_json=options["json"])

    def _show(self, policy: Policy) -> None:
        self.stdout.write(_line(policy))
        self.stdout.write(f"Dry run: {dict(totals_of(policy).outcomes)}")
        self.stdout.write(f"Results: { {value or 'waiting': count for value, count in results_of(policy).items()} }")
        for event in policy.events.all():
            self.stdout.write(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.kind}  {event.by}  {event.note}".rstrip())

    def _dry_run(self, policy: Policy, *, as_json: bool) -> None:
        planned = plan(choice_of(policy), servers_of(policy))
        for one in planned:
            facts = {"server": one.server.name, "outcome": str(one.outcome), **one.facts}
            words = " ".join(row_words(one.outcome, one.facts))
            self.stdout.write(json.dumps(facts) if as_json else f"{one.server.name}: {one.outcome}. {words}")
        if not as_json:
            same = "as in the dry run that is kept" if digest_of(policy, planned) == policy.digest else "not as kept"
            self.stdout.write(f"{len(planned)} servers, {same}")


def _line(policy: Policy) -> str:
    people = f"proposed by {policy.proposer or 'nobody'}, approved by {policy.approver or 'nobody'}"
    where = policy.group.name if policy.group else "all servers"
    return f"{policy.pk}  {policy.name}  version {policy.version}  {policy.state}  {where}  {people}"
