# SPDX-License-Identifier: Apache-2.0
"""Tables, JSON and pictures of ratios, without a plotting library."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

Cell = str | float | int

ROW_HEIGHT = 22
LABEL_WIDTH = 190
BAR_WIDTH = 420
BETTER, WORSE = "#2f7d5b", "#b4563a"


@dataclass
class Bar:
    """One ratio of a picture: Engram divided by the peer."""

    label: str
    ratio: float
    lower_is_better: bool = True


def print_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Columns as wide as they need to be; the first to the left, numbers to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(header), *texts]) for i in range(len(header))]
    for row in [list(header), ["-" * width for width in widths], *texts]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells))


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return (
            f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}" if cell < 100 else f"{cell:.0f}"
        )
    return str(cell)


def write_json(path: str | None, name: str, rows: list[dict[str, Cell]]) -> None:
    """What was measured, with the machine it was measured on."""
    if path:
        machine = {"machine": platform.machine(), "system": platform.platform(), "cpu": _cpu()}
        made = {"benchmark": name, **machine, "rows": rows}
        Path(path).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def write_picture(path: str | None, title: str, bars: Sequence[Bar]) -> None:
    """Horizontal bars around a line at 1, where both servers are equal."""
    if not path:
        return
    largest = max(2.0, *(bar.ratio for bar in bars))
    scale = BAR_WIDTH / largest
    height = 60 + ROW_HEIGHT * len(bars)
    width = LABEL_WIDTH + BAR_WIDTH + 80
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="12" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for index, bar in enumerate(bars):
        y = 42 + index * ROW_HEIGHT
        good = (bar.ratio <= 1) == bar.lower_is_better
        length = bar.ratio * scale
        parts += [
            f'<text x="{LABEL_WIDTH - 8}" y="{y + 13}" text-anchor="end">'
            f"{escape(bar.label)}</text>",
            f'<rect x="{LABEL_WIDTH}" y="{y}" width="{length:.1f}" height="{ROW_HEIGHT - 6}" '
            f'fill="{BETTER if good else WORSE}"/>',
            f'<text x="{LABEL_WIDTH + length + 6:.1f}" y="{y + 13}">{bar.ratio:.2f}</text>',
        ]
    one = LABEL_WIDTH + scale
    parts.append(
        f'<line x1="{one:.1f}" y1="36" x2="{one:.1f}" y2="{height - 14}" stroke="#555" '
        'stroke-dasharray="3 3"/></svg>'
    )
    Path(path).write_text("\n".join(parts) + "\n", encoding="utf-8")
