"""Which lists does a person come back to? Filters under a name: kept, shared, renamed, removed, shown first."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SavedView, User

LONGEST_NAME, LONGEST_QUESTION, MOST = 60, 2000, 50  # ours


class ViewRefused(Exception):
    """Nothing was kept; the text is the sentence that a person reads."""


def views_of(user: User) -> QuerySet[SavedView]:
    """Those of this person and those that others share, by name."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner").order_by("name", "id")


def save_view(user: User, *, name: str, question: str, is_shared: bool) -> SavedView:
    """Keep these filters under a name; under a name of one's own that there is, instead of what it held.

    Raises ViewRefused.
    """
    name = _checked(name)
    if len(question) > LONGEST_QUESTION:
        raise ViewRefused(_("These filters are too many to be kept. Remove some, then save the view."))
    own = SavedView.objects.filter(owner=user)
    if own.count() >= MOST and not own.filter(name=name).exists():
        raise ViewRefused(_("You have %(most)d saved views. Remove one, then save this one.") % {"most": MOST})
    facts = {"question": question, "is_shared": is_shared, "created_at": timezone.now()}
    return SavedView.objects.update_or_create(owner=user, name=name, defaults=facts)[0]


def rename_view(user: User, view_id: int, *, name: str) -> SavedView:
    """Another name. Raises ViewRefused."""
    view = _own(user, view_id)
    view.name = _checked(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as error:
        raise ViewRefused(_("You have a view of this name already.")) from error
    return view


def remove_view(user: User, view_id: int) -> None:
    """It goes, for everybody. Raises ViewRefused."""
    _own(user, view_id).delete()


def show_first(user: User, view_id: int | None) -> None:
    """What this person sees when no filter is asked for; None for all. Raises ViewRefused."""
    view = views_of(user).filter(pk=view_id).first() if view_id else None
    if view_id and view is None:
        raise ViewRefused(_("This view is gone, or is not yours."))
    User.objects.filter(pk=user.pk).update(default_view=view)


def first_view(user: User) -> SavedView | None:
    """The one that is shown first, while its owner still shares it."""
    return views_of(user).filter(pk=user.default_view_id).first() if user.default_view_id else None


def _own(user: User, view_id: int) -> SavedView:
    """One's own; whoever manages people may change any that is shared."""
    view = views_of(user).filter(pk=view_id).first()
    if view is None or (view.owner_id != user.pk and not user.has_perm("accounts.manage_people")):
        raise ViewRefused(_("This view is gone, or is not yours."))
    return view


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ViewRefused(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise ViewRefused(_("A name has at most %(most)d characters.") % {"most": LONGEST_NAME})
    if not name.isprintable():
        raise ViewRefused(_("The name holds characters that cannot be shown."))
    return name
