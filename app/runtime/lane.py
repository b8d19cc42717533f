"""The worker of one account: a thread of its own, one call at a time, in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from app.core.decision import Decision
from app.core.effects import AnswerCheck, Look, Pull, Push, PushMany
from app.core.messages import (
    BatchAccepted,
    CheckTold,
    Looked,
    Message,
    OperationAccepted,
    Pulled,
    TroubleMet,
)
from app.core.remote import Trouble, TroubleKind
from app.ports.provider import Provider, ProviderError
from app.ports.secrets import SecretsUnavailable
from app.runtime.posting import NotDecided, Outcome, Reply
from app.words import _

if TYPE_CHECKING:
    from concurrent.futures import Future

log = logging.getLogger(__name__)

T = TypeVar("T")

Call = Pull | Look | Push | PushMany | AnswerCheck

# How long to wait before a report that could not be kept (a full disk) is posted again.
RETRY_SECONDS = 5.0


class Lane:
    """Makes the calls of one account. Usable from any thread; no method waits.

    `open_provider` is called on the lane's own thread when the first call needs it; it raises
    ProviderError or SecretsUnavailable. Reports go out by `post`.
    """

    def __init__(
        self,
        account: str,
        open_provider: Callable[[], Provider],
        post: Callable[[Message, Reply | None], None],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._account = account
        self._open_provider = open_provider
        self._post = post
        self._retry_seconds = retry_seconds
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._provider: Provider | None = None
        self._door = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def do(self, call: Call) -> None:
        """Make a call of the core's and report what came of it."""
        self._put(lambda: self._do(call))

    def ask(self, call: Callable[[Provider], T]) -> Future[T]:
        """Ask something that changes nothing. The future holds the answer or ProviderError.

        One that is cancelled before its turn is never asked.
        """
        from concurrent.futures import Future

        future: Future[T] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                if self._closed.is_set():
                    raise _closed_error()
                found = call(self._ready_provider())
            except Exception as error:
                future.set_exception(ProviderError(_trouble_of(error)))
            else:
                future.set_result(found)

        if not self._put(answer):
            future.set_exception(_closed_error())
        return future

    def renew(self, open_provider: Callable[[], Provider]) -> None:
        """Use another provider from now on, as after a sign-in. A call under way reports."""

        def change() -> None:
            self._let_go()
            self._open_provider = open_provider

        self._put(change)

    def close(self) -> None:
        """End, but wait for no call: what comes of it finds nobody. Twice is fine."""
        with self._door:
            if not self._closed.is_set():
                self._closed.set()
                self._jobs.put(None)

    def _put(self, job: Callable[[], None]) -> bool:
        """Line a job up; False when the lane has ended."""
        with self._door:
            if self._closed.is_set():
                return False
            self._jobs.put(job)
            if self._thread is None:
                # A daemon, so that quitting never waits for the network.
                self._thread = threading.Thread(
                    target=self._run, name=f"lane:{self._account}", daemon=True
                )
                self._thread.start()
        return True

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                log.exception("the lane of %s failed", self._account)
        self._let_go()

    def _do(self, call: Call) -> None:
        if self._closed.is_set():
            return
        try:
            report = self._report_of(call, self._ready_provider())
        except Exception as error:
            report = TroubleMet(call.account, call.turn_id, _trouble_of(error))
        self._report(report)

    def _report_of(self, call: Call, provider: Provider) -> Report:
        match call:
            case Pull(from_at=from_at, to_at=to_at):
                return Pulled(call.account, call.turn_id, provider.pull(from_at, to_at))
            case Look(ask=ask):
                return Looked(call.account, call.turn_id, provider.look(ask))
            case Push(write=write):
                return OperationAccepted(call.account, call.turn_id, provider.push(write))
            case PushMany(writes=writes):
                return BatchAccepted(call.account, call.turn_id, provider.push_many(writes))
            case AnswerCheck():
                provider.answer_check()
                return CheckTold(call.account, call.turn_id)

    def _ready_provider(self) -> Provider:
        """The provider, made now if there is none. Raises ProviderError: nothing was sent."""
        if self._provider is None:
            try:
                self._provider = self._open_provider()
            except ProviderError:
                raise
            except SecretsUnavailable as error:
                trouble = Trouble(TroubleKind.SIGN_IN_REQUIRED, str(error))
                raise ProviderError(trouble) from error
            except Exception as error:
                log.exception("the provider of %s could not be made", self._account)
                words = _("The account could not be opened ({kind}); nothing was sent.").format(
                    kind=type(error).__name__
                )
                raise ProviderError(Trouble(TroubleKind.NOT_SENT, words)) from error
        return self._provider

    def _report(self, report: Report) -> None:
        if self._closed.is_set():
            return

        def heard(outcome: Outcome) -> None:
            if not isinstance(outcome, Decision):
                self._put(lambda: self._report_anew(report, outcome))

        self._post(report, heard)

    def _report_anew(self, report: Report, why: Exception) -> None:
        """Without its report a turn would stay open for ever, and the lane with it."""
        if not isinstance(why, NotDecided):
            self._closed.wait(self._retry_seconds)
            self._report(report)
            return
        # Deciding on it fails, so it would fail again. The default keeps: it may have arrived.
        if not isinstance(report, TroubleMet):
            trouble = Trouble(TroubleKind.PERHAPS_DELIVERED, str(why))
            self._report(TroubleMet(report.account, report.turn_id, trouble))

    def _let_go(self) -> None:
        provider, self._provider = self._provider, None
        if provider is None:
            return
        try:
            provider.close()
        except Exception:
            log.exception("the provider of %s did not close", self._account)


Report = Pulled | Looked | OperationAccepted | BatchAccepted | CheckTold | TroubleMet


def _trouble_of(error: Exception) -> Trouble:
    """What a failed call means. What has no name may have arrived: the default keeps."""
    if isinstance(error, ProviderError):
        return error.trouble
    log.error("a provider failed in a way that it has no name for", exc_info=error)
    return Trouble(
        TroubleKind.PERHAPS_DELIVERED,
        _("Something inside Timekept failed ({kind}) while it talked to the server.").format(
            kind=type(error).__name__
        ),
    )


def _closed_error() -> ProviderError:
    words = _("The account was closed before it could be asked.")
    return ProviderError(Trouble(TroubleKind.NOT_SENT, words))
