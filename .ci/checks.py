#!/usr/bin/env python3
"""Rules of the house that no compiler knows, each a function below; its docstring is the rule.

    .ci/checks.py [--only NAME] [--list]

Prints every breach as `path:line: what`, then one line a rule. Exit status 1 when there are any.
"""
import argparse
import collections
import inspect
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "Sources"

# What apps import: public declarations of these targets are used by whoever uses the package.
PRODUCTS = {"Fallom", "FallomAsyncHTTPClient", "FallomURLSession", "FallomTracing", "FallomSchema", "FallomMetrics"}
# Targets that those products are built from, on other platforms too.
BENEATH_PRODUCTS = {"OrderedJSON", "TraceModel", "Assignment", "Prompts", "SpanCodec", "LocalExport", "ProviderCalls"}
# Programs that nobody imports.
PROGRAMS = {"FallomBenchmarks", "FallomExamples", "FallomSDKBenchmarks", "FallomSchemaMacros"}

COMMENT_OR_TEXT = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>#"""(?:.|\n)*?"""#|"""(?:.|\n)*?"""|#"(?:[^\n])*?"#|"(?:\\.|[^"\\\n])*")',
    re.S)
INTERPOLATION = re.compile(r'\\#?\(')


def blanked(match):
    """Spaces in the place of comments and of text, so that lines stay where they are; code inside `\\(…)` stays."""
    source = match.group(0)
    if match.group("comment") is not None:
        return re.sub(r"[^\n]", " ", source)
    kept = []
    depth = 0
    index = 0
    while index < len(source):
        opening = INTERPOLATION.match(source, index) if depth == 0 else None
        if opening:
            kept.append(" " * len(opening.group(0)))
            index = opening.end()
            depth = 1
            continue
        letter = source[index]
        if depth:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            kept.append(letter if depth else " ")
        else:
            kept.append("\n" if letter == "\n" else " ")
        index += 1
    return "".join(kept)


class File:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.target = path.relative_to(SOURCES).parts[0] if SOURCES in path.parents else ""
        self.text = path.read_text(encoding="utf-8")
        self._code = None

    @property
    def code(self):
        """The text without comments and without what strings say."""
        if self._code is None:
            self._code = COMMENT_OR_TEXT.sub(blanked, self.text)
        return self._code

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1


FILES = [File(path) for path in sorted(SOURCES.rglob("*.swift"))]


def check_one_name_one_type():
    """No two targets have a top-level type of one name, private ones apart."""
    pattern = re.compile(
        r"^(?:@\w+(?:\([^)]*\))?\s+)*(?P<access>public |package |internal |private |fileprivate )?(?:final |indirect )*"
        r"(?:class|struct|enum|actor|protocol|typealias)\s+(?P<name>\w+)", re.M)
    found = collections.defaultdict(dict)
    for file in FILES:
        if file.target in PROGRAMS:
            continue
        for match in pattern.finditer(file.code):
            if (match["access"] or "").strip() in ("private", "fileprivate"):
                continue
            found[match["name"]].setdefault(file.target, (file, match.start("name")))
    for name, places in sorted(found.items()):
        if len(places) > 1:
            others = ", ".join(sorted(places))
            file, offset = places[sorted(places)[0]]
            yield file, offset, f"{name} is a type of {others}"


def check_commands_need_no_screen():
    """No command imports Console: screen and command share what lies below both."""
    for file in FILES:
        if file.name.startswith("Sources/FallomCommand/Commands/"):
            for match in re.finditer(r"^(?:\w+ )?import Console\b", file.code, re.M):
                yield file, match.start(), "imports Console"


SYSTEM_CALLS = (
    "read|write|pread|pwrite|readv|writev|poll|ppoll|select|open|openat|close|fstat|fstatat|lstat|fsync|fdatasync|ftruncate|"
    "flock|rename|link|unlink|unlinkat|mkdir|rmdir|opendir|readdir|inotify_\\w+|pthread_\\w+|pipe2?|posix_spawnp?|waitpid")


def check_one_home_of_system_calls():
    """Files, descriptors, threads and waiting are SystemCalls' alone: no other target calls the system for them, in Swift or C.

    A call counts where nothing in the file declares a function of that name and it is no member: `read(fd, …)`, `Glibc.read`.
    The C of CTerminal may: a signal handler can call nothing else.
    """
    call = re.compile(rf"(?:(?<![\w.`])|(?<=Glibc\.)|(?<=Darwin\.)|(?<=Musl\.))({SYSTEM_CALLS})\(")
    declared = re.compile(r"(?:func\s+|case\s+|let\s+|var\s+)`?(\w+)`?")
    members = collections.defaultdict(set)
    for file in FILES:
        members[file.target].update(declared.findall(file.code))
    for file in FILES:
        if file.target == "SystemCalls" or not re.search(r"import (Glibc|Darwin|Musl|Foundation)\b", file.code):
            continue
        for match in call.finditer(file.code):
            before = file.code[max(0, match.start() - 12):match.start()]
            if re.search(r"(func|case|init)\s+$", before):
                continue
            if match[1] in members[file.target] and not before.endswith(("Glibc.", "Darwin.", "Musl.")):
                continue
            yield file, match.start(), f"calls {match[1]}()"
    for path in sorted(SOURCES.rglob("*.c")):
        file = File(path)
        if file.target == "CTerminal":
            continue
        for match in call.finditer(file.code):
            if match[1] in ("read", "write", "poll", "open"):
                yield file, match.start(), f"calls {match[1]}()"


