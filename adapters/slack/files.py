"""A file out to Slack takes three calls: ask for a place, put it there, share it. Only the third shows it to anybody.

So whatever goes wrong before that is known: nothing was sent. What is shared can't carry our token, and Slack doesn't
tell at once which message it became; the copy that we know is the file itself, and deleting it takes it back.
"""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.given import MOST_BYTES, as_text
from adapters.slack.calls import CALL_FAILED, DEFAULT_WAIT, fault_of
from bot.views.elements import Attachment

FILE_ID = "F"
"""How the id of a file begins; a message's is a number."""
PUT_SECONDS = 4
"""For the first two calls together: with the sharing they stay below a third of a line's lease."""

FETCH_SECONDS = 1.8
"""For a file that somebody handed over, with a form that must be answered within three seconds."""

log = structlog.get_logger("grounds.slack")


class NotPut(Exception):
    """The bytes were not taken: the status of the answer, and how long Slack wants to be left alone."""

    def __init__(self, status: int, wait: float) -> None:
        super().__init__(status)
        self.status = status
        self.wait = wait


PUT_FAILED = (*CALL_FAILED, NotPut)


async def put(client: AsyncWebClient, file: Attachment) -> str:
    """Put a file up, for nobody to see yet; its id. Raises PUT_FAILED."""
    async with asyncio.timeout(PUT_SECONDS):
        place = await client.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        headers = {"Content-Type": file.media_type}
        async with (
            ClientSession() as session,
            session.post(str(place["upload_url"]), data=file.content, headers=headers) as answer,
        ):
            if answer.status != 200:
                named = answer.headers.get("Retry-After", "")
                raise NotPut(answer.status, float(named) if named.isdecimal() else DEFAULT_WAIT)
    return str(place["file_id"])


async def share(client: AsyncWebClient, channel: str, file_id: str, file: Attachment, words: str) -> None:
    """Show it in a channel, with words above it. Raises CALL_FAILED."""
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": file.name}], channel_id=channel, initial_comment=words
    )


async def text_of(client: AsyncWebClient, file_id: str) -> str:
    """A file that somebody handed over, as text; nothing if it is too large or can't be had: then the core asks for it
    as for one that is missing. Where it lies is asked of Slack, so that our token goes to nobody else."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            told = (await client.files_info(file=file_id)).get("file") or {}
            if int(told.get("size") or 0) > MOST_BYTES:
                return ""
            headers = {"Authorization": f"Bearer {client.token}"}
            url = str(told.get("url_private_download") or "")
            async with ClientSession() as session, session.get(url, headers=headers) as answer:
                return as_text(await answer.read()) if answer.status == 200 else ""
    except CALL_FAILED as error:
        log.warning("slack.file_not_read", code=fault_of(error).code)
        return ""
