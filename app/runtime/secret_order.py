"""Secrets in the order meant: forgetting in the background takes no newer secret along."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from app.ports.secrets import Secrets, SecretsUnavailable

log = logging.getLogger(__name__)


class OrderedSecrets:
    """`app.ports.secrets.Secrets` with a `forget` that does not wait for the keyring."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._forgetting: Counter[str] = Counter()
        self._forgotten = threading.Condition()

    def get(self, account: str) -> str | None:
        """The secret of an account, or None."""
        self._wait_for(account)
        return self._secrets.get(account)

    def set(self, account: str, secret: str) -> None:
        """Keep a secret, replacing an older one."""
        self._wait_for(account)
        self._secrets.set(account, secret)

    def delete(self, account: str) -> None:
        """Forget the secret of an account."""
        self._wait_for(account)
        self._secrets.delete(account)

    def forget(self, account: str) -> None:
        """Forget the secret of an account, some time soon: the keyring may ask the user first."""
        with self._forgotten:
            self._forgetting[account] += 1
        threading.Thread(
            target=self._forget_now, args=(account,), name=f"forget:{account}", daemon=True
        ).start()

    def wait_forgotten(self, seconds: float) -> bool:
        """Wait until all that is to be forgotten is; False when it took too long."""
        with self._forgotten:
            return self._forgotten.wait_for(lambda: not self._forgetting.total(), seconds)

    def _forget_now(self, account: str) -> None:
        try:
            self._secrets.delete(account)
        except SecretsUnavailable as error:
            log.warning("the secret of %s could not be forgotten: %s", account, error)
        except Exception:
            log.exception("the secret of %s could not be forgotten", account)
        finally:
            with self._forgotten:
                self._forgetting[account] -= 1
                self._forgotten.notify_all()

    def _wait_for(self, account: str) -> None:
        with self._forgotten:
            self._forgotten.wait_for(lambda: not self._forgetting[account])
