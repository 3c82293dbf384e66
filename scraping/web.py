"""A polite guest: says who it is, asks slowly, and nothing twice."""

import re
import time
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from scraping.cache import Answer, Cache
from scraping.connection import (
    LONGEST_WAIT,
    Connection,
    Missing,
    NoAnswer,
    Unreachable,
    site_of,
)
from scraping.markup import ADVICE, decode
from utils import words

MOST_REDIRECTS = 5
ROBOTS_BYTES = 500_000


class Guest:
    """Asks for pages and pictures, one after another.

    It respects robots.txt and waits between requests. Each answer is kept in a file; a
    second run gets it from there.

    Args:
        cache: where answers are kept.
        connection: how to ask.
        pause: seconds between two requests; more if robots.txt asks for more.
    """

    def __init__(self, cache: Cache, connection: Connection, pause: float):
        self.cache = cache
        self.connection = connection
        self.pause = pause
        self._last = -float("inf")  # when the last request went out
        self._robots = {}  # by site

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
            raise Missing(f"expected an answer from {address}. Received: not found")
        return answer

    def _ask(self, address: str, limit: int, headers: dict | None) -> Answer:
        response, body = self._follow(address, limit, headers)
        if response.status_code in (404, 410):
            return Answer(None, response.url)
        if response.status_code in (401, 403):
            raise NoAnswer(
                f"expected to be shown {response.url}. Received: status"
                f" {response.status_code}, as where a captcha is to be solved; {ADVICE}"
            )
        if response.status_code != 200:
            raise NoAnswer(
                f"expected an answer from {response.url}. Received: status"
                f" {response.status_code}"
            )
        charset = re.search(
            r"charset=[\"']?([\w-]+)", response.headers.get("Content-Type", ""), re.I
        )
        return Answer(body, response.url, charset and charset[1])

    def _follow(self, address: str, limit: int, headers=None, ask_leave: bool = True):
        """Follows redirects by hand: each step is checked like the first address."""
        for _ in range(MOST_REDIRECTS + 1):
            agent = self.connection.agent
            if ask_leave and not self._rules(address).can_fetch(agent, address):
                raise Missing(
                    f"expected an address that {site_of(address)}/robots.txt allows."
                    f" Received: {address}"
                )
            self._wait(site_of(address))
            response, body = self.connection.request(address, limit, headers)
            there = self.connection.redirect_of(response)
            if there is None:
                return response, body
            address = urljoin(address, there)
        raise Missing(
            f"expected at most {MOST_REDIRECTS} redirects. Received: one more, to"
            f" {address}"
        )

    def _rules(self, address: str) -> RobotFileParser:
        """The site's robots.txt by RFC 9309: without one, all is allowed."""
        site = site_of(address)
        if site in self.connection.dead:
            raise Unreachable(self.connection.dead[site])
        if site not in self._robots:
            try:
                self._robots[site] = self._ask_rules(site)
            except NoAnswer as error:
                self.connection.dead[site] = (
                    f"{error}; until {site}/robots.txt can be read, nothing may be"
                    " asked for"
                )
                raise Unreachable(self.connection.dead[site]) from None
        return self._robots[site]

    def _ask_rules(self, site: str) -> RobotFileParser:
        address, rules = f"{site}/robots.txt", RobotFileParser()
        response, body = self._follow(address, ROBOTS_BYTES, ask_leave=False)
        if response.status_code >= 500 or response.status_code == 429:
            raise NoAnswer(
                f"expected rules at {address}. Received: status {response.status_code}"
            )
        try:
            found = response.status_code == 200
            rules.parse(decode(body).splitlines() if found else [])
        except ValueError as error:  # "Disallow: //["
            raise NoAnswer(
                f"expected rules at {address}. Received: {words(error)}"
            ) from None
        return rules

    def _wait(self, site: str):
        rules = self._robots.get(site)
        asked_for = (
            float(rules.crawl_delay(self.connection.agent) or 0) if rules else 0.0
        )
        pause = max(self.pause, min(asked_for, LONGEST_WAIT))
        time.sleep(max(0.0, self._last + pause - time.monotonic()))
        self._last = time.monotonic()
