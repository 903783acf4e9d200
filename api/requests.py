"""Who made this request?"""

from rest_framework.request import Request

from accounts.models import User


def person(request: Request) -> User:
    """The person behind a request that passed the permission check."""
    assert isinstance(request.user, User)
    return request.user
