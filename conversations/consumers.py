"""The chat's WebSocket: one connection of one open page to one conversation.

A turn is no child of the connection. The consumer follows every unfinished turn of its conversation, whoever began it.
The text of a running reply comes from its TurnLog, everything else is read from the database, drawn for this viewer.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import unlock
from audit.requests import bind_request_id, current_request_id, new_request_id
from conversations import rendering
from conversations.caller import Caller
from conversations.edge import BadMessage
from conversations.engine.contract import Principal
from conversations.engine.runtime import runtime
from conversations.engine.storage import NotYours
from conversations.engine.threads import in_db
from conversations.livetext import LiveText
from conversations.models import TurnStatus
from conversations.notices import announce_lock, conversation_group, unlock_group
from conversations.posting import post_message, retry_turn, text_field
from conversations.window import Look, Window

logger = structlog.get_logger(__name__)

FRAME_MAX_CHARS = 65_536
NOT_LOGGED_IN = 4401
NOT_FOUND = 4404
TRY_AGAIN = 1011
"""The page connects again and catches up."""
POLL_SECONDS = 1.0
SOON_SECONDS = 1.0
"""How long a message may wait for the turn to act before the page shows it; only a busy site takes so long."""

Message = dict[str, Any]


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Frames in: JSON of a `type`: message, retry, stop, earlier, lock, ping. Frames out: HTML, swapped in by id."""

    def __init__(self) -> None:
        super().__init__()
        self._principal: Principal | None = None
        self._window: Window | None = None
        self._looking = asyncio.Lock()
        self._following: dict[UUID, asyncio.Task[None]] = {}
        self._shown_once: set[UUID] = set()
        self._relock: asyncio.Task[None] | None = None

    async def dispatch(self, message: Message) -> None:
        """As the base class's, in the user's language and time zone, and without its hop to the one thread that all
        sockets share: database work is `in_db`'s."""
        language, time_zone = settings.LANGUAGE_CODE, settings.TIME_ZONE
        if self._principal:
            language, time_zone = self._principal.language, self._principal.time_zone
        with translation.override(language), timezone.override(ZoneInfo(time_zone)):
            await getattr(self, get_handler_name(message))(message)

    # Coming and going ---------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Accept in any case: only on an open socket can a page be told why not."""
        self._conversation_id: UUID = self.scope["url_route"]["kwargs"]["conversation_id"]
        self._caller = Caller(self.scope["session"].session_key)
        await self.accept()
        if not (principal := await self._current()):
            return
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        try:
            self._window = await in_db(Window.open, self._conversation_id, principal, query)
        except NotYours:
            await self._leave(rendering.not_found(), NOT_FOUND)
            return
        self.groups = [conversation_group(self._conversation_id), unlock_group(principal.holder)]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self._look(catching_up=True)

    async def websocket_disconnect(self, message: Message) -> None:
        """As the base class's, again without the hop."""
        for group in self.groups:
            await self.channel_layer.group_discard(group, self.channel_name)
        self._stop_following()
        raise StopConsumer

    async def _current(self) -> Principal | None:
        """Who is there now. Once nobody is, the page is told so and the socket closed."""
        self._principal = await self._caller.principal()
        if self._principal is None:
            await self._leave(rendering.logged_out(self._conversation_id), NOT_LOGGED_IN)
        return self._principal

    async def _leave(self, farewell: str, code: int) -> None:
        self._window = None
        await self.send(text_data=farewell)
        await self.close(code=code)
        self._stop_following()  # the last thing: it may be one of these tasks that found out

    def _stop_following(self) -> None:
        for task in (*self._following.values(), self._relock):
            if task:
                task.cancel()

    # What comes in ------------------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        key = ""
        with bind_request_id(new_request_id()):
            try:
                principal = await self._current() if self._window else None
                if principal:
                    fields = _read(text_data)
                    key = text_field(fields, "key")
                    await self._obey(principal, fields, key)
            except BadMessage as error:
                await self.send(text_data=rendering.refused(key, str(error)))
            except NotYours:
                await self.send(text_data=rendering.not_found(key))
            except Exception:
                logger.exception("a frame could not be served")
                reason = _("Something went wrong on our side. Send it again; if you report this, name the number {id}.")
                await self.send(text_data=rendering.refused(key, reason.format(id=current_request_id())))

    async def _obey(self, principal: Principal, fields: Message, key: str) -> None:
        match fields.get("type"):
            case "message":
                await self._post(principal, fields, key)
            case "retry":
                turn_id = _turn_id(fields)
                await retry_turn(principal, self._conversation_id, turn_id, self.channel_name)
                await self._look(turn_id)
            case "stop":
                await runtime().stop(principal.user_id, _turn_id(fields))
            case "earlier":
                if self._window:
                    self._window.reach_back(_position(fields), text_field(fields, "unlocked") == "1")
                    await self._look()
            case "lock" if principal.user_id is not None:
                await in_db(unlock.lock, principal.user_id, principal.holder)
                await announce_lock(principal.holder)
            case "ping":
                await self.send(text_data=rendering.PULSE)
                if self._window and self._window.unlocked:
                    await self._look()  # every unlock may have been ended from elsewhere
            case _:
                raise BadMessage("unknown_type", _("This page is out of date. Reload it and try again."))

    async def _post(self, principal: Principal, fields: Message, key: str) -> None:
        accepted = await post_message(principal, self._conversation_id, fields, self.channel_name)
        await self.send(text_data=rendering.saved(key))  # whatever fails from here on, it must not be sent again
        if accepted.conversation_id != self._conversation_id:
            await self.send(text_data=rendering.moved(accepted.conversation_id))
            return
        if "secret" in fields and settings.UNLOCK_SECONDS <= 0:
            self._shown_once.add(accepted.turn_id)
        elif accepted.status == TurnStatus.RUNNING:
            # Most turns end as they act: then one look shows message and reply, instead of three that show how it grew.
            await runtime().acted(accepted.turn_id, SOON_SECONDS)
        await self._look(accepted.turn_id)

    # What others did ----------------------------------------------------------------------------------------------

    async def turn_notice(self, notice: Message) -> None:
        """A turn has begun, or begun again, on another page or channel."""
        if notice["sender"] != self.channel_name:
            await self._look(UUID(notice["turn_id"]))

    async def lock_notice(self, notice: Message) -> None:
        await self._look()

    # What goes out ------------------------------------------------------------------------------------------------

    async def _look(self, turn_id: UUID | None = None, *, catching_up: bool = False) -> None:
        """Bring the page up to date, that turn included, and follow the turns at work."""
        if turn_id in self._following:
            turn_id = None  # its text is growing on the page; it comes whole at its end
        if window := self._window:
            try:
                await self._show(window.catch_up if catching_up else partial(window.look, turn_id=turn_id))
            except NotYours:
                await self._leave(rendering.not_found(), NOT_FOUND)  # deleted while the page was open
            except Exception:
                logger.exception("a page could not be brought up to date")
                await self.close(code=TRY_AGAIN)

    async def _show(self, look: Callable[[Principal], Look]) -> tuple[UUID, ...]:
        """Take a look and send what it found. Gives the turns at work in it."""
        if not (principal := await self._current()):
            return ()
        async with self._looking:
            found = await in_db(look, principal)
            if found.html:
                await self.send(text_data=found.html)
        self._look_again_at(found.unlocked_until)
        for turn_id in found.live:
            if turn_id not in self._following:
                self._following[turn_id] = asyncio.create_task(self._follow(turn_id))
        return found.live

    async def _follow(self, turn_id: UUID) -> None:
        """Show a turn's reply as it grows, and the whole turn when it has ended."""
        live = LiveText(partial(self._send_text, turn_id))
        once = turn_id in self._shown_once
        try:
            still_at_work = True
            while still_at_work:
                async with aclosing(runtime().listen(turn_id, _ignore if once else live.add)) as events:
                    async for event in events:
                        if event.type == "turn.working":
                            line = await self._drawn(event.data["text"])
                            await self.send(text_data=rendering.working(turn_id, line))
                await live.close()
                if still_at_work := await self._show_end(turn_id, once):
                    await asyncio.sleep(POLL_SECONDS)  # another process took it over
        except Exception:
            logger.exception("a page lost sight of its turn", turn_id=str(turn_id))
            await self.close(code=TRY_AGAIN)
        finally:
            await live.close()
            self._following.pop(turn_id, None)

    async def _show_end(self, turn_id: UUID, once: bool) -> bool:
        """The whole turn in place of its growing text. True if it has not ended after all."""
        if not self._window:
            return False
        return turn_id in await self._show(partial(self._window.look, turn_id=turn_id, secret_given=once))

    async def _send_text(self, turn_id: UUID, piece: str) -> None:
        await self.send(text_data=rendering.more_text(turn_id, await self._drawn(piece)))

    async def _drawn(self, text: str) -> SafeString:
        """A piece of stored text as HTML for this viewer."""
        if "⟦" in text and self._window and self._principal:
            return await in_db(self._window.draw, self._principal, text)
        return escape(text)

    def _look_again_at(self, end: datetime | None) -> None:
        """When the unlock ends, numbers are hidden on the open page too."""
        if self._relock:
            self._relock.cancel()
        self._relock = asyncio.create_task(self._look_after(end)) if end else None

    async def _look_after(self, end: datetime) -> None:
        await asyncio.sleep(max(0.0, (end - timezone.now()).total_seconds()) + 0.1)
        self._relock = None  # this task must not be cancelled by the look it takes
        await self._look()


def _ignore(piece: str) -> None:
    """The text of a turn that is shown once, at its end."""


def _read(text_data: str | None) -> Message:
    """A frame as the page sends it. Raises `BadMessage`."""
    if text_data is None or len(text_data) > FRAME_MAX_CHARS:
        limit = settings.MESSAGE_MAX_CHARS
        raise BadMessage(
            "too_long", _("That is too much for one message; the limit is {limit} characters.").format(limit=limit)
        )
    try:
        fields = json.loads(text_data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise BadMessage("unreadable", _("The message could not be read. Reload the page and send it again."))
    return fields


def _turn_id(fields: Message) -> UUID:
    try:
        return UUID(text_field(fields, "turn_id"))
    except ValueError:
        raise BadMessage("unreadable", _("The message could not be read. Reload the page and send it again.")) from None


def _position(fields: Message) -> int:
    """The number of the first turn that the page has now."""
    number = text_field(fields, "first")
    if not number.isdecimal() or len(number) > 9:
        raise BadMessage("unreadable", _("The message could not be read. Reload the page and send it again."))
    return int(number)
