"""A file out to Slack takes three calls: ask for a place, put it there, share it. Only the third shows it to anybody.

So whatever goes wrong before that is known: nothing was sent. What is shared can't carry our token, and Slack doesn't
tell at once which message it became; the copy that we know is the file itself, and deleting it takes it back.

A file that only one person shall see goes into the direct messages with them: a message that one person alone sees in a
channel can't hold one (seratch in slackapi/node-slack-sdk#1790). For a picture that could stand in an image block
instead, as a `slack_file`, this is the surer way as well: who reads the block must have been shown the file somewhere,
and for a second or more after the upload Slack refuses it (slackapi/python-slack-sdk#1521, #1797). So a card with a
picture is one message: the card's blocks, which the third call takes (slackapi/node-slack-sdk#2261), and the picture
right beneath, with its words for those who can't see it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.given import MOST_BYTES, as_text
from adapters.slack.calls import BAD_BLOCKS, CALL_FAILED, DEFAULT_WAIT, fault_of
from bot.views.elements import Attachment, Picture

FILE_ID = "F"
"""How the id of a file begins; a message's is a number."""
PUT_SECONDS = 4
"""For the first two calls together: with the sharing they stay below a third of a line's lease."""

PICTURE = "chart.png"
MOST_ALT = 1_000
"""Characters of the words for those who can't see a picture; Slack names no limit."""
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


def as_file(picture: Picture) -> Attachment:
    return Attachment(PICTURE, picture.png, "image/png")


async def put(client: AsyncWebClient, file: Attachment, words: str = "") -> str:
    """Put a file up, for nobody to see yet; its id. `words` are for those who can't see it. Raises PUT_FAILED."""
    async with asyncio.timeout(PUT_SECONDS):
        place = await client.files_getUploadURLExternal(
            filename=file.name, length=len(file.content), alt_txt=words[:MOST_ALT] or None
        )
        headers = {"Content-Type": file.media_type}
        async with (
            ClientSession() as session,
            session.post(str(place["upload_url"]), data=file.content, headers=headers) as answer,
        ):
            if answer.status != 200:
                named = answer.headers.get("Retry-After", "")
                raise NotPut(answer.status, float(named) if named.isdecimal() else DEFAULT_WAIT)
    return str(place["file_id"])


async def share(
    client: AsyncWebClient, channel: str, file_id: str, title: str, words: str, blocks: list[Any] | None = None
) -> None:
    """Show it in a channel, with blocks above it, or words where there are none (or Slack refuses the blocks). Raises
    CALL_FAILED."""
    files: list[dict[str, str | None]] = [{"id": file_id, "title": title}]
    if blocks:
        try:
            await client.files_completeUploadExternal(files=files, channel_id=channel, blocks=json.dumps(blocks))
        except CALL_FAILED as error:
            code = fault_of(error).code
            if code not in BAD_BLOCKS:
                raise
            log.error("slack.blocks_refused", code=code, kind="file")
        else:
            return
    await client.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=words)


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
