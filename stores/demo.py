"""The demo user's stores. Every number is one that its country keeps free for fiction."""

from stores.importing.saving import import_stores
from vault.phones import read_phone

DEMO_STORES = (
    ("Alder & Pine Books", "206-555-0114"),
    ("Bakkerij Jansen", "616-555-0137"),
    ("Bäckerei Sonnenschein", "+49 30 23125 014"),
    ("Birdie’s Garden Centre", "+44 20 7946 0958"),
    ("Blue Heron Kayaks", "207-555-0162"),
    ("Café Zoë", "+33 1 99 00 12 34"),
    ("Casa Lupita", "512-555-0119"),
    ("City Lights Pharmacy", "415-555-0132"),
    ("Copper Kettle Diner", "303-555-0128"),
    ("Costa Verde Produce", "619-555-0176"),
    ("Downtown Bike Co-op", "503-555-0145"),
    ("Eastside Vet Clinic", "512-555-0183"),
    ("Fitzroy Street Records", "+61 2 5550 7421"),
    ("Golden Gate Locksmiths", "415-555-0177"),
    ("Hammer & Nail Hardware", "312-555-0163"),
    ("Harbor Fish Market", "617-555-0174"),
    ("Kowalski Auto Repair", "773-555-0109"),
    ("Laundromat on 5th", "212-555-0147"),
    ("Lindström Möbler", "+46 8 465 004 12"),
    ("Maple Leaf Outfitters", "+1 604-555-0142"),
    ("Mr. Nguyen’s Noodles", "408-555-0190"),
    ("O’Malley’s Hardware", "617-555-0121"),
    ("Paper Moon Stationery", "646-555-0155"),
    ("Prairie Home Lumber", "402-555-0138"),
    ("Rosa’s Flower Shop", "505-555-0166"),
    ("Taj Spice Bazaar", "+44 121 496 0321"),
    ("The Corner Bakery", "718-555-0103"),
    ("Three Rivers Plumbing", "412-555-0151"),
    ("Булочная №1", "718-555-0188"),
    ("寿司まる", "206-555-0129"),
)


def load_demo_stores(user_id: int) -> int:
    """Give the user the demo stores they do not have yet; return how many those were."""
    stores = ((name, read_phone(number, "US")) for name, number in DEMO_STORES)
    return import_stores(user_id, stores, source="cli", actor=None)
