#!/usr/bin/env python3
"""A sheet for each theme: every screen of the demo at 80x24 and 160x45, to be looked at; and every pair of colours judged.

    theme_sheets.py [--binary PATH] [--out DIR] [--themes NAME,…] [--term xterm-256color] [--sizes 80x24,160x45] [--no-colour]

One demo a size is walked through by keys; on each screen each theme is chosen by its picker, and what the terminal then
shows is drawn. DIR/NAME.png holds all screens in one theme. Letters and digits whose contrast with their ground is below
`--least` (4.5 with 256 colours, else 3) are told with screen and text, worst first; exit status 1 if there are any. What has
the terminal's own colours is drawn light on dark and judged so.

Needs pyte and Pillow, and the font DejaVu Sans Mono (apt: fonts-dejavu-core).
"""
import argparse
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import pty_screen  # noqa: E402

THEMES = ("dark", "light", "mono", "high-contrast", "colour-blind", "solarized-dark", "solarized-light", "gruvbox", "catppuccin",
          "nord", "dracula", "tokyo-night", "github-light")
DEFAULT = ("#d4d4d4", "#101418")
ANSI = dict(zip(
    ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white"),
    ("#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5")))
BRIGHT = dict(zip(
    ("brightblack", "brightred", "brightgreen", "brightbrown", "brightblue", "brightmagenta", "brightcyan", "brightwhite",
     "brightyellow", "bfightmagenta"),
    ("#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff", "#ffff00", "#ff00ff")))

SCREENS = (
    # Name, keys that lead there from the screen before, and what is seen when it is there.
    ("live", "", r"conv-"), ("selected", "k k k", r"standing still"), ("span", "Enter", r"messages"), ("attributes", "a", r"▾"),
    ("record", "r", r"config_key"), ("session", "Esc s", r"tokens"), ("conversation", "Tab", r"turn"),
    ("sessions", "Esc 2", r"LAST"), ("groups", "g g", r"by customer"), ("experiments", "g g g 3", r"VARIANTS"),
    ("draft", "Tab + +", r"draft"), ("versions", "V", r"weight"), ("prompts", "Esc u u 4", r"VERSIONS"), ("diff", "Tab k v", r"\d[-+]"),
    ("tests", "a", r"what a session gets"), ("usage", "Esc 5", r"cost by"), ("parts", "b B B l", r"▾"), ("try", "1 / kind:llm Enter k k t", r"recorded"),
    ("run", "T", r"variant"))
OVERLAYS = (("help", "?", r"help"), ("palette", ":", r"commands"), ("health", "M-h", r"ways in"), ("columns", "C", r"columns"),
            ("filter", "/ Tab", r"model:"), ("themes", "C-t", r"themes"), ("tour", "M-t", r"of 8"))
"""What lies over Live: the theme is chosen first."""
CLOSING = {"filter": ["\x1b", "\x1b"], "tour": ["\x1bt"]}
NAMED = {"C-t": "\x14", "M-h": "\x1bh", "M-t": "\x1bt"}


def colour(name, default):
    if name == "default":
        return default
    return ANSI.get(name) or BRIGHT.get(name) or "#" + name


def luminance(colour):
    levels = (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))
    light = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Shot:
    """What stands on the terminal: runs of text in one look."""

    def __init__(self, name, screen):
        self.name, self.columns, self.lines, self.runs = name, screen.columns, screen.lines, []
        for y in range(screen.lines):
            row, run = screen.buffer[y], None
            for x in range(screen.columns):
                cell = row[x]
                fore, back = colour(cell.fg, DEFAULT[0]), colour(cell.bg, DEFAULT[1])
                look = (back, fore) if cell.reverse else (fore, back)
                look += (cell.bold, cell.underscore)
                if run and run[3] == look:
                    run[2] += cell.data or ""
                else:
                    run = [x, y, cell.data, look]
                    self.runs.append(run)

    def worst(self):
        """Each pair of colours of letters and digits: its contrast and a text that has it."""
        pairs = {}
        for _, _, text, (fore, back, _, _) in self.runs:
            if re.search(r"\w", text):
                pairs.setdefault((fore, back), text.strip())
        return [(contrast(*pair), *pair, text) for pair, text in pairs.items()]

    def draw(self, fonts, width, height):
        from PIL import Image, ImageDraw
        image = Image.new("RGB", (self.columns * width, self.lines * height), DEFAULT[1])
        pen = ImageDraw.Draw(image)
        for x, y, text, (fore, back, bold, underlined) in self.runs:
            left, top, right = x * width, y * height, (x + len(text)) * width
            pen.rectangle((left, top, right - 1, top + height - 1), fill=back)
            for index, character in enumerate(text):
                if character.strip():
                    pen.text((left + index * width, top), character, fill=fore, font=fonts[bold])
            if underlined:
                pen.line((left, top + height - 2, right - 1, top + height - 2), fill=fore)
        return image


