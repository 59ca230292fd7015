"""Photographs of a document by a Chromium that is installed anyway, over its own wire protocol.

Development has Playwright for that; an installed `grounds` has not, and needs no more than this.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, Final

import aiohttp

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS: Final = 40.0
WIDTH: Final = 1300


class NoPicture(Exception):
    """Chromium did not do as it was told."""


def chromium() -> str:
    """Where it is, or empty."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


async def photograph(document: Path, into: Path) -> int:
    """A picture of each thing that the document shows by itself; how many there are. Raises NoPicture.

    `exhibit(n)` in the document shows the nth alone and tells its `{name, height}`, or null when there are no more.
    """
    async with _tab(document) as tab:
        await tab.until("document.body.classList.contains('ready') && document.fonts.status === 'loaded'")
        for number in count():
            shown = await tab.value(f"exhibit({number})")
            if shown is None:
                return number
            size = {"width": WIDTH, "height": ceil(shown["height"]), "deviceScaleFactor": 1, "mobile": False}
            await tab.call("Emulation.setDeviceMetricsOverride", **size)
            taken = await tab.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)
            await asyncio.to_thread((into / f"{shown['name']}.png").write_bytes, base64.b64decode(taken["data"]))
    return 0


class _Tab:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number = socket, 0

    async def call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            said = await self._socket.receive_json()
            if said.get("id") == self._number:
                if "error" in said:
                    raise NoPicture(said["error"]["message"])
                return said["result"]

    async def value(self, expression: str) -> Any:
        said = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return said["result"].get("value")

    async def until(self, expression: str) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self.value(expression):  # noqa: ASYNC110 - a document tells nobody outside
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise NoPicture("the document was never ready") from None


@asynccontextmanager
async def _tab(document: Path) -> AsyncIterator[_Tab]:
    with tempfile.TemporaryDirectory(prefix="grounds-camera-", ignore_cleanup_errors=True) as folder:
        browser = await asyncio.create_subprocess_exec(
            chromium(), "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
            "--hide-scrollbars", "--no-first-run", f"--user-data-dir={folder}", "--remote-debugging-port=0",
            f"--window-size={WIDTH},900", document.as_uri(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await _port(Path(folder) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as http:
                async with http.get(f"http://127.0.0.1:{port}/json") as answer:
                    tabs = await answer.json()
                address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
                async with http.ws_connect(address, max_msg_size=0) as socket:
                    yield _Tab(socket)
        finally:
            with suppress(ProcessLookupError):
                browser.terminate()
            await browser.wait()


async def _port(file: Path) -> int:
    try:
        async with asyncio.timeout(START_SECONDS):
            while not (file.exists() and file.read_text().strip()):  # noqa: ASYNC110, ASYNC240 - it is written once
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise NoPicture("Chromium did not start") from None
    return int(file.read_text().split()[0])  # noqa: ASYNC240 - a line
