"""The slots of the directory's operations. `phone` holds a token, or a part of a number as typed."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Slots(BaseModel):
    """What every operation may gather on its way through questions: the hits asked about and the answers given."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    candidates: list[int | str] | None = None
    choice: str | None = None
    confirmed: str | None = None


class Save(Slots):
    store_name: str | None = None
    phone: str | None = None
    note: str | None = None


class RetrieveByName(Slots):
    """Without `store_name`, the store last talked about is meant."""

    store_name: str | None = None


class RetrieveByPhone(Slots):
    phone: str


class Update(Slots):
    store_name: str | None = None
    phone: str | None = None
    new_name: str | None = None


class Delete(Slots):
    store_name: str | None = None


class ListStores(Slots):
    """`prefix` is what the names shall begin with."""

    prefix: str | None = None


class Undo(Slots):
    pass


INTENTS: dict[str, type[BaseModel]] = {
    "save": Save,
    "retrieve_by_name": RetrieveByName,
    "retrieve_by_phone": RetrieveByPhone,
    "update": Update,
    "delete": Delete,
    "list": ListStores,
    "undo": Undo,
}