class Walk:
    """One demo, and what was seen in it."""

    def __init__(self, box, size, themes, term, has_colours=True):
        self.columns, self.rows = map(int, size.split("x"))
        self.themes, self.size, self.shots = themes, size, {theme: [] for theme in themes}
        self.has_colours = has_colours
        self.missed = 0
        self.screen = pty_screen.Screen(
            box, "demo", columns=self.columns, rows=self.rows,
            env={"TERM": term, "TERMINFO_DIRS": f"{box.folder}/terminfo:", "XDG_CONFIG_HOME": str(box.folder / "none"),
                 **({} if has_colours else {"NO_COLOR": "1"})})
        self.screen.until(r"conv-", 60)
        for name, keys, seen in SCREENS:
            self.press(keys)
            if not self.reached(name, seen):
                continue
            for theme in themes:
                self.choose(theme)
                self.take(name, theme)
        self.press("Esc Esc Esc 1")
        for name, keys, seen in OVERLAYS:
            for theme in themes:
                self.choose(theme)
                self.press(keys)
                if self.reached(name, seen):
                    self.take(name, theme)
                for key in CLOSING.get(name, ["\x1b"]):
                    self.screen.type(key)
        self.screen.type("q")
        self.screen.wait()

    def reached(self, name, seen):
        """Whether a screen came up; one that did not is told, and is missing in the sheets."""
        try:
            self.screen.until(seen, 30)
            return True
        except harness.Failure as failure:
            print(f"not reached: {name} {self.size}\n{failure}", flush=True)
            self.missed += 1
            return False

    def press(self, keys):
        for key in keys.split():
            self.screen.type(NAMED.get(key, key))

    def choose(self, theme):
        if not self.has_colours:
            return
        self.screen.type("\x14")
        self.screen.type(theme)
        self.screen.type("Enter")
        self.screen.until(re.escape(theme) + " for this run", 30)
        # The key that follows takes the notice away; this one means nothing.
        self.screen.type("\x1b[20~")
        self.screen.pump(0.1)

    def take(self, name, theme):
        self.screen.pump(0.15)
        self.shots[theme].append(Shot(f"{name} {self.size}", self.screen.screen))


def sheet(shots, path):
    """All screens of one theme in one picture, four beside each other, small and large ones as wide."""
    from PIL import Image, ImageFont
    folder = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono"
    fonts = {bold: ImageFont.truetype(f"{folder}{'-Bold' if bold else ''}.ttf", 15) for bold in (False, True)}
    pictures = [shot.draw(fonts, 9, 18) for shot in shots]
    small = [p for p, shot in zip(pictures, shots) if shot.columns < 100]
    large = [p.resize((p.width * 2 // 3, p.height * 2 // 3), Image.LANCZOS) for p, shot in zip(pictures, shots) if shot.columns >= 100]
    rows = [group[i:i + 4] for group in (small, large) for i in range(0, len(group), 4)]
    width = max(sum(p.width + 8 for p in row) for row in rows)
    height = sum(max(p.height for p in row) + 8 for row in rows)
    whole, y = Image.new("RGB", (width, height), "#888888"), 0
    for row in rows:
        x = 0
        for picture in row:
            whole.paste(picture, (x, y))
            x += picture.width + 8
        y += max(p.height for p in row) + 8
    whole.save(path)


def judge(theme, shots, least):
    """Tells the pairs that are hard to read; how many there are, and the lowest contrast of all."""
    found = {}
    lowest = 99.0
    for shot in shots:
        for value, fore, back, text in shot.worst():
            lowest = min(lowest, value)
            if value < least:
                found.setdefault((fore, back), (value, shot.name, text))
    for (fore, back), (value, name, text) in sorted(found.items(), key=lambda item: item[1][0]):
        print(f"  {theme}: {value:.1f}  {fore} on {back}  {name}: {text[:50]!r}")
    return len(found), lowest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the program (default: $FALLOM_BINARY, else the debug or release build)")
    parser.add_argument("--out", default="theme-sheets")
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--term", default="xterm-256color")
    parser.add_argument("--sizes", default="80x24,160x45")
    parser.add_argument("--no-colour", action="store_true", help="one sheet, as where NO_COLOR is set, with no theme")
    parser.add_argument("--least", type=float, help="the lowest contrast of text")
    options = parser.parse_args()
    if options.binary:
        os.environ["FALLOM_BINARY"] = os.path.abspath(options.binary)
    least = options.least or (4.5 if "256" in options.term else 3)
    themes = ["no-colour"] if options.no_colour else options.themes.split(",")
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    shots = {theme: [] for theme in themes}
    bad = 0
    for size in options.sizes.split(","):
        with harness.Sandbox() as box:
            walk = Walk(box, size, themes, options.term, not options.no_colour)
        bad += walk.missed
        for theme, taken in walk.shots.items():
            shots[theme] += taken
    for theme in themes:
        count, lowest = judge(theme, shots[theme], least)
        bad += count
        print(f"{theme}: {len(shots[theme])} screens, lowest contrast {lowest:.1f}, {count} below {least:g}", flush=True)
    for theme in themes:
        sheet(shots[theme], out / f"{theme}.png")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
