"""What does somebody notice who looks at a page closely? One load, every width, both themes, nothing asked twice."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

WIDTHS = (1440, 820, 390)
THEMES = ("light", "dark")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {
    "runOnly": WCAG,
    "rules": {"landmark-unique": {"enabled": True}, "page-has-heading-one": {"enabled": True}},
    "resultTypes": ["violations"],
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
MOST_BYTES = 60_000
# Everything is looked at twice, and the colors of the wide screen in dark as well; the middle width adds nothing.
LOOKED_AT = {(1440, "light"): RULES, (1440, "dark"): CONTRAST, (390, "dark"): RULES}
PICTURES = "PAGE_PICTURES"  # a folder; without it no picture is kept
WATCH = """
window.seen = {shift: 0, refused: []};
new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) window.seen.shift += one.value;
})).observe({type: "layout-shift", buffered: true});
document.addEventListener("securitypolicyviolation", event =>
  window.seen.refused.push(`${event.effectiveDirective} refused ${event.blockedURI}`));
"""
AXE = Axe().axe_script


@dataclass
class Looker:
    """A browser of one person, and what was noticed since the last page."""

    page: Page
    web: str
    noticed: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, context: BrowserContext, web: str) -> "Looker":
        """With eyes open: console, errors, requests, refusals of the policy, and what moves."""
        context.add_init_script(WATCH)
        looker = cls(context.new_page(), web)
        looker.page.on("console", lambda said: looker.hear(said.type, said.text))
        looker.page.on("pageerror", lambda error: looker.noticed.append(f"error: {error}"))
        looker.page.on("request", lambda request: looker.follow(request.url))
        return looker

    def hear(self, kind: str, words: str) -> None:
        """Errors and warnings; that a page of an error has its status is no complaint."""
        if kind in {"error", "warning"} and "responded with a status of" not in words:
            self.noticed.append(f"console {kind}: {words}")

    def follow(self, url: str) -> None:
        """Where does the page lead the browser?"""
        if not url.startswith(f"{self.web}/"):
            self.noticed.append(f"asked another origin: {url[:100]}")

    def open(self, address: str, *, status: int = 200, picture: str = "") -> list[str]:
        """Everything that is wrong with a page as it comes."""
        self.noticed.clear()
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        response = self.page.goto(self.web + address)
        assert response
        found = [] if response.status == status else [f"status {response.status}"]
        if (size := len(response.body())) > MOST_BYTES:
            found.append(f"{size} bytes of HTML")
        return found + self.look(picture=picture)

    def look(self, *, picture: str = "") -> list[str]:
        """The same of the page that is open, at every width and in both themes."""
        found = self._as_it_came()
        self.page.evaluate(AXE)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                found += [f"{width} {theme}: {one}" for one in self._here(width, theme)]
                keep_picture(self.page, f"{picture or self.page.url.removeprefix(self.web)} {width} {theme}")
        found += [f"refused by the policy: {one}" for one in self.page.evaluate("window.seen.refused")]
        found += self.noticed
        self.noticed.clear()
        return found

    def _as_it_came(self) -> list[str]:
        """Before anything is resized: what moved by itself, in hundredths of a screen, and what there is one of."""
        facts: dict[str, Any] = self.page.evaluate(
            "({shift: Math.round(window.seen.shift * 100), h1: document.querySelectorAll('h1').length,"
            " main: document.querySelectorAll('main').length})"
        )
        wanted = {"shift": 0, "h1": 1, "main": 1}
        return [f"{name} is {facts[name]}, not {number}" for name, number in wanted.items() if facts[name] != number]

    def _here(self, width: int, theme: str) -> list[str]:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = [f"{wide} px too wide"] if wide > 0 else []
        return found + (findings(self.page, LOOKED_AT[width, theme]) if (width, theme) in LOOKED_AT else [])


def findings(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, a line each. Its script has to be there."""
    found: Sequence[dict[str, Any]] = page.evaluate(
        "rules => axe.run(rules).then(found => found.violations.map(one => ({id: one.id, nodes: one.nodes.map("
        "node => ({html: node.html, why: node.failureSummary}))})))",
        rules,
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({one['nodes'][0]['why'][:200]})" for one in found]


def keep_picture(page: Page, name: str) -> None:
    """A picture of the whole page, for people to look at, where somebody asked for pictures."""
    if folder := os.environ.get(PICTURES):
        words = re.sub(r"[^\w=.-]+", "-", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "server", name)).strip("-")
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{words[:120]}.png", full_page=True)
