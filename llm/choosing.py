"""Choosing models for a role: which a form may offer, and what is wrong with a chain. Nothing here calls a provider."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from llm.config import EMBED_MODELS, REPLY_MODELS, RULES, SMALL_MODELS, BadEntry, Config, Model, models_in, parse_entry
from llm.roles import Role

MOST_ENTRIES = 10


def known_models(config: Config, role: Role) -> list[Model]:
    """Models of the configured providers that a form may offer for a role: the defaults, and what settings name."""
    defaults = (provider.default_for(each) for each in Role for provider in config.providers.values())
    named = (model for entries in config.chains.values() for model in models_in(entries))
    found = [*config.chain(role), *(model for model in (*defaults, *named) if model)]
    fitting = (model for model in found if model.provider in config.providers and not misfit(role, model))
    return list(dict.fromkeys(fitting))


def problems(role: Role, entries: Sequence[str]) -> list[str]:
    """What is wrong with a chain for this role, a sentence each without a full stop; empty if nothing is."""
    found: list[str] = []
    models: list[Model] = []
    for place, entry in enumerate(entries, start=1):
        if entry.strip() == RULES:
            if place < len(entries):
                found.append(_("“rules” ends a chain: nothing behind it is ever asked"))
            continue
        try:
            model = parse_entry(entry)
        except BadEntry as error:
            found.append(str(error))
            continue
        if wrong := misfit(role, model):
            found.append(wrong)
        if model in models:
            found.append(_("“{model}” is named twice").format(model=model))
        models.append(model)
    if len(entries) > MOST_ENTRIES:
        found.append(_("A chain has at most {count} entries").format(count=MOST_ENTRIES))
    return found


def own_problems(chains: object) -> list[str]:
    """What is wrong with an agent's own chains as its row has them, a sentence each without a full stop."""
    if not isinstance(chains, Mapping):
        return [_("The models are no object of roles")]
    found: list[str] = []
    for name, entries in chains.items():
        if name not in set(Role):
            found.append(_("“{name}” is no role: there are {roles}").format(name=name, roles=", ".join(Role)))
        elif not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            found.append(_("The chain of {role} is no list of entries").format(role=name))
        else:
            found += [f"{name}: {problem}" for problem in problems(Role(name), entries)]
    return found


def misfit(role: Role, model: Model) -> str:
    """Why this model cannot play this role, as far as its name tells; empty if it can."""
    makes_vectors = "embed" in model.name.lower()
    if role != Role.EMBED:
        text = _("“{model}” makes embeddings and cannot answer: it fits embed alone") if makes_vectors else ""
    elif model.provider not in EMBED_MODELS:
        text = _("“{model}” cannot make embeddings: {provider} has none")
    elif model.name in {*SMALL_MODELS.values(), *REPLY_MODELS.values()}:
        text = _("“{model}” answers in words and makes no embeddings")
    else:
        text = ""
    return text.format(model=model, provider=model.provider)
