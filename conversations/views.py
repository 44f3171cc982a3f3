"""The chat's pages. Everything the socket does also works by plain forms, without any script."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts import unlock
from accounts.http import AuthenticatedRequest, own_page
from accounts.models import User
from conversations import posting, rendering
from conversations.actions import rate_message, start_conversation
from conversations.counting import count_messages
from conversations.edge import BadMessage, principal_of
from conversations.engine.contract import Principal
from conversations.engine.runtime import runtime
from conversations.engine.storage import NotYours
from conversations.engine.threads import in_db
from conversations.files import post_file, sent_file
from conversations.listing import show_conversations
from conversations.models import Agent, Conversation, Turn
from conversations.notices import announce_lock
from conversations.panel import show_panel
from conversations.presenting import show_turns, viewer_in
from conversations.reading import LAST, Turns, read_scene
from conversations.why import explain

PAGE_TURNS = 30
"""So many turns a page shows at first, and more each time its reader comes to the top."""
WAIT_SECONDS = 20.0
"""How long a form waits for its turn to end; after that the page shows it at work."""
DEFAULT_AGENT = "directory"


def _principal(request: HttpRequest, user: User) -> Principal:
    return principal_of(user, unlock.session_holder(request.session.session_key), "web")


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The latest conversation of whoever is signed in, else what this site is."""
    if not isinstance(request.user, User):
        return render(request, "conversations/home.html")
    latest = Conversation.objects.for_user(request.user.pk).filter(agent__is_active=True).first()
    return redirect("conversation", (latest or start_conversation(request.user.pk, DEFAULT_AGENT, source="web")).id)


@require_GET
@login_required
@never_cache
def conversation(request: AuthenticatedRequest, conversation_id: UUID) -> HttpResponse:
    return _chat_page(request, conversation_id, typed=request.GET.get("draft", ""))


def _chat_page(request: AuthenticatedRequest, conversation_id: UUID, status: int = 200, **context: Any) -> HttpResponse:
    principal = _principal(request, request.user)
    before = request.GET.get("before", "")
    is_past = before.isdecimal() and len(before) < 10
    which = Turns(last=int(before) - 1 if is_past else LAST, latest=PAGE_TURNS)
    try:
        conversation, unlocked_until, stored = read_scene(conversation_id, principal, which)
    except NotYours:
        raise Http404 from None
    viewer = viewer_in(conversation, principal, unlocked=unlocked_until is not None)
    turns = show_turns(stored, conversation, viewer)
    earlier = turns[0].seq if turns and turns[0].seq > 1 else None
    if is_past and request.htmx:
        return HttpResponse(rendering.earlier(turns, conversation_id, earlier, unlocked=viewer.unlocked))
    panel = show_panel(conversation, unlocked_until, turns[-1] if turns else None, count_messages(conversation.id))
    context |= {
        "conversation": conversation,
        "log": rendering.turns_html(turns, csrf_token=get_token(request)),
        "earlier": earlier,
        "is_past": is_past,
        "listed": rendering.listed(show_conversations(request.user.pk, viewer), conversation.id),
        "agents": Agent.objects.visible_to(request.user.pk),
        "key": uuid.uuid4(),
        "panel_digest": rendering.panel_digest(rendering.panel_parts(conversation.id, panel)),
        **rendering.panel_context(conversation.id, panel),
    }
    return render(request, "conversations/chat.html", context, status=status)


