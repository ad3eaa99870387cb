"""Parts of programs about lists and dicts whose length, or whose keys, the event decides."""

from __future__ import annotations

from .questions import ROW_SUBJECT, Question, asked, branch, drawn_question, handed, weaker
from .single import made
from .values import Bad, bad, good
from .writing import Scope, Subject, as_set, indented

ROWS = Subject(("rows",), "rows", ())
BUCKET = "generated"
#: So many objects are under it as its position says.
PREFIX = Subject(("prefix",), "prefix", ("none/", "one/", "two/"))


def read_rows(scope: Scope) -> str:
    """An expression of the rows of the event."""
    scope.program.subjects[ROWS.path] = ROWS
    return scope.program.pick(
        [
            f'{scope.event}.get("rows", [])',
            f'{scope.event}.get("rows") or []',
            f'({scope.event}.get("rows") or ())',
        ]
    )


def two_loops(scope: Scope) -> tuple[list[str], str]:
    """What one loop makes of each row, another mends, by a question about the row."""
    program = scope.program
    rows, found = program.fresh("rows"), program.fresh("found")
    question = drawn_question(program, ROW_SUBJECT)
    inside = Scope(program, "row")
    lines, expression, value = made(inside, question)
    entry = program.pick([f'{{**row, "x": {expression}}}', f'{{"kind": row.get("kind"), "x": {expression}}}'])
    if question.kind in ("present", "none") or not program.chance(0.5):
        entry = f'{{**row, "x": {expression}}}'
    text = [f"{rows} = {read_rows(scope)}", f"{found} = []", f"for row in {rows}:", *indented(lines)]
    text.append(f"    {found}.append({entry})")
    kind = program.pick(["same", "same", "same", "weaker", "other", "value", "nothing"])
    asks = {"same": question, "weaker": weaker(question), "other": drawn_question(program, ROW_SUBJECT)}.get(
        kind
    )
    if kind == "nothing":
        return text, found
    return [*text, *_second_loop(scope, (rows, found), value, question, asks)], found


def _second_loop(
    scope: Scope, lists: tuple[str, str], value: Bad, made_for: Question, question: Question | None
) -> list[str]:
    program, (rows, found) = scope.program, lists
    each = program.pick(["item", "entry"])
    inside = Scope(program, program.pick([each, each, "row"]))
    header = (
        f"for {each} in {found}:" if inside.event == each else f"for row, {each} in zip({rows}, {found}):"
    )
    place = f'{each}["x"]'
    if question is None:
        body = [f"if isinstance({place}, {value.type}):", f"    {place} = {value.mend(program, place)}"]
        return [header, *indented(body)]
    better = value.mend(program, place, certain=question == made_for)
    match program.pick(["branch", "branch", "skip", "helper", "choice", "positions"]):
        case "skip":
            body = [*branch(inside, question, ["pass"], ["continue"]), f"{place} = {better}"]
        case "helper":
            parameters, arguments, inner = handed(inside, question)
            name = program.fresh("show")
            inner_better = value.mend(program, "value", certain=question == made_for)
            program.define(
                f"def {name}({', '.join(['value', *parameters])}):",
                *indented(branch(inner, question, [f"return {inner_better}"], ["return value"])),
            )
            body = [f"{place} = {name}({', '.join([place, *arguments])})"]
        case "choice":
            body = [f"{place} = {better} if {asked(inside, question)} else {place}"]
        case "positions":
            inside = Scope(program, each)
            body = [f"{each} = {found}[position]", *branch(inside, question, [f"{place} = {better}"], [])]
            return [f"for position in range(len({found})):", *indented(body)]
        case _:
            body = branch(inside, question, [f"{place} = {better}"], [])
    return [header, *indented(body)]


