"""A polite guest: says who it is, asks slowly, and nothing twice."""

import re
import time
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
)

from scraping.cache import Answer, Cache
from scraping.markup import ADVICE, decode
from utils import InputError

MOST_REDIRECTS = 5
LONGEST_WAIT = 300  # seconds that a site may make us wait; if it asks for more, we stop
LONGEST_ANSWER = 120  # seconds, however steadily it trickles in
ROBOTS_BYTES = 500_000
CHUNK = 1 << 16


class Unwelcome(InputError):
    """The site asks to be left alone for now."""


class NoAnswer(InputError):
    """A site did not give what was asked for; later it might."""


class Missing(NoAnswer):
    """Nothing of use is at an address, nor will be; at another there might be."""


class Patience(Retry):
    """urllib3's `Retry`, but a site that wants us gone for long is left alone."""

    def sleep_for_retry(self, response) -> bool:
        seconds = self.get_retry_after(response) or 0
        if seconds > LONGEST_WAIT:
            raise Unwelcome(
                f"the site asks to come back in {seconds:.0f} seconds; run the same"
                " command again then, what came so far is kept"
            )
        return super().sleep_for_retry(response)

    def get_backoff_time(self) -> float:
        return max(self.backoff_factor, super().get_backoff_time())  # urllib3: first 0


class Guest:
    """Asks for pages and pictures, one after another.

    It respects robots.txt, waits between requests, and tries again only after 429, 5xx
    and dropped connections, waiting longer each time or as long as `Retry-After` says.
    Each answer is kept in a file; a second run gets it from there.

    Args:
        cache: where answers are kept.
        agent: the User-Agent to introduce ourselves as.
        pause: seconds between two requests; more if robots.txt asks for more.
        timeout: seconds without a byte until a connection counts as dropped.
        retries: how often a request is tried again.
        backoff: seconds before a retry, soon doubling.
    """

    def __init__(
        self,
        cache: Cache,
        agent: str,
        pause: float = 1.0,
        timeout: float = 20.0,
        retries: int = 4,
        backoff: float = 1.0,
    ):
        self.cache = cache
        self.agent = agent
        self.pause = pause
        self.timeout = timeout
        self.asked = 0  # requests that went out
        self._last = -float("inf")  # when the last one did
        self._robots = {}  # by site
        self._dead = {}  # sites that cannot be reached, and why
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

    def get(self, address: str, limit: int, headers: dict | None = None) -> Answer:
        """Gets what is at an address, from the cache if it was asked for before.

        Args:
            address: http or https.
            limit: bytes at most.
            headers: more headers to send.

        Raises:
            NoAnswer: there is none, it is too large, or it may not be asked for.
            Unwelcome: the site asks to be left alone.
        """
        answer = self.cache.recall(address)
        if answer is None:
            answer = self._ask(address, limit, headers)
            self.cache.keep(address, answer)
        if answer.body is None:
            raise Missing(f"there is nothing at {address}")
        return answer

    def _ask(self, address: str, limit: int, headers: dict | None) -> Answer:
        response, body = self._follow(address, limit, headers)
        if response.status_code in (404, 410):
            return Answer(None, response.url)
        if response.status_code in (401, 403):
            raise NoAnswer(
                f"the site refused to show {response.url} (status"
                f" {response.status_code}), as it does where it wants a captcha solved;"
                f" {ADVICE}"
            )
        if response.status_code != 200:
            raise NoAnswer(f"status {response.status_code} from {response.url}")
        charset = re.search(
            r"charset=[\"']?([\w-]+)", response.headers.get("Content-Type", ""), re.I
        )
        return Answer(body, response.url, charset and charset[1])

    def _follow(self, address: str, limit: int, headers=None, ask_leave: bool = True):
        """Follows redirects by hand: each step is checked like the first address."""
        for _ in range(MOST_REDIRECTS + 1):
            if ask_leave and not self._rules(address).can_fetch(self.agent, address):
                raise Missing(f"{_site(address)}/robots.txt does not allow {address}")
            response, body = self._request(address, limit, headers)
            if not response.is_redirect:
                return response, body
            address = urljoin(address, response.headers["Location"])
        raise Missing(f"more than {MOST_REDIRECTS} redirects, the last to {address}")

    def _rules(self, address: str) -> RobotFileParser:
        """The site's robots.txt by RFC 9309: without one, all is allowed."""
        site = _site(address)
        if site not in self._robots:
            try:
                self._robots[site] = self._ask_rules(site)
            except NoAnswer as error:
                self._dead[site] = (
                    f"{error}; until {site}/robots.txt can be read, nothing may be"
                    " asked for"
                )
                raise NoAnswer(self._dead[site]) from None
        return self._robots[site]

    def _ask_rules(self, site: str) -> RobotFileParser:
        address, rules = f"{site}/robots.txt", RobotFileParser()
        response, body = self._follow(address, ROBOTS_BYTES, ask_leave=False)
        if response.status_code >= 500 or response.status_code == 429:
            raise NoAnswer(f"status {response.status_code} from {address}")
        try:
            found = response.status_code == 200
            rules.parse(decode(body).splitlines() if found else [])
        except ValueError as error:  # "Disallow: //["
            raise NoAnswer(f"{address} makes no sense: {_words(error)}") from None
        return rules

    def _request(self, address: str, limit: int, headers: dict | None = None):
        """One request with its retries; the body is read under all limits."""
        site = _site(address)
        if site in self._dead:
            raise NoAnswer(self._dead[site])
        retry = self._retry
        while True:
            self._wait(site)
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
                problem = f"{address} does not answer: {_words(cause)}"
                if isinstance(cause, NewConnectionError | ConnectTimeoutError):
                    self._dead[site] = problem
                raise NoAnswer(problem) from None
            with response:
                try:
                    return response, self._read(response, limit)
                except DecodeError:
                    raise Missing(f"{address} is packed in a broken way") from None
                except HTTPError as error:  # cut in the middle
                    if retry.total <= 0:
                        problem = f"{address} breaks off: {_words(_cause(error))}"
                        raise NoAnswer(problem) from None
                    retry = retry.increment("GET", address, error=error)
            retry.sleep()

    def _read(self, response: requests.Response, limit: int) -> bytes:
        address = response.url
        body, deadline = bytearray(), time.monotonic() + LONGEST_ANSWER
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                raise Missing(f"{address} has more than the {limit:,} bytes allowed")
            if time.monotonic() > deadline:
                raise NoAnswer(f"{address} takes longer than {LONGEST_ANSWER} seconds")
        return bytes(body)

    def _wait(self, site: str):
        rules = self._robots.get(site)
        asked_for = float(rules.crawl_delay(self.agent) or 0) if rules else 0.0
        pause = max(self.pause, min(asked_for, LONGEST_WAIT))
        time.sleep(max(0.0, self._last + pause - time.monotonic()))
        self._last = time.monotonic()


def _site(address: str) -> str:
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


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
