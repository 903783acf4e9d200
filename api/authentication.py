"""Who is asking? A token in the Authorization header; sessions are the framework's own business."""

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.tokens import find_token

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer lm_…`, as RFC 6750 writes it."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token; None when the header speaks of no token. Raises AuthenticationFailed."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME.lower().encode():
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("The Authorization header has to be the word Bearer and one token."))
        token = find_token(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(_("This token is not known, has expired or was revoked."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a stranger is told to bring."""
        return SCHEME
