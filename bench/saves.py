"""How many turns a save takes, over complete and incomplete wordings.

    .venv/bin/python -m bench.saves [--quick]

Each wording starts a new conversation on a scratch database and is followed by its answers as long as the agent asks. A
save is done when the store is there under that very name and number. A complete wording should take one turn, an
incomplete one a turn more for each question it leaves open. Exits with 1 if a store was not saved.
"""

import argparse
import json
import re
import sys
from typing import NamedTuple

from bench.harness.site import bench

COMPLETE = """
Save ACME Hardware, 415-555-0132 => ACME Hardware
save Joe's Pizza 212-555-0123 => Joe's Pizza
Please save Costco at (312) 555-0145 => Costco
Can you save Blue Bottle Coffee, 510-555-0110? => Blue Bottle Coffee
Add Corner Bakery with number 617-555-0188 => Corner Bakery
add a new store: Green Grocers, 702-555-0119 => Green Grocers
Store the number 808-555-0142 for Surf Shop => Surf Shop
Remember that Walgreens is 919-555-0107 => Walgreens
I want to save Trader Joe's, their phone is 415-555-0176 => Trader Joe's
could you please add Best Buy to my directory, 512-555-0131 => Best Buy
Register Home Depot, phone 312-555-0102 => Home Depot
new store Sunrise Deli 212-555-0164 => Sunrise Deli
Save 415-555-0155 as Harbor Books => Harbor Books
415-555-0121 is the number for City Florist => City Florist
put down Maple Motors: 617-555-0140 => Maple Motors
note that Pine Pharmacy's number is 702-555-0135 => Pine Pharmacy
The number for Oak Optics is 808-555-0158, please save it => Oak Optics
Please remember Elm Electric, 919-555-0193 => Elm Electric
Keep Delta Dental under 512-555-0171 => Delta Dental
create a store called Red River Grill with the number 312-555-0167 => Red River Grill
Save Mom & Pop's, +1 415 555 0149 => Mom & Pop's
save Kwik-E-Mart: 212.555.0138 => Kwik-E-Mart
Add "The Wild Fork" 510 555 0126 => The Wild Fork
hey, save Lucky Laundry, 617-555-0152 thanks => Lucky Laundry
Save 7-Eleven, 702-555-0114 => 7-Eleven
I'd like to add Whole Foods Market, 808-555-0161, to the list => Whole Foods Market
Write down Ace Tools 919-555-0129 => Ace Tools
record the store Copper Kettle, telephone 512-555-0178 => Copper Kettle
Save Café Zoë, 312-555-0133 => Café Zoë
save Barnes and Noble, 415-555-0106 => Barnes and Noble
Hi! I found a nice place, Olive Garden, 312-555-0181. Please save it. => Olive Garden
my dentist is Bright Smiles, 617-555-0109, save that => Bright Smiles
SAVE RITE AID 212-555-0147 => RITE AID
pls add ikea 512 555 0188 => ikea
Save this: Nordstrom, (702) 555-0150 => Nordstrom
Add store Lidl number 9195550123 => Lidl
Save Bob's Burgers (808-555-0112) => Bob's Burgers
name: Target, phone: 415-555-0190 => Target
we have a new supplier, save Stone Supply 510-555-0144 => Stone Supply
Save Star Market and the number is 617-555-0116 => Star Market
"""
INCOMPLETE = """
Save ACME Hardware | 415-555-0132 => ACME Hardware
save 212-555-0123 | Joe's Pizza => Joe's Pizza
I want to save a store | Costco | 312-555-0145 => Costco
Add a new store | Blue Bottle Coffee, 510-555-0110 => Blue Bottle Coffee
Please save Corner Bakery | it's 617-555-0188 => Corner Bakery
can you save Green Grocers for me? | 702-555-0119 => Green Grocers
store 808-555-0142 | it's called Surf Shop => Surf Shop
Save Walgreens, 919-555 | 919-555-0107 => Walgreens
save Trader Joe's 12345 | 415-555-0176 => Trader Joe's
I'd like to add Best Buy | (512) 555-0131 => Best Buy
add a store | Home Depot | the number is 312-555-0102 => Home Depot
Remember the number 212-555-0164 | Sunrise Deli => Sunrise Deli
Save Harbor Books | their number is 415-555-0155 => Harbor Books
new store | City Florist | 415-555-0121 => City Florist
Please add Maple Motors to my stores | 617 555 0140 => Maple Motors
save a number | Pine Pharmacy 702-555-0135 => Pine Pharmacy
I need to save Oak Optics | +1 808-555-0158 => Oak Optics
could you add 919-555-0193 | Elm Electric => Elm Electric
Register Delta Dental | 512.555.0171 => Delta Dental
I want to add a store called Red River Grill | 312-555-0167 => Red River Grill
"""
NUMBER = re.compile(r"\(?(\d{3})\D{0,2}(555)\D?(\d{4})")


class Wording(NamedTuple):
    messages: list[str]
    name: str
    phone: str


class Took(NamedTuple):
    """`turns` is 0 if the store was not saved."""

    wording: Wording
    turns: int


def wordings(lines: str) -> list[Wording]:
    """The lines as data; the number is the whole one that stands in the messages."""
    made = []
    for line in lines.strip().splitlines():
        said, _arrow, name = line.partition(" => ")
        numbers = NUMBER.findall(said)
        assert len(numbers) == 1, line
        made.append(Wording(said.split(" | "), name, "+1" + "".join(numbers[0])))
    return made


def inside(every: int) -> dict[str, list[Took]]:
    """On the scratch database: one conversation a wording, of each kind one in `every`."""
    from django.conf import settings

    from accounts.models import User
    from conversations.tests.talking import Talk
    from stores.models import Store

    settings.TURN_THREAD_SENSITIVE = True
    found: dict[str, list[Took]] = {}
    for kind, lines in (("complete", COMPLETE), ("incomplete", INCOMPLETE)):
        for number, wording in enumerate(wordings(lines)[::every]):
            talk = Talk(User.objects.create_user(f"{kind}-{number}@example.invalid", phone_region="US"))
            saved = Store.objects.for_user(talk.user.pk).filter(name=wording.name, phone_e164=wording.phone)
            turns = 0
            for at, message in enumerate(wording.messages, 1):
                talk.say(message)
                if saved.exists():
                    turns = at
                    break
            found.setdefault(kind, []).append(Took(wording, turns))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run with one wording in ten")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(inside(options.inside)))
        return
    with bench() as made:
        found = made.ask("bench.saves", "--inside", "10" if options.quick else "1")
    print(f"{'wordings':14}{'n':>5}{'saved':>7}{'turns a save':>14}")
    failed = []
    for kind, rows in found.items():
        turns = [took for _wording, took in rows if took]
        failed += [" | ".join(wording[0]) for wording, took in rows if not took]
        print(f"{kind:14}{len(rows):5}{len(turns):7}{sum(turns) / max(len(turns), 1):14.2f}")
    for said in failed:
        print(f"  not saved: {said}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
