"""One request: what may be asked for, how often it is tried, how much is read."""

import time
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
)

from utils import InputError, words

LONGEST_WAIT = 300  # seconds that a site may make us wait; if it asks for more, we stop
LONGEST_ANSWER = 120  # seconds, however steadily it trickles in
CHUNK = 1 << 16


class Unwelcome(InputError):
    """The site asks to be left alone for now."""


class NoAnswer(InputError):
    """A site did not give what was asked for; later it might."""


class Unreachable(NoAnswer):
    """A site does not answer at all: nothing else that it has is to be had now."""


class Missing(NoAnswer):
    """Nothing of use is at an address, nor will be; at another there might be."""


class Patience(Retry):
    """urllib3's `Retry`, but a site that wants us gone for long is left alone."""

    def sleep_for_retry(self, response) -> bool:
        seconds = self.get_retry_after(response) or 0
        if seconds > LONGEST_WAIT:
            raise Unwelcome(
                f"expected a wait of at most {LONGEST_WAIT} seconds. Received:"
                f" Retry-After {seconds:.0f}; run the same command again then, what"
                " came so far is kept"
            )
        return super().sleep_for_retry(response)

    def get_backoff_time(self) -> float:
        return max(self.backoff_factor, super().get_backoff_time())  # urllib3: first 0


class Connection:
    """Asks without being asked twice, and reads no more than allowed.

    A request is tried again only after 429, 5xx and dropped connections, waiting longer
    each time or as long as `Retry-After` says. Redirects are not followed.

    Args:
        agent: the User-Agent to introduce ourselves as.
        timeout: seconds without a byte until a connection counts as dropped.
        retries: how often a request is tried again.
        backoff: seconds before a retry, soon doubling.

    Attributes:
        asked: how many requests went out.
        dead: sites that are of no use for now, and why.
    """

    def __init__(self, agent: str, timeout: float, retries: int, backoff: float):
        self.agent = agent
        self.timeout = timeout
        self.asked = 0
        self.dead = {}
        self._retry = Patience(
            retries,
            redirect=0,
            backoff_factor=backoff,
            status_forcelist=(429, 500, 502, 503, 504),
            raise_on_status=False,
        )
        self._session = requests.Session()
        self._session.headers["User-Agent"] = agent
        adapter = HTTPAdapter(max_retries=self._retry)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def request(
        self, address: str, limit: int, headers: dict | None = None
    ) -> tuple[requests.Response, bytes]:
        """Asks for an address of http or https.

        Args:
            address: what to ask for.
            limit: bytes to read at most.
            headers: more headers to send.

        Returns:
            The response, of any status, and its body.

        Raises:
            Missing: the address is none, or there is too much or rubbish at it.
            NoAnswer: the site does not answer, or not to the end.
            Unwelcome: it asks to be left alone for long.
        """
        site, retry = site_of(address), self._retry
        while True:
            self.asked += 1
            try:
                response = self._session.get(
                    address,
                    headers=headers,
                    timeout=self.timeout,
                    stream=True,
                    allow_redirects=False,
                )
            except Unwelcome:
                raise
            except (requests.RequestException, HTTPError, ValueError) as error:
                cause = _cause(error)
                problem = f"expected an answer from {address}. Received: {words(cause)}"
                if isinstance(cause, NewConnectionError | ConnectTimeoutError):
                    self.dead[site] = problem
                    raise Unreachable(problem) from None
                raise NoAnswer(problem) from None
            with response:
                try:
                    return response, self._read(response, limit)
                except DecodeError:
                    raise Missing(
                        f"expected {address} to be compressed as its header says."
                        " Received: bytes that cannot be unpacked"
                    ) from None
                except HTTPError as error:  # cut in the middle
                    if retry.total <= 0:
                        raise NoAnswer(
                            f"expected all of {address}."
                            f" Received: {words(_cause(error))}"
                        ) from None
                    retry = retry.increment("GET", address, error=error)
            retry.sleep()

    def redirect_of(self, response: requests.Response) -> str | None:
        """Where a response sends on to, as it stands there; None if it does not."""
        return self._session.get_redirect_target(response)

    def _read(self, response: requests.Response, limit: int) -> bytes:
        address = response.url
        body, deadline = bytearray(), time.monotonic() + LONGEST_ANSWER
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise Missing(
                    f"expected at most {limit:,} bytes. Received: more, from {address}"
                )
            if time.monotonic() > deadline:
                raise NoAnswer(
                    f"expected all of {address} in {LONGEST_ANSWER} seconds."
                    f" Received: {len(body):,} bytes"
                )
        return bytes(body)


def site_of(address: str) -> str:
    """Scheme, host and port of an address, which must be of http or https."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname:
            return f"{parts.scheme}://{parts.netloc}"
    except ValueError:  # "http://["
        pass
    raise Missing(f"expected an http or https address. Received: {address[:200]!r}")


def _cause(error: Exception) -> Exception:
    """The innermost of the errors that requests and urllib3 wrap into one another."""
    while True:
        inner = [getattr(error, "reason", None), *error.args]
        inner = [e for e in inner if isinstance(e, Exception)]
        if not inner:
            return error
        error = inner[0]