def nested_loops(scope: Scope) -> tuple[list[str], str]:
    """Rows with lines, bad in each line or in some, that a loop in a loop mends."""
    program = scope.program
    orders = program.fresh("orders")
    value = bad(program)
    question = drawn_question(program, ROW_SUBJECT) if program.chance(0.5) else None
    some = program.chance(0.3)
    worse = value.expression
    if question:
        worse = f"({worse} if {asked(Scope(program, 'row'), question)} else {good(program)})"
    if some:
        worse = f'({worse} if name == "p" else {good(program)})'
    line = f'{{"name": name, "x": {worse}}}'
    first = program.pick(
        [
            ["    lines = []", '    for name in ("p", "q"):', f"        lines.append({line})"],
            [f'    lines = [{line} for name in ("p", "q")]'],
        ]
    )
    text = [f"{orders} = []", f"for row in {read_rows(scope)}:", *first]
    text.append(f'    {orders}.append({{**row, "lines": lines}})')
    header, place, named = program.pick(
        [
            ('for line in order["lines"]:', 'line["x"]', 'line["name"]'),
            ('for position in range(len(order["lines"])):', 'order["lines"][position]["x"]', None),
            ('for position, line in enumerate(order["lines"]):', 'line["x"]', 'line["name"]'),
        ]
    )
    body = [f"{place} = str({place})"]
    if program.chance(0.3):
        name = program.fresh("mend")
        program.define(f"def {name}(line):", '    line["x"] = str(line["x"])')
        body = [f"{name}({place.removesuffix('[' + chr(34) + 'x' + chr(34) + ']')})"]
    if named and program.chance(0.6 if some else 0.2):
        body = [f'if {named} == "p":', *indented(body)]
    inner = [header, *indented(body)]
    if question and program.chance(0.7):
        asks = question if program.chance(0.7) else drawn_question(program, ROW_SUBJECT)
        inner = branch(Scope(program, "order"), asks, inner, [])
    return [*text, f"for order in {orders}:", *indented(inner)], orders


def list_and_guard(scope: Scope) -> tuple[list[str], str]:
    """A helper that gives back a list of bad values where it is empty, and what is made of them elsewhere."""
    program = scope.program
    value = bad(program)
    name, event = program.fresh("list"), program.pick(["event", "request"])
    inner = Scope(program, event)
    lines, empty = _filled_list(inner, value)
    result = program.pick(
        ["items", "items", '{"items": items}', '{"items": items, "n": len(items)}', "(items, 0)"]
    )
    first = value.mend(program, "items[0]")
    everything = f"[{value.mend(program, 'each')} for each in items]"
    rest = program.pick(
        [
            [f"return {everything}"],
            [f'return {{"first": {first}, "n": len(items)}}'],
            ["return list(map(str, items))"],
            [
                "texts = []",
                "for each in items:",
                f"    texts.append({value.mend(program, 'each')})",
                "return texts",
            ],
            ["for position, each in enumerate(items):", "    items[position] = str(each)", "return items"],
            ["while items:", "    items.pop()", "return items"],
        ]
    )
    if empty.startswith(("match", "try")):
        lines += [*empty.replace("RESULT", f"return {result}").split("\n"), *rest]
    elif program.chance(0.25):
        lines += [f"if not ({empty}):", *indented(rest), f"return {result}"]
    else:
        lines += [f"if {empty}:", f"    return {result}", *rest]
    program.define(f"def {name}({event}):", *indented(lines))
    call = f"{name}({scope.event})"
    met = [
        f"[{call}]",
        f'{{"x": {call}}}',
        f"{call} or None",
        f"[*{call}]",
        f"list({call})",
        f"[each for each in {call}]",
    ]
    return [], program.pick([call, call, *met])


def _filled_list(scope: Scope, value: Bad) -> tuple[list[str], str]:
    """Statements that fill `items`, and a test of whether it is empty (now and then a wrong one)."""
    program = scope.program
    tests = [
        "not items",
        "len(items) == 0",
        "items == []",
        "not any(items)",
        "len(items) < 1",
        "not len(items)",
    ]
    tests += [
        "match items:\n    case []:\n        RESULT",
        "try:\n    items[0]\nexcept IndexError:\n    RESULT",
    ]
    tests += ["next(iter(items), None) is None", "all(False for each in items)", "items[:1] == []"]
    reading = read_rows(scope)
    if program.chance(0.35):
        tests += ["not rows", "len(rows) == 0", "not rows"]
        lines = [f"rows = {reading}"]
        lines += program.pick(
            [
                [f"items = [{value.expression} for row in rows]"],
                ["items = []", "for row in rows:", f"    items.append({value.expression})"],
                [f"items = list(map(lambda row: {value.expression}, rows))"],
                ["items = []", "for row in rows:", f"    items += [{value.expression}]"],
            ]
        )
        return lines, program.pick(tests) if program.chance(0.9) else "len(items) < 2"
    skip = [f"if {asked(Scope(program, 'row'), drawn_question(program, ROW_SUBJECT))}:", "    continue"]
    skip = skip if program.chance(0.5) else []
    start, step, test = program.pick(
        [
            ("count = 0", "count += 1", program.pick(["count == 0", "not count", "count < 1"])),
            ("found = False", "found = True", "not found"),
            ("last = None", f"last = {value.expression}", "last is None"),
            ("seen = set()", 'seen.add(row.get("id"))', "not seen"),
            ("names = []", 'names.append(row.get("id"))', program.pick(["not names", "len(names) == 0"])),
            ("totals = {}", 'totals[row.get("id")] = 1', "not totals"),
            ("empty = True", "empty = False", "empty"),
        ]
    )
    body = [*skip, *program.random.sample([f"items.append({value.expression})", step], 2)]
    if program.chance(0.5):
        test = program.pick(tests)
    if program.chance(0.1):
        test = program.pick(["len(items) < 2", "len(items) != 1"])
    return ["items = []", start, f"for row in {reading}:", *indented(body)], test


