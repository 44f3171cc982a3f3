"""The slots of the directory's operations. `phone` holds a token, or a part of a number as typed."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict

from conversations.engine.contract import Spoken

Name = Annotated[
    str | None, Spoken("words", "The store's name, as the user wrote it; null if the store last talked about is meant.")
]
PHONE = "The code ⟦phone:…⟧ of the message's number, or the digits of a part of a number."
Phone = Annotated[str | None, Spoken("phone", PHONE)]


class Slots(BaseModel):
    """What every operation may gather on its way through questions: the hits asked about and the answers given."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    candidates: list[int | str] | None = None
    choice: str | None = None
    confirmed: str | None = None


class Save(Slots):
    store_name: Name = None
    phone: Phone = None
    note: str | None = None


class RetrieveByName(Slots):
    """Without `store_name`, the store last talked about is meant."""

    store_name: Name = None


class RetrieveByPhone(Slots):
    phone: Annotated[str, Spoken("phone", PHONE)]


class Update(Slots):
    store_name: Name = None
    phone: Phone = None
    new_name: Annotated[str | None, Spoken("words", "Only for update: the store's new name.")] = None


class Delete(Slots):
    store_name: Name = None


class ListStores(Slots):
    """`prefix` is what the names shall begin with."""

    prefix: Annotated[str | None, Spoken("words", "Only for list: what the names begin with.")] = None


class Undo(Slots):
    pass


class Import(Slots):
    """`job` is the import that the file became, `told` whether the user knows by now what was found out about it."""

    job: str
    file_name: str
    told: bool = False


INTENTS: dict[str, type[BaseModel]] = {
    "save": Save,
    "retrieve_by_name": RetrieveByName,
    "retrieve_by_phone": RetrieveByPhone,
    "update": Update,
    "delete": Delete,
    "list": ListStores,
    "undo": Undo,
    "import": Import,
}

MEANINGS: dict[str, str] = {
    "save": "asks to keep a store's name and phone number",
    "retrieve_by_name": "asks for the number of a store",
    "retrieve_by_phone": "asks which store has a number, or part of one",
    "update": "asks to give a store that is kept another number or another name",
    "delete": "asks to delete a store",
    "list": "asks which stores there are",
    "undo": "asks to take back the last change",
}
"""What a message asks for, for a model that reads it."""
