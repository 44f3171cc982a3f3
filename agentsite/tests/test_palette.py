"""The palette: one place for colours, each pair legible in light and dark; what a first load weighs."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (STATIC / "css" / "palette.css").read_text()
    )
}
SURFACES = ("surface", "raised", "sunken")
TEXT = 4.5
INPUT = 3.0
LEGIBLE = [
    *((text, surface, TEXT) for text, surface in product(("text", "text-strong", "text-muted"), SURFACES)),
    *((text, surface, TEXT) for text, surface in product(("accent", "accent-strong", "ok", "warn", "stop"), SURFACES)),
    *((meaning, f"{meaning}-tint", TEXT) for meaning in ("ok", "wait", "warn", "stop")),
    *((text, "accent-tint", TEXT) for text in ("accent", "text", "text-strong")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-accent", "stop-strong", TEXT),
    *(("line-input", surface, INPUT) for surface in SURFACES),
]
FIRST_LOAD_BYTES = 150_000


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), LEGIBLE)
def test_it_is_legible(text: str, ground: str, least: float, theme: int) -> None:
    assert _contrast(PAIRS[text][theme], PAIRS[ground][theme]) >= least


@pytest.mark.parametrize("sheet", ["site.css", "stores.css", "home.css", "console.css"])
def test_no_other_sheet_names_a_colour(sheet: str) -> None:
    # The white ground of a QR code is the one exception: scanners need it in the dark too.
    text = (STATIC / "css" / sheet).read_text()
    assert [colour for colour in re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", text) if colour != "#ffffff"] == []


def test_every_property_that_is_used_is_defined() -> None:
    sheets = {path.name: path.read_text() for path in (STATIC / "css").glob("*.css") if path.name != "console.css"}
    defined = set(re.findall(r"(--[\w-]+):", "".join(sheets.values())))
    used = set(re.findall(r"var\((--[\w-]+)\)", "".join(sheets.values())))
    assert used - defined == set()


def test_a_first_load_is_light() -> None:
    files = [*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js"), *(STATIC / "vendor").glob("*.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= FIRST_LOAD_BYTES / 2