def last_one(scope: Scope) -> tuple[list[str], str]:
    """The last, or the first, of some rows, and whether there was one."""
    program = scope.program
    value = bad(program)
    name, event = program.fresh("last"), "event"
    inner = Scope(program, event)
    question = drawn_question(program, ROW_SUBJECT)
    wanted = asked(Scope(program, "row"), question)
    body = [
        f"if {wanted}:",
        f"    last = {value.expression}",
        "    count += 1",
        *program.pick([["    break"], []]),
    ]
    lines = ["last = None", "count = 0", f"for row in {read_rows(inner)}:", *indented(body)]
    better = value.mend(program, "last")
    lines += program.pick(
        [
            ["if last is None:", "    return last", f"return {better}"],
            ["if count == 0:", "    return last", f"return {better}"],
            ["if count:", f"    last = {better}", "return last"],
            [f"return {better} if last else last"],
            [f"return last and {better}"],
            ["if count > 1:", f"    return {better}", "return last"],
            ["return {'last': last if not count else str(last), 'count': count}"],
        ]
    )
    program.define(f"def {name}({event}):", *indented(lines))
    return [], f"{name}({scope.event})"


def filled_dict(scope: Scope) -> tuple[list[str], str]:
    """A dict with an entry for each row, whose values are mended one by one, or all at once."""
    program = scope.program
    value = bad(program)
    name = program.fresh("index")
    rows = read_rows(scope)
    key = program.pick(['row.get("kind", "none")', 'str(row["id"])', 'row["id"]'])
    if program.chance(0.5):
        lines = [f"{name} = {{}}", f"for row in {rows}:", f"    {name}[{key}] = {value.expression}"]
        if program.chance(0.3):
            lines = [f"{name} = {{{key}: {value.expression} for row in {rows}}}"]
        better = value.mend(program, "value")
        ways = [
            [f"for key in {name}:", f"    {name}[key] = {value.mend(program, name + '[key]')}"],
            [f"for key, value in {name}.items():", f"    {name}[key] = {better}"],
            [f"for key in list({name}):", f"    {name}[key] = str({name}[key])"],
            [f"{name} = {{key: {better} for key, value in {name}.items()}}"],
            [f"{name} = dict((key, {better}) for key, value in {name}.items())"],
            [f"for key in sorted({name}, key=str):", f"    {name}.update({{key: str({name}[key])}})"],
            [f"{name} = sorted({name}, key=str)"],
            [f"{name} = list({name}.keys())"],
            [f"for key in list({name}):", f"    {name}.pop(key)"],
        ]
        worse = [
            [],
            [f'{name}.pop("none", None)'],
            [f'if "a" in {name}:', f'    {name}["a"] = str({name}["a"])'],
        ]
    else:
        start, entry = program.pick(
            [
                (f"{name} = {{}}", f"{name}.setdefault({key}, []).append({value.expression})"),
                (f"{name} = defaultdict(list)", f"{name}[{key}].append({value.expression})"),
            ]
        )
        lines = [start, f"for row in {rows}:", f"    {entry}"]
        each = f"[{value.mend(program, 'each')} for each in group]"
        ways = [
            [f"{name} = {{key: {each} for key, group in {name}.items()}}"],
            [f"for key, group in {name}.items():", f"    {name}[key] = {each}"],
            [f"for group in {name}.values():", f"    group[:] = {each}"],
            [f"{name} = {{key: len(group) for key, group in {name}.items()}}"],
            [
                f"for group in {name}.values():",
                "    for position, each in enumerate(group):",
                "        group[position] = str(each)",
            ],
        ]
        worse = [[], [f"for group in {name}.values():", "    group[0] = str(group[0])"]]
    if program.chance(0.4):
        test = program.pick([f"not {name}", f"len({name}) == 0", f"{name} == {{}}"])
        lines += [f"if {test}:", f'    return {{"nothing": {name}}}']
    return [*lines, *program.pick(ways if program.chance(0.75) else worse)], name


NAMES = ("created", "updated", "closed")