def check_platforms_in_one_place():
    """Conditions on the platform stand in SystemCalls and in what apps on other platforms import, nowhere else."""
    for file in FILES:
        if file.target in PRODUCTS | BENEATH_PRODUCTS | {"SystemCalls", "URLStreaming"} | PROGRAMS:
            continue
        for match in re.finditer(r"^\s*#(?:if|elseif)\b.*\b(?:os|canImport)\(", file.code, re.M):
            yield file, match.start(), "is for Linux only and asks for the platform"


DECLARATION = re.compile(
    r"^(?P<head>[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|private|fileprivate|static|final|indirect|"
    r"mutating|nonmutating|consuming|borrowing|override|convenience|lazy|weak|prefix|nonisolated|async|"
    r"private\(set\)|package\(set\)|internal\(set\)|fileprivate\(set\))[ \t]+)*)"
    r"(?:(?P<kind>func|var|let|struct|class|enum|actor|protocol|typealias)[ \t]+`?(?P<name>[A-Za-z_]\w*)`?|"
    r"(?P<case>case)[ \t]+(?P<cases>[a-z]\w*(?:\([^)\n]*\))?(?:[ \t]*=[ \t]*[^,\n]+)?(?:,[ \t]*[a-z]\w*(?:\([^)\n]*\))?)*)[ \t]*$)",
    re.M)


def declarations(file):
    """(offset, name, is public, what follows) of everything declared outside of functions."""
    depth_of_function = []
    depth = 0
    position = 0
    code = file.code
    for match in DECLARATION.finditer(code):
        for letter in re.finditer(r"[{}]", code[position:match.start()]):
            if letter[0] == "{":
                depth += 1
            else:
                depth -= 1
                while depth_of_function and depth <= depth_of_function[-1]:
                    depth_of_function.pop()
        position = match.start()
        if depth_of_function:
            continue
        head = match["head"]
        if match["kind"]:
            yield match.start("name"), match["name"], head, code[match.end():match.end() + 2000]
            if match["kind"] == "func" or match["kind"] in ("var", "let"):
                line_end = code.find("\n", match.end())
                rest = code[match.end():line_end if line_end >= 0 else len(code)]
                if match["kind"] == "func" or "{" in rest:
                    depth_of_function.append(depth)
        else:
            for name in re.findall(r"(?:^|,)[ \t]*([a-z]\w*)", re.sub(r"\([^)]*\)", "", match["cases"])):
                yield match.start("cases"), name, head, ""


# Names that the language, the library or a package calls by itself.
WITNESSES = {
    "body", "main", "run", "validate", "configuration", "description", "debugDescription", "hash", "encode", "id", "rawValue",
    "allCases", "next", "makeAsyncIterator", "makeIterator", "startIndex", "endIndex", "index", "count", "subscript",
    "hashValue", "errorDescription", "_commandName", "defaultValueDescription", "allValueStrings", "Element", "AsyncIterator",
    "Iterator", "Index", "ArrayLiteralElement", "Key", "Value", "channelRead", "channelActive", "channelInactive", "enqueue",
    "errorCaught", "handlerAdded", "handlerRemoved", "userInboundEventTriggered", "InboundIn", "InboundOut", "OutboundIn",
    "OutboundOut", "streamCreated", "channelReadComplete", "channelWritabilityChanged", "Response", "didReceiveHead", "didReceiveBodyPart",
    "didFinishRequest", "didReceiveError", "didSendRequestHead", "didSendRequest", "didSendRequestPart", "write", "flush",
    "allSupportedTypes", "subcommands", "Failure", "nameOverride",
}


def closing(code):
    """Where the brace that is open at the start closes."""
    depth = 1
    for brace in re.finditer(r"[{}]", code):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(code)


