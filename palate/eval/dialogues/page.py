"""The report as one page for a browser, with plots in it."""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING

from palate.errors import MissingPackage
from palate.eval.dialogues.cases import Subset

if TYPE_CHECKING:
    from palate.eval.dialogues.report import DialogueReport

PLOTTED = ("palate", "stack", "net0", "graph-net", "ease", "bm25", "nearest", "popularity")
"""Systems with a line of their own."""
TITLES = {
    "turn": "by turn",
    "mentions": "by items named before",
    "frequency": "by how often the item was recommended in training",
}


def page(report: DialogueReport) -> str:
    """All tables and, for each subset, five plots. Raises MissingPackage without matplotlib."""
    body = []
    for block in report.markdown().split("\n\n"):
        rows = block.split("\n")
        if rows[0].startswith("#"):
            level = min(len(rows[0]) - len(rows[0].lstrip("#")), 3)
            body.append(f"<h{level}>{html.escape(rows[0].lstrip('# '))}</h{level}>")
        elif rows[0].startswith("|"):
            cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if "---" not in row]
            head = "".join(f"<th>{html.escape(cell)}</th>" for cell in cells[0])
            rest = "".join(
                f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in cells[1:]
            )
            body.append(f"<table><tr>{head}</tr>{rest}</table>")
        else:
            body.append("".join(f"<p>{html.escape(row)}</p>" for row in rows if row))
    style = "body{font:15px sans-serif;max-width:72em;margin:2em auto}td,th{padding:.2em .7em;text-align:left}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(report.title)}</title>'
        f"<style>{style}</style>{''.join(body)}{_plots(report)}</html>\n"
    )


def _plots(report: DialogueReport) -> str:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("Plots need matplotlib; install it with: pip install 'palate[train]'") from error
    found = []
    for subset in Subset:
        rows = [row for row in report.of(subset) if row.system in PLOTTED]
        figure = Figure(figsize=(19, 5), layout="constrained")
        axes = figure.subplots(1, 5)
        for axis, (by, title) in zip(axes, TITLES.items(), strict=False):
            for row in rows:
                cut = row.slices[by]
                axis.plot(list(cut), [mean for mean, _ in cut.values()], marker="o", label=row.system)
            axis.set_title(f"{subset}: recall@10 {title}")
        axes[0].legend()
        every = report.of(subset)
        axes[3].barh([row.system for row in every][::-1], [row.metrics["recall@10"].mean for row in every][::-1])
        axes[3].set_title(f"{subset}: recall@10")
        gained = [gain for gain in report.gains if gain.subset is subset][::-1]
        axes[4].barh([gain.part for gain in gained], [gain.interval.mean for gain in gained])
        axes[4].set_title(f"{subset}: recall@10 that each part adds")
        for axis in axes[3:]:
            axis.tick_params(axis="y", labelsize=6)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg")
        found.append(drawn.getvalue()[drawn.getvalue().index("<svg") :])
    return "".join(found)
