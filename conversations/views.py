"""The chat's pages. Everything the socket does also works by plain forms, without any script."""

import asyncio
import contextlib
import uuid
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from accounts import unlock
from accounts.http import AuthenticatedRequest
from accounts.models import User
from conversations import posting
from conversations.actions import start_conversation
from conversations.edge import BadMessage, principal_of
from conversations.engine.contract import Principal
from conversations.engine.runtime import runtime
from conversations.engine.storage import NotYours
from conversations.engine.threads import in_db
from conversations.models import Agent, Conversation
from conversations.notices import announce_lock
from conversations.panel import show_panel
from conversations.presenting import read_turns, show_conversations, show_turns, sight_of
from conversations.rendering import panel_context

PAGE_TURNS = 50
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
    return _chat_page(request, conversation_id)


def _chat_page(request: AuthenticatedRequest, conversation_id: UUID, status: int = 200, **context: Any) -> HttpResponse:
    conversation = get_object_or_404(
        Conversation.objects.for_user(request.user.pk).select_related("agent"), id=conversation_id
    )
    principal = _principal(request, request.user)
    before = request.GET.get("before", "")
    is_past = before.isdecimal() and len(before) < 10
    stored = read_turns(conversation_id, Q(seq__lt=int(before)) if is_past else Q(), PAGE_TURNS)
    sight = sight_of(principal, conversation.id)
    turns = show_turns(stored, conversation, sight.viewer)
    context |= {
        "conversation": conversation,
        "turns": turns,
        "earlier": turns[0].seq if turns and turns[0].seq > 1 else None,
        "is_past": is_past,
        "conversations": show_conversations(request.user.pk, sight.viewer),
        "agents": Agent.objects.visible_to(request.user.pk),
        "key": uuid.uuid4(),
        **panel_context(conversation.id, show_panel(conversation, sight.unlocked_until, turns[-1] if turns else None)),
    }
    return render(request, "conversations/chat.html", context, status=status)


@require_POST
@login_required
def new_conversation(request: AuthenticatedRequest) -> HttpResponse:
    started = start_conversation(request.user.pk, request.POST.get("agent", DEFAULT_AGENT), source="web")
    return redirect("conversation", started.id)


@sensitive_post_parameters("secret", "text")
@sensitive_variables()
@require_POST
@login_required
async def send_message(request: AuthenticatedRequest, conversation_id: UUID) -> HttpResponse:
    """Run one message and show the conversation it ran in; what cannot be taken comes back with the reason."""
    principal = await _principal_now(request)
    try:
        accepted = await posting.post_message(principal, conversation_id, request.POST.dict())
    except NotYours:
        raise Http404 from None
    except BadMessage as error:
        return await in_db(_refusal, request, conversation_id, error)
    await _wait_for(accepted.turn_id)
    return redirect(f"{reverse('conversation', args=[accepted.conversation_id])}#turn-{accepted.turn_id}")


def _refusal(request: AuthenticatedRequest, conversation_id: UUID, error: BadMessage) -> HttpResponse:
    """The page again with the reason, and what was typed where it was typed."""
    status = 429 if error.code == "rate_limited" else 422
    context = {"outcome": "refused", "reason": str(error), "typed": request.POST.get("text", "")}
    return _chat_page(request, conversation_id, status, **context)


async def _user_now(request: AuthenticatedRequest) -> User:
    """The signed-in user: `request.user` would ask the database in the event loop."""
    return cast(User, await request.auser())


async def _principal_now(request: AuthenticatedRequest) -> Principal:
    return _principal(request, await _user_now(request))


async def _wait_for(turn_id: UUID) -> None:
    async def ended() -> None:
        async for _event in runtime().follow(turn_id):
            pass

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended(), WAIT_SECONDS)


@require_POST
@login_required
async def stop_turn(request: AuthenticatedRequest, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    user = await _user_now(request)
    try:
        await runtime().stop(user.pk, turn_id)
    except NotYours:
        raise Http404 from None
    await _wait_for(turn_id)
    return redirect("conversation", conversation_id)


@require_POST
@login_required
async def retry_turn(request: AuthenticatedRequest, conversation_id: UUID, turn_id: UUID) -> HttpResponse:
    principal = await _principal_now(request)
    try:
        await posting.retry_turn(principal, conversation_id, turn_id)
    except NotYours:
        raise Http404 from None
    except BadMessage as error:
        return await in_db(_refusal, request, conversation_id, error)
    await _wait_for(turn_id)
    return redirect("conversation", conversation_id)


@require_POST
@login_required
async def lock(request: AuthenticatedRequest) -> HttpResponse:
    """Hide the numbers in this browser now, in its other tabs too."""
    user = await _user_now(request)
    holder = unlock.session_holder(request.session.session_key)
    await in_db(unlock.lock, user.pk, holder)
    await announce_lock(holder)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if is_ours else "home")