@require_GET
@login_required
@never_cache
def why(request: AuthenticatedRequest, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    """How a turn came to its reply: in place under the message, or as a page of its own."""
    turn = get_object_or_404(
        Turn.objects.for_user(request.user.pk).select_related("conversation__agent").prefetch_related("messages"),
        id=turn_id,
        conversation_id=conversation_id,
    )
    principal = _principal(request, request.user)
    context = {"why": explain(turn, principal), "turn": turn}
    return render(request, "conversations/_why.html" if request.htmx else "conversations/why.html", context)


# Forms ------------------------------------------------------------------------------------------------------------


View = Callable[..., Coroutine[Any, Any, HttpResponse]]


def for_forms(view: View) -> View:
    """A view that a form of a signed-in user posts to.

    Whoever was logged out meanwhile gets back what they typed. Whoever comes by a link, after logging in again say, is
    led to the page that has the form.
    """

    @wraps(view)
    async def posted(request: AuthenticatedRequest, **ids: UUID) -> HttpResponse:
        page = reverse("conversation", args=[ids["conversation_id"]]) if ids else reverse("home")
        if request.method != "POST":
            return redirect(page)
        # `request.user` would ask the database in the event loop.
        user: User | AnonymousUser = await request.auser()
        if not isinstance(user, User):
            if request.htmx and ids:
                return HttpResponse(rendering.logged_out(ids["conversation_id"]))
            context = {"typed": request.POST.get("text", ""), "next": page}
            return await in_db(render, request, "conversations/logged_out.html", context, status=401)
        return await view(request, user, **ids)

    limited = require_http_methods(["GET", "POST"])(posted)
    return sensitive_variables()(sensitive_post_parameters("secret", "text")(limited))


@for_forms
async def new_conversation(request: AuthenticatedRequest, user: User) -> HttpResponse:
    started = await in_db(start_conversation, user.pk, request.POST.get("agent", DEFAULT_AGENT), source="web")
    draft = {"draft": text} if (text := request.POST.get("draft")) else None  # an example, to be sent or changed there
    return redirect(reverse("conversation", args=[started.id], query=draft))


@for_forms
async def send_message(request: AuthenticatedRequest, user: User, conversation_id: UUID) -> HttpResponse:
    """Run one message and show the conversation it ran in; what cannot be taken comes back with the reason."""
    try:
        accepted = await posting.post_message(_principal(request, user), conversation_id, request.POST.dict())
    except NotYours:
        raise Http404 from None
    except BadMessage as error:
        return await in_db(_refusal, request, conversation_id, error)
    await _wait_for(accepted.turn_id)
    return redirect(f"{reverse('conversation', args=[accepted.conversation_id])}#turn-{accepted.turn_id}")


@for_forms
async def send_file(request: AuthenticatedRequest, user: User, conversation_id: UUID) -> HttpResponse:
    """Take a file in place of a message. Scripts get only a receipt: the turn comes to the page by its socket."""
    key = request.POST.get("key", "")
    try:
        accepted = await post_file(_principal(request, user), conversation_id, sent_file(request), key)
    except NotYours:
        raise Http404 from None
    except BadMessage as error:
        if request.htmx:
            return HttpResponse(rendering.refused(key, str(error)))
        return await in_db(_refusal, request, conversation_id, error)
    page = f"{reverse('conversation', args=[accepted.conversation_id])}#turn-{accepted.turn_id}"
    if not request.htmx:
        await _wait_for(accepted.turn_id)
        return redirect(page)
    if accepted.conversation_id != conversation_id:
        return HttpResponse(rendering.moved(accepted.conversation_id))
    return HttpResponse(rendering.saved(key))


@for_forms
async def stop_turn(request: AuthenticatedRequest, user: User, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    try:
        await runtime().stop(user.pk, turn_id)
    except NotYours:
        raise Http404 from None
    await _wait_for(turn_id)
    return redirect("conversation", conversation_id)


@for_forms
async def retry_turn(request: AuthenticatedRequest, user: User, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    try:
        await posting.retry_turn(_principal(request, user), conversation_id, turn_id)
    except NotYours:
        raise Http404 from None
    except BadMessage as error:
        return await in_db(_refusal, request, conversation_id, error)
    await _wait_for(turn_id)
    return redirect("conversation", conversation_id)


@for_forms
async def rate(request: AuthenticatedRequest, user: User, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    """A thumb up or down for a turn's reply, or the one there is taken back. Scripts get the two buttons as they are
    now."""
    try:
        rating = request.POST.get("rating", "")
        message = await in_db(rate_message, user.pk, conversation_id, turn_id, rating, source="web")
    except ValueError:
        return HttpResponseBadRequest()
    if request.htmx:
        return await in_db(render, request, "conversations/_rating.html", {"message": message, "turn": {"id": turn_id}})
    return redirect(f"{reverse('conversation', args=[conversation_id])}#turn-{turn_id}")


@for_forms
async def lock(request: AuthenticatedRequest, user: User) -> HttpResponse:
    """Hide the numbers in this browser now, in its other tabs too."""
    holder = _principal(request, user).holder
    await in_db(unlock.lock, user.pk, holder)
    await announce_lock(holder)
    return redirect(own_page(request, request.POST.get("next", ""), "home"))


def _refusal(request: AuthenticatedRequest, conversation_id: UUID, error: BadMessage) -> HttpResponse:
    """The page again with the reason, and what was typed where it was typed."""
    status = 429 if error.code == "rate_limited" else 422
    context = {"outcome": "refused", "reason": str(error), "typed": request.POST.get("text", "")}
    return _chat_page(request, conversation_id, status, **context)


async def _wait_for(turn_id: UUID) -> None:
    async def ended() -> None:
        async for _event in runtime().follow(turn_id):
            pass

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended(), WAIT_SECONDS)
