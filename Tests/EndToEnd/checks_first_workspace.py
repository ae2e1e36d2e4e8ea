"""What a new user makes without writing JSON: a workspace by `fallom init`, a config of models and weights."""
import json
import re
import urllib.request

from harness import HERE, equal, expect


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name[0] != "."}


def check_init_makes_what_is_served(box):
    """`init` in an empty folder: config, prompt and test are served from ./fallom; a second one changes nothing."""
    first = box.run("init").stdout.decode().splitlines()
    equal(first, [
        "saved config my-agent version 1, current", "saved prompt welcome version 1, current",
        "saved prompt welcome version 2, not current", "saved prompt A/B test welcome-tone version 1, current"], "init")
    made = files(box.folder / "fallom")
    with box.serve() as service:
        for path, name, keys in [
                ("/configs", "configs", {"my-agent"}), ("/prompts", "prompts", {"welcome"}),
                ("/prompt-ab-tests", "prompt_ab_tests", {"welcome-tone"})]:
            served = json.load(urllib.request.urlopen(service.url + path))
            equal({record["key"] for record in served[name]}, keys, path)
    again = box.run("init")
    equal(again.stdout, b"", "a second init")
    expect(again.stderr.count(b" already") == 3, again.stderr.decode())
    equal(files(box.folder / "fallom"), made, "files after a second init")
    return f"{len(made)} files"


def check_a_config_of_models(box):
    """`configs new KEY --model M=W`: the record that the API would give; weights that do not add up are a mistake (64)."""
    (box.folder / "fallom").mkdir()
    box.run("configs", "new", "k", "--model", "gpt-4o=50", "--model", "claude-sonnet-4-5=37.5", "--model", "a=b=12.5", "--use")
    record = json.loads((box.folder / "fallom/configs/k/1.json").read_text())
    equal(record["variants"], [
        {"model": "gpt-4o", "weight": 50}, {"model": "claude-sonnet-4-5", "weight": 37.5}, {"model": "a=b", "weight": 12.5}],
        "variants")
    box.run("configs", "new", "one", "--model", "gpt-4o")
    equal(json.loads((box.folder / "fallom/configs/one/1.json").read_text())["variants"], [{"model": "gpt-4o", "weight": 100}], "one")
    for wrong in (["--model", "a=50"], ["--model", "a=x"], ["--model", "=100"], [], ["file.json", "--model", "a=100"]):
        done = box.run("configs", "new", "bad", *wrong, check=False)
        equal(done.returncode, 64, f"status of {wrong}")
    expect(not (box.folder / "fallom/configs/bad").exists(), "a mistake left a config")


def check_the_documented_records_are_served(box):
    """The JSON of docs/files.md §1, put where it says, is what the API gives; the config's rules answer as they read."""
    config, prompt, test = map(json.loads, re.findall(
        r"```json\n(.*?)```", (HERE.parent.parent / "docs/files.md").read_text(), re.S))
    folder = box.folder / "fallom"
    for path, text in {
            "configs/my-agent/1.json": json.dumps(config), "prompt-ab-tests/welcome-tone/1.json": json.dumps(test),
            "prompts/welcome/1/system.txt": prompt["system_prompt"], "prompts/welcome/1/user.txt": prompt["user_template"],
            "prompts/welcome/1/meta.json": "{}"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    with box.serve() as service:
        for path, name, record in [
                ("/configs", "configs", config), ("/prompts", "prompts", prompt),
                ("/prompt-ab-tests", "prompt_ab_tests", test)]:
            served = json.load(urllib.request.urlopen(service.url + path))[name]
            equal([{key: value for key, value in one.items() if key in record} for one in served], [record], path)
    for arguments, model in [
            (["--customer-id", "vip-1"], "claude-sonnet-4-5"),
            (["--context", "plan=enterprise", "--context", "country=FR"], "claude-sonnet-4-5")]:
        said = json.loads(box.run("assign", "my-agent", "s-1", "--json", *arguments).stdout)
        equal(said["model"], model, f"assign {arguments}")