def check_nothing_without_a_caller():
    """Every declaration is named, besides where it is declared, in a file of Sources that can see it: its own file for a
    private one, its target for an internal one, files that import its target for a public one.

    Public declarations of the products' targets are for apps; what the language calls by itself (witnesses of protocols of
    others, `@main`, operators) is known by name.
    """
    words = {file: collections.Counter(re.findall(r"[A-Za-z_]\w*", file.code)) for file in FILES}
    imports = {file: set(re.findall(r"^(?:@\w+ )*(?:\w+ )?import (\w+)", file.code, re.M)) for file in FILES}
    requirements = collections.defaultdict(set)
    for file in FILES:
        for protocol in re.finditer(r"\bprotocol\s+\w+[^{]*\{", file.code):
            end = protocol.end() + closing(file.code[protocol.end():])
            requirements[file.target].update(re.findall(r"\b(?:func|var)\s+(\w+)", file.code[protocol.end():end]))
    places = []
    declared = collections.defaultdict(collections.Counter)
    for file in FILES:
        for offset, name, head, _ in declarations(file):
            declared[file][name] += 1
            places.append((file, offset, name, head))
    seen_in = {}

    def total(name, target, files):
        """Uses of a name in some files, its declarations there not counted."""
        key = (name, target)
        if key not in seen_in:
            seen_in[key] = sum(words[f][name] - declared[f][name] for f in files)
        return seen_in[key]

    by_target = collections.defaultdict(list)
    importing = collections.defaultdict(list)
    for file in FILES:
        by_target[file.target].append(file)
        for target in imports[file]:
            importing[target].append(file)
    for file, offset, name, head in places:
        if name in WITNESSES or name.startswith("_") or file.code[:offset].rstrip().endswith("@main\nenum") or file.target in PROGRAMS or ".docc/" in file.name:
            continue
        if any(name in requirements[target] for target in imports[file] | {file.target}):
            continue
        is_public = re.search(r"\b(public|package)\s", head)
        if is_public and file.target in PRODUCTS:
            continue
        if re.search(r"\b(file)?private\s", head):
            uses = words[file][name] - declared[file][name]
        else:
            # Cases and members of a public type or extension are public without saying so: both are looked for alike.
            uses = total(name, file.target, by_target[file.target] + importing[file.target])
        if uses <= 0:
            yield file, offset, f"{name} is named nowhere else"


DOCUMENT = re.compile(r"docs/[\w./-]+\.md(?: (?:§(?P<section>[\d.]+\w?)|(?P<decision>D\d+[a-z]?)))?")
FOREIGN = re.compile(
    r"\b(?:design|conventions|contract|decisions?)\s+§|\.\./shared/(?:reference|captures|design)|\breference/[\w-]+\.md|normalisation-decisions|"
    r"assignment-contract|llm-span-conventions")
DECISION = re.compile(r"\bD(\d{1,2}[a-z]?)\b")


def check_citations_lead_somewhere():
    """What a source cites is in the repository: a page of docs with that section, or a decision (`D9`) of
    docs/normalisation.md."""
    headings = {}

    def sections(page):
        if page not in headings:
            text = (ROOT / page).read_text(encoding="utf-8") if (ROOT / page).exists() else None
            headings[page] = None if text is None else (
                set(re.findall(r"^#+ §([\d.]+\w?)", text, re.M)), set(re.findall(r"^\*\*(D\d+[a-z]?)\*\*", text, re.M)))
        return headings[page]

    decisions = sections("docs/normalisation.md")
    paths = [f for f in FILES] + [File(p) for p in sorted((ROOT / "Tests").rglob("*.swift"))]
    paths += [File(p) for p in [*sorted(SOURCES.rglob("*.[ch]")), *sorted((ROOT / "Tests").rglob("*.py")), ROOT / "Package.swift"]]
    for file in paths:
        for match in FOREIGN.finditer(file.text):
            yield file, match.start(), f"cites {match[0]!r}, which is not in the repository"
        for match in DOCUMENT.finditer(file.text):
            found = sections(match[0].split()[0])
            if found is None:
                yield file, match.start(), f"cites {match[0]}: there is no such page"
            elif match["section"] and match["section"].rstrip(".") not in found[0]:
                yield file, match.start(), f"cites {match[0]}: there is no such section"
            elif match["decision"] and match["decision"] not in found[1]:
                yield file, match.start(), f"cites {match[0]}: there is no such decision"
        if file.path.suffix != ".swift" or file.target in ("Cells", "Console", "NcursesTerminal"):
            continue
        for comment in re.finditer(r"//[^\n]*", file.text):
            for match in DECISION.finditer(comment[0]):
                if decisions and f"D{match[1]}" not in decisions[1]:
                    yield file, comment.start() + match.start(), f"cites D{match[1]}: there is no such decision"


def main():
    rules = [
        (name[6:].replace("_", " "), function) for name, function in globals().items()
        if name.startswith("check_") and inspect.isfunction(function)
    ]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="run only rules whose name holds this text")
    parser.add_argument("--list", action="store_true", help="only list the rules")
    options = parser.parse_args()
    breaches = 0
    summary = []
    for name, rule in rules:
        if options.only not in name:
            continue
        if options.list:
            print(f"{name}: {' '.join(rule.__doc__.split())}")
            continue
        found = sorted({(file.name, file.line(offset), what) for file, offset, what in rule()})
        for path, line, what in found:
            print(f"{path}:{line}: {what}")
        breaches += len(found)
        summary.append(f"{len(found):5}  {name}")
    print("\n".join(summary))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
