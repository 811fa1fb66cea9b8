"""The picture of a merged workflow: the way of a bundle downwards, what follows on other exit codes beside it."""

from __future__ import annotations

from html import escape

from workflow_shown import Shown

LEFT, WIDTH, RIGHT, SIDE, LINE = 16, 420, 554, 404, 20
STYLE = """
text { font: 14px sans-serif; fill: #1a1a1a } .name { font-weight: bold } .small { font-size: 12px }
rect { fill: #f0f0f0; stroke: #8a8a8a } .ours { fill: #dcebfb; stroke: #0b4f8a; stroke-width: 3 }
.asks { fill: #fff3cd; stroke: #7a5b00; stroke-width: 3 } line { stroke: #1a1a1a; stroke-width: 1.5 }
"""


class Drawing:
    """An SVG that grows downwards."""

    def __init__(self, one: Shown) -> None:
        self.one, self.shapes, self.drawn = one, list[str](), set(one.way)
        self.y = self.bottom = 16

    def box(self, x: int, width: int, lines: list[str], kind: str) -> int:
        """A box with lines of text at the present height; gives where it ends."""
        height = LINE * len(lines) + 12
        self.shapes.append(f'<rect class="{kind}" x="{x}" y="{self.y}" width="{width}" height="{height}" rx="6"/>')
        for number, line in enumerate(lines):
            style = "name" if number == 0 and kind != "groups" else "small"
            at = self.y + LINE * (number + 1) - 1
            self.shapes.append(f'<text class="{style}" x="{x + 10}" y="{at}">{escape(line)}</text>')
        return self.y + height

    def step(self, link: str) -> None:
        """A step of ours with what happens on its other exit codes on the right."""
        one, beside, branch = self.one, LEFT + WIDTH, self.y + 18
        following = one.way[one.way.index(link) + 1 : one.way.index(link) + 2]
        self.bottom = self.box(LEFT, WIDTH, [one.name(link), *one.module(link)], self.kind(link))
        for codes, to in one.exits(link).items():
            if to is None or to in following:
                continue
            self.shapes.append(f'<line x1="{beside}" y1="{branch}" x2="{beside}" y2="{self.y + 18}"/>')
            self.shapes.append(f'<text class="small" x="{beside + 8}" y="{self.y + 14}">{escape(codes)}</text>')
            self.arrow(beside, self.y + 18, RIGHT - 4, self.y + 18)
            self.y = self.aside(to) + 8
        self.y = max(self.bottom, self.y - 8)

    def aside(self, link: str) -> int:
        """A link beside the way; the first time that it is met with what follows on it, and those of ours below it."""
        one, lines, following = self.one, [self.one.name(link)], dict[str, str | None]()
        if link in one.ours and link not in self.drawn:
            self.drawn.add(link)
            following = one.exits(link)
            lines += one.module(link)
            lines += [f"{codes} → {one.name(to)}" for codes, to in following.items() if to]
        bottom = self.box(RIGHT, SIDE, lines, self.kind(link))
        for to in following.values():
            if to in one.ours and to not in self.drawn:
                self.arrow(RIGHT + 30, bottom, RIGHT + 30, bottom + 16)
                self.y = bottom + 20
                bottom = self.aside(to)
        return bottom

    def kind(self, link: str) -> str:
        """How a link looks: ours, ours where an operator decides, or Archivematica's."""
        if link not in self.one.ours:
            return "theirs"
        return "asks" if self.one.workflow.links[link].asks else "ours"

    def arrow(self, *at: int) -> None:
        """A line with a point at its end."""
        x1, y1, x2, y2 = at
        self.shapes.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" marker-end="url(#point)"/>')

    def svg(self) -> str:
        """The picture, with a title and a text that tells the same."""
        for number, (link, groups) in enumerate(self.one.parts()):
            if number:
                self.arrow(LEFT + 30, self.bottom, LEFT + 30, self.y + 18)
                self.y += 22
            if link:
                self.step(link)
            else:
                self.y = self.bottom = self.box(LEFT, WIDTH, groups, "groups")
        size = f'viewBox="0 0 {RIGHT + SIDE + 16} {self.y + 16}" width="{RIGHT + SIDE + 16}" height="{self.y + 16}"'
        words = [word for link, groups in self.one.parts() for word in ([self.one.name(link)] if link else groups)]
        told = escape(" → ".join(words))
        head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" {size}>'
        point = '<marker id="point" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        return "\n".join(
            [
                head,
                f'<title id="t">{escape(self.one.word("title"))}</title>',
                f'<desc id="d">{told}</desc>',
                f"<style>{STYLE}</style>",
                f'<defs>{point}<path d="M0,0 L9,4 L0,8 z"/></marker></defs>',
                '<rect x="0" y="0" width="100%" height="100%" style="fill: #fff; stroke: none"/>',
                *self.shapes,
                "</svg>\n",
            ]
        )