def known_fields(scope: Scope) -> tuple[list[str], str]:
    """A dict with bad values under known keys, that are mended by their keys, all of them or some."""
    program = scope.program
    value = bad(program)
    row = program.fresh("row")
    present = program.pick([NAMES, NAMES[:2], NAMES[1:]])
    names = program.fresh("NAMES")
    kept = program.pick([repr(NAMES), as_set(NAMES), repr(list(NAMES)), repr(present), repr(NAMES[:2])])
    program.define(f"{names} = {kept}")
    entries = ", ".join(f'"{name}": {value.expression}' for name in present)
    lines = [f'{row} = {{"id": 1, {entries}}}']
    if program.chance(0.25):
        extra = Subject(("extra",), "extra", ({}, {"created": "x"}, {"z": 1}, {"updated": None, "closed": 2}))
        program.subjects[extra.path] = extra
        lines.append(f'{row}.update({scope.event}.get("extra", {{}}))')
    item = f"{row}[name]"
    better = f"str({item})"
    helper = program.fresh("mend")
    program.define(
        f"def {helper}(value):",
        f"    if isinstance(value, {value.type}):",
        f"        return {value.mend(program, 'value')}",
        "    return value",
    )
    lines += program.pick(
        [
            [f"for name in {names}:", f"    if name in {row}:", f"        {item} = {better}"],
            [f"for name in {row}.keys() & set({names}):", f"    {item} = {better}"],
            [f"for name in set({names}) & set({row}):", f"    {item} = {better}"],
            [f"for name in {row}:", f"    {item} = {helper}({item})"],
            [f"for name in {names}:", f"    {row}.pop(name, None)"],
            [
                f"for name, value in {row}.items():",
                f"    if name in {names}:",
                f"        {row}[name] = str(value)",
            ],
            [f"{row} = {{name: {helper}(value) for name, value in {row}.items()}}"],
            [f"{row} = {{name: value for name, value in {row}.items() if name not in {names}}}"],
            [f"{row} = {{name: str(value) if name in {names} else value for name, value in {row}.items()}}"],
            [f"{row} |= {{name: str({row}[name]) for name in {names} if name in {row}}}"],
            ['for name in ("created", "updated"):', f"    if {row}.get(name):", f"        {item} = {better}"],
            [f"{row}.update((name, str({item})) for name in {names} if {row}.get(name))"],
            [f"for name in {names}:", f"    {row}[name] = {helper}({row}.get(name))"],
            [f"for name in {names}:", f"    if {row}.get(name):", f"        {item} = {helper}({item})"],
        ]
    )
    return lines, row


def listed_objects(scope: Scope) -> tuple[list[str], str]:
    """The objects under a prefix of a bucket: none, one or two, each with a datetime."""
    program = scope.program
    program.subjects[PREFIX.path] = PREFIX
    program.module.insert(0, "import boto3")
    program.define('s3 = boto3.client("s3", region_name="us-east-1")')
    name = program.fresh("objects")
    lines = [f'page = s3.list_objects_v2(Bucket="{BUCKET}", Prefix=event.get("prefix", "none/"))']
    ready = program.pick(
        ['page.get("Contents", [])', 'page.get("Contents") or []', 'page.get("Contents", ())']
    )
    test = program.pick(
        [
            '"Contents" not in page',
            'not page.get("Contents")',
            'page["KeyCount"] == 0',
            'not page["KeyCount"]',
        ]
    )
    rest = program.pick(
        [
            ['return [each["Key"] for each in page["Contents"]]'],
            ['return [{**each, "LastModified": str(each["LastModified"])} for each in page["Contents"]]'],
            [
                'for each in page["Contents"]:',
                '    each["LastModified"] = each["LastModified"].isoformat()',
                'return page["Contents"]',
            ],
            ['for each in page["Contents"]:', '    each.pop("LastModified")', 'return page["Contents"]'],
            ['return page["Contents"]'],
            ['return max(each["LastModified"] for each in page["Contents"]).isoformat()'],
        ]
    )
    if program.chance(0.5):
        lines += [
            f"found = {ready}",
            f"if {program.pick([test, 'not found', 'len(found) == 0'])}:",
            "    return found",
        ]
    else:
        lines += [f"if {test}:", f"    return {ready}"]
    program.define(f"def {name}(event):", *indented([*lines, *rest]))
    call = f"{name}({scope.event})"
    return [], program.pick([call, f"[{call}]", f"{call} or None", f'{{"objects": {call}}}', f"list({call})"])


def untouched(scope: Scope) -> tuple[list[str], str]:
    """Nothing bad at all."""
    return [], good(scope.program)
