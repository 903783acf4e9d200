"""How does a license server become registered? It asks for a code, a person enters it on a page, it asks again.

All of it is ours, because the vendor's form is not public. The page asks for no account: who knows the code decides,
which is enough for a sandbox and for tests.
"""

from collections.abc import Callable
from functools import partial

from receiver import answers, page, protocol
from receiver.answers import Answer
from receiver.asking import Request
from receiver.codes import Codes, CodeState, Registration
from receiver.form_guard import Guesses, Nonces, TooManyWrongCodesError
from receiver.protocol import RefusalError

Handler = Callable[[Request], Answer]
PAGE, CODES, REMOVALS = "/registration", "/registration/api/codes", "/registration/api/removals"
FORGED = "This form was sent already, or is too old. Please enter the code again."
WRONG = "This code is not known. Please compare it with the one that the license server shows."
EXPIRED = "This code has expired. Ask for a new one at the license server."
USED = "This code was used already. Ask for a new one at the license server."


class RegistrationDesk:
    """The paths below /registration: JSON for license servers, one HTML page for people."""

    def __init__(self, codes: Codes, *, bearer: Callable[[Request], str], clock: Callable[[], float]) -> None:
        self._codes = codes
        self._bearer = bearer
        self._clock = clock
        self._nonces = Nonces(clock=clock)
        self._guesses = Guesses(clock=clock)
        self._fixed: dict[str, dict[str, Handler]] = {
            PAGE: {"GET": self._ask_person, "POST": self._hear_person},
            CODES: {"POST": self._give_code},
            REMOVALS: {"POST": self._remove},
        }

    def serving(self, path: str) -> dict[str, Handler]:
        """The handlers of a path by method; none where nothing is."""
        wish_id = path.removeprefix(f"{CODES}/")
        if wish_id != path and "/" not in wish_id:
            return {"GET": partial(self._tell_state, wish_id=wish_id)}
        return self._fixed.get(path, {})

    def _give_code(self, request: Request) -> Answer:
        owner = self._bearer(request)
        guid, name = protocol.server_of(request.json_object())
        wish = self._codes.ask(owner=owner, server_guid=guid, server_name=name)
        left = max(1, int(wish.expires_at - self._clock()))
        return answers.as_json({"registration_id": wish.id, "code": wish.code, "expires_in": left})

    def _tell_state(self, request: Request, *, wish_id: str) -> Answer:
        wish = self._own(wish_id, owner=self._bearer(request))
        confirmed = wish.state is CodeState.CONFIRMED
        return answers.as_json({"state": wish.state.value, "customer_id": wish.customer_id if confirmed else None})

    def _remove(self, request: Request) -> Answer:
        owner = self._bearer(request)
        self._codes.remove(self._own(protocol.text_of(request.json_object(), key="registration_id"), owner=owner))
        return answers.as_json({"state": CodeState.REMOVED.value})

    def _own(self, wish_id: str, *, owner: str) -> Registration:
        """Another owner's is as unknown as none."""
        wish = self._codes.by_id(wish_id)
        if wish is None or wish.owner != owner:
            raise RefusalError(404, "There is no such registration.")
        return wish

    def _ask_person(self, request: Request) -> Answer:
        return page.asking(self._nonces.issue())

    def _hear_person(self, request: Request) -> Answer:
        """Every form has its own nonce, a right one and a wrong one alike, so that none is sent twice."""
        if request.origin and request.origin.partition("://")[2] != request.host:
            raise RefusalError(403, "This form comes from another site.")
        form = request.form()
        if not self._nonces.spend(form.get("nonce", "")):
            return self._again(form, problem=FORGED, status=403)
        try:
            wish = self._guesses.judge(partial(self._codes.by_code, form.get("code", "")))
        except TooManyWrongCodesError as limit:
            problem = f"Too many wrong codes. Please try again in {limit.seconds} seconds."
            return self._again(form, problem=problem, status=429, seconds=limit.seconds)
        if wish is None:
            return self._again(form, problem=WRONG, status=422)
        if wish.state is not CodeState.WAITING:
            return self._over(form, wish=wish)
        return self._decide(form, wish=wish)

    def _decide(self, form: dict[str, str], *, wish: Registration) -> Answer:
        decision = form.get("decision", "")
        if decision not in {"confirm", "refuse"}:
            return page.deciding(self._nonces.issue(), wish=wish)
        accepted = decision == "confirm"
        if self._codes.decide(wish, accepted=accepted):
            return page.decided(wish, accepted=accepted)
        # Somebody else decided, or the last second passed, since the code was looked up.
        return self._over(form, wish=self._codes.by_id(wish.id) or wish)

    def _over(self, form: dict[str, str], *, wish: Registration) -> Answer:
        return self._again(form, problem=EXPIRED if wish.state is CodeState.EXPIRED else USED, status=410)

    def _again(self, form: dict[str, str], *, problem: str, status: int, seconds: int = 0) -> Answer:
        code = form.get("code", "")[:20]
        return page.asking(self._nonces.issue(), code=code, problem=problem, status=status, seconds=seconds)
