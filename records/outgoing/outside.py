"""The way out of the portal: e-mail, and the group robots and SMS gateways that the apprise library reaches."""

from contextlib import suppress
from urllib.parse import parse_qsl

from apprise import Apprise
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

DISGUISE = "••••"
REFUSED = frozenset({"template", "cto", "rto", "verify", "redirect"})
"""Parameters of an address that open files, wait long, or trust whoever answers."""


class NotDelivered(Exception):  # noqa: N818 - it is told by its name
    """A channel did not take the message."""


class Mailer:
    """One connection to the mail server for a run. Once it cannot be reached, the run asks it no more."""

    def __init__(self) -> None:
        self._connection = None
        self._unreachable: Exception | None = None

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(self, *_error) -> None:
        self._hang_up()

    def send(self, *, to: str, title: str, body: str) -> None:
        """Send one e-mail. Raises what the mail server or the way there raises."""
        self.send_message(EmailMessage(" ".join(title.split()), body, to=[to]))

    def send_message(self, message: EmailMessage) -> None:
        """Send `message`, whatever it carries. Raises as `send`."""
        if self._unreachable:
            raise self._unreachable
        if self._connection is None:
            self._connect()
        try:
            message.connection = self._connection
            message.send()
        except Exception:
            self._hang_up()  # the server may have closed it: the next one starts anew
            raise

    def _connect(self) -> None:
        connection = get_connection()
        try:
            connection.open()
        except Exception as error:
            self._unreachable = error
            raise
        self._connection = connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(Exception):  # nothing is lost with a connection that does not close
                self._connection.close()
            self._connection = None


def is_address(address: str) -> bool:
    """Return whether messages may be sent to `address`: of a service that the operator allows, and readable.

    apprise knows services that post to any address, read files or wait for hours: nobody reaches these through an
    address that an administrator types.
    """
    schema, _separator, rest = address.partition("://")
    query = rest.partition("?")[2]
    parameters = {name.lower() for name, _value in parse_qsl(query, keep_blank_values=True)}
    if schema.lower() not in settings.CHANNEL_SCHEMAS or parameters & REFUSED:
        return False
    return Apprise.instantiate(address) is not None


def disguised(address: str) -> str:
    """Return the kind of channel behind `address` without its secret, e.g. dingtalk://••••."""
    schema, separator, _secret = address.partition("://")
    return f"{schema}://{DISGUISE}" if separator else DISGUISE


class Channels:
    """Group robots and gateways in one run. One that fails is asked no more in it, so that it holds up no other."""

    def __init__(self) -> None:
        self._silent: set[str] = set()

    def send(self, *, address: str, title: str, body: str) -> None:
        """Send a message to the group robot or gateway at `address`. Raises NotDelivered."""
        if address in self._silent or not is_address(address):
            raise NotDelivered
        if not Apprise.instantiate(address).notify(title=title, body=body):
            self._silent.add(address)
            raise NotDelivered
