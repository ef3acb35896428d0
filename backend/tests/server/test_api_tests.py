"""Tests and suites through the API: stored, searched, changed, imported and exported, on both databases."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from served import Served
from sqlalchemy import select

from app.models import AuditEntry

API = "/api/v1"
EXAMPLES = Path(__file__).parents[3] / "examples"
LAMP = 'name: Buy a lamp\nurl: /products\ntags: [smoke]\nsteps:\n  - Search for "lamp"\n'
TEA = 'name: Drink tea\nurl: /tea\ntags: [smoke, hot]\nsteps:\n  - Click "Tea"\n'


async def test_a_test_is_stored_and_told_with_what_its_yaml_says(served: Served) -> None:
    """The list shows name, tags and number of cases without anybody reading YAML."""
    client = await served.machine("write")

    answer = await client.post(f"{API}/tests", json={"path": "shop/lamp.test.yaml", "content": LAMP})

    assert answer.status_code == 201, answer.text
    test = answer.json()
    assert (test["name"], test["tags"], test["cases"], test["version"]) == ("Buy a lamp", ["smoke"], 1, 1)
    assert test["problems"] == []
    assert (await client.get(f"{API}/tests/{test['id']}")).json()["content"] == LAMP


async def test_mistakes_are_told_as_the_command_line_tells_them(served: Served, tmp_path: Path) -> None:
    """One reader of files, so the same place and the same words."""
    content = "name: Broken\nurl: /x\nstep:\n  - Click “Save”\n"
    (tmp_path / "broken.test.yaml").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "aiwebtest", "validate", "--json", "broken.test.yaml"]
    printed = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    told = json.loads(printed.stdout)["problems"]
    client = await served.machine("read")

    answer = await client.post(f"{API}/tests/validate", json={"path": "broken.test.yaml", "content": content})

    assert answer.status_code == 200
    found = answer.json()
    assert not found["valid"]
    assert [{**one, "try": one["mend"]} | {"mend": "", "via": None} for one in found["problems"]] == [
        {**one, "mend": "", "via": None} for one in told
    ]


async def test_validation_looks_at_files_sent_along(served: Served) -> None:
    """An editor asks about a test whose steps file is not stored yet."""
    client = await served.machine("read")
    content = "name: A\nurl: /\nsteps:\n  - use: open.steps.yaml\n"
    without = await client.post(f"{API}/tests/validate", json={"path": "a.test.yaml", "content": content})
    files = {"open.steps.yaml": "steps:\n  - Click “Open”\n"}

    along = await client.post(f"{API}/tests/validate", json={"path": "a.test.yaml", "content": content, "files": files})

    assert not without.json()["valid"]
    assert along.json() == {"valid": True, "cases": ["A"], "problems": []}


async def test_search_looks_at_name_path_text_and_tags(served: Served) -> None:
    """People remember a word of the sentence as often as the name."""
    client = await served.machine("write")
    for path, content in (("shop/lamp.test.yaml", LAMP), ("tea.test.yaml", TEA)):
        await client.post(f"{API}/tests", json={"path": path, "content": content})

    async def names(**query: str) -> list[str]:
        return [test["name"] for test in (await client.get(f"{API}/tests", params=query)).json()["items"]]

    assert await names(search="LAMP") == ["Buy a lamp"]
    assert await names(search="shop/") == ["Buy a lamp"]
    assert await names(search="Click") == ["Drink tea"]
    assert await names(search="100%") == []
    assert await names(tag="smoke") == ["Drink tea", "Buy a lamp"]
    assert await names(tag="hot") == ["Drink tea"]
    assert (await client.get(f"{API}/tests/tags")).json() == {"hot": 1, "smoke": 2}


async def test_pages_hold_every_test_once(served: Served) -> None:
    """A cursor neither skips nor repeats, also when something is added meanwhile."""
    client = await served.machine("write")
    for number in range(5):
        await client.post(f"{API}/tests", json={"path": f"t{number}.test.yaml", "content": LAMP})
    first = (await client.get(f"{API}/tests", params={"limit": 2})).json()
    await client.post(f"{API}/tests", json={"path": "new.test.yaml", "content": LAMP})

    second = (await client.get(f"{API}/tests", params={"limit": 2, "after": first["next"]})).json()
    third = (await client.get(f"{API}/tests", params={"limit": 2, "after": second["next"]})).json()

    paths = [test["path"] for page in (first, second, third) for test in page["items"]]
    assert paths == [f"t{number}.test.yaml" for number in (4, 3, 2, 1, 0)]
    assert third["next"] is None


async def test_saving_a_test_as_it_is_leaves_no_trace(served: Served) -> None:
    """The audit trail tells what was changed, and nothing was."""
    client = await served.machine("write", "admin")
    test = (await client.post(f"{API}/tests", json={"path": "a.test.yaml", "content": LAMP})).json()
    url = f"{API}/tests/{test['id']}"

    same = await client.patch(url, json={"content": LAMP, "version": 1})
    changed = await client.patch(url, json={"content": TEA, "version": 1})

    noted = [entry["action"] for entry in (await client.get(f"{API}/audit")).json()["items"]]
    assert (same.json()["version"], changed.json()["version"]) == (1, 2)
    assert noted.count("test.update") == 1


async def test_a_change_based_on_an_old_version_is_refused(served: Served) -> None:
    """Two editors: the second one learns of it instead of undoing the first one's work."""
    client = await served.machine("write")
    test = (await client.post(f"{API}/tests", json={"path": "a.test.yaml", "content": LAMP})).json()
    url = f"{API}/tests/{test['id']}"
    changed = await client.patch(url, json={"content": TEA, "version": 1})

    by_body = await client.patch(url, json={"content": LAMP, "version": 1})
    by_header = await client.patch(url, json={"content": LAMP}, headers={"If-Match": '"1"'})

    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"2"'
    assert (by_body.status_code, by_header.status_code) == (409, 409)
    assert by_body.json()["version"] == 2
    assert (await client.get(url)).json()["content"] == TEA


async def test_of_many_changes_at_once_one_goes_through(served: Served) -> None:
    """The version is compared where it is written, not before."""
    client = await served.machine("write")
    test = (await client.post(f"{API}/tests", json={"path": "a.test.yaml", "content": LAMP})).json()
    bodies = [{"content": LAMP + f"  - Press Enter\n# {number}\n", "version": 1} for number in range(6)]

    answers = await asyncio.gather(*(client.patch(f"{API}/tests/{test['id']}", json=body) for body in bodies))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]


async def test_versions_are_kept_compared_and_restored(served: Served) -> None:
    """Nothing that somebody wrote is lost."""
    client = await served.machine("write")
    test = (await client.post(f"{API}/tests", json={"path": "a.test.yaml", "content": LAMP})).json()
    url = f"{API}/tests/{test['id']}"
    await client.patch(url, json={"content": LAMP.replace("lamp", "tea"), "message": "Tea instead"})

    diff = (await client.get(f"{url}/diff", params={"before": 1, "after": 2})).json()["diff"]
    restored = (await client.post(f"{url}/versions/1/restore", json={"version": 2})).json()

    assert '-  - Search for "lamp"\n+  - Search for "tea"\n' in diff
    assert (restored["version"], restored["content"]) == (3, LAMP)
    listed = (await client.get(f"{url}/versions")).json()["items"]
    assert [(one["number"], one["message"]) for one in listed] == [
        (3, "Restore version 1"),
        (2, "Tea instead"),
        (1, ""),
    ]


async def test_a_deleted_test_can_be_taken_out_of_the_bin(served: Served) -> None:
    """Its path is free meanwhile, and it comes back only when it still is."""
    client = await served.machine("write")
    body = {"path": "a.test.yaml", "content": LAMP}
    test = (await client.post(f"{API}/tests", json=body)).json()
    url = f"{API}/tests/{test['id']}"

    assert (await client.delete(url)).status_code == 204
    assert (await client.get(f"{API}/tests")).json()["items"] == []
    assert [one["id"] for one in (await client.get(f"{API}/tests?deleted=true")).json()["items"]] == [test["id"]]
    second = (await client.post(f"{API}/tests", json=body)).json()
    assert (await client.post(f"{url}/undelete")).status_code == 409
    await client.delete(f"{API}/tests/{second['id']}")
    assert (await client.post(f"{url}/undelete")).json()["deleted_at"] is None


async def test_paths_that_lead_elsewhere_are_refused(served: Served) -> None:
    """A path becomes a file on the workers' disks."""
    client = await served.machine("write")

    for path in ("../a.test.yaml", "/etc/a.test.yaml", "a/../../b.test.yaml", ".hidden/a.test.yaml", "a\\b.test.yaml"):
        answer = await client.post(f"{API}/tests", json={"path": path, "content": LAMP})
        assert answer.status_code == 422, path
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(path, LAMP)
        files = {"files": ("x.zip", archive.getvalue())}
        imported = await client.post(f"{API}/tests/import", files=files)
        assert imported.status_code == 422 or imported.json()["files"][0]["action"] == "skipped", path


async def test_the_example_suite_survives_import_and_export_byte_for_byte(served: Served) -> None:
    """What is exported is what the command line ran before."""
    client = await served.machine("write")
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and "/." not in path.as_posix()]
    there = {path.relative_to(EXAMPLES).as_posix(): path.read_bytes() for path in files}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(EXAMPLES, arcname="shop", filter=lambda info: None if "/." in info.name else info)

    imported = await client.post(f"{API}/tests/import", files={"files": ("examples.tar.gz", packed.getvalue())})

    assert imported.status_code == 200, imported.text
    assert {one["action"] for one in imported.json()["files"]} == {"created"}
    exported = await client.get(f"{API}/tests/export", params={"format": "zip"})
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive_back:
        back = {name.removeprefix("shop/"): archive_back.read(name) for name in archive_back.namelist()}
    assert back == there
    again = await client.post(f"{API}/tests/import", files={"files": ("tests.zip", exported.content)})
    assert {one["action"] for one in again.json()["files"]} == {"unchanged"}


async def test_single_files_are_imported_with_what_they_use(served: Served) -> None:
    """`curl -F files=@a.test.yaml -F files=@rows.csv`."""
    client = await served.machine("write")
    content = "name: Price of {name}\nurl: /\ndata: rows.csv\nsteps:\n  - Click “{name}”\n"
    lock = '{\n  "cases": {\n  },\n  "version": 1\n}\n'
    files = [
        ("files", ("a.test.yaml", content.encode())),
        ("files", ("rows.csv", b"name\nlamp\ntea\n")),
        ("files", ("a.test.lock.json", lock.encode())),
        ("files", ("lonely.test.lock.json", lock.encode())),
    ]

    answer = await client.post(f"{API}/tests/import", files=files, data={"folder": "shop"})

    taken = {one["path"]: one for one in answer.json()["files"]}
    assert taken["shop/a.test.yaml"]["cases"] == 2
    assert taken["shop/a.test.yaml"]["problems"] == []
    assert taken["shop/a.test.lock.json"]["action"] == "created"
    assert taken["shop/lonely.test.lock.json"]["action"] == "skipped"
    assert taken["shop/rows.csv"]["kind"] == "resource"
    test_id = taken["shop/a.test.yaml"]["test_id"]
    assert (await client.get(f"{API}/tests/{test_id}/lock")).json()["content"] == lock


async def test_an_import_is_all_or_nothing(served: Served) -> None:
    """Half a suite is no suite."""
    client = await served.machine("write")
    files = [("files", ("a.test.yaml", LAMP.encode())), ("files", ("b.test.yaml", b"\xff\xfe"))]

    answer = await client.post(f"{API}/tests/import", files=files)

    assert answer.status_code == 422
    assert (await client.get(f"{API}/tests")).json()["items"] == []


async def test_a_dry_run_changes_nothing(served: Served) -> None:
    """CI asks what an import would do."""
    client = await served.machine("write")

    answer = await client.post(
        f"{API}/tests/import", files={"files": ("a.test.yaml", LAMP.encode())}, data={"dry_run": "true"}
    )

    assert answer.json()["files"][0]["action"] == "created"
    assert (await client.get(f"{API}/tests")).json()["items"] == []


async def test_a_resource_is_put_and_got_by_its_path(served: Served) -> None:
    """`curl -T prices.csv`."""
    client = await served.machine("write")

    put = await client.put(f"{API}/resources/shop/prices.csv", content=b"name\nlamp\n")

    assert put.json()["size_bytes"] == 10
    assert (await client.get(f"{API}/resources/shop/prices.csv")).content == b"name\nlamp\n"
    assert (await client.put(f"{API}/resources/shop", content=b"a file where a folder is")).status_code == 409
    assert (await client.delete(f"{API}/resources/shop/prices.csv")).status_code == 204
    assert (await client.get(f"{API}/resources/shop/prices.csv")).status_code == 404


async def test_a_suite_holds_members_in_order_and_tests_by_tag(served: Served) -> None:
    """Tests that get the tag later belong to it from then on."""
    client = await served.machine("write")
    ids = []
    for path, content in (("b.test.yaml", TEA), ("a.test.yaml", LAMP)):
        ids.append((await client.post(f"{API}/tests", json={"path": path, "content": content})).json()["id"])
    made = await client.post(f"{API}/suites", json={"name": "Hot", "tags": ["smoke"], "tests": [ids[0]]})
    suite = made.json()
    later = await client.post(f"{API}/tests", json={"path": "c.test.yaml", "content": LAMP})

    found = (await client.get(f"{API}/suites/{suite['id']}")).json()

    assert made.status_code == 201
    assert found["members"] == [ids[0]]
    assert found["tests"] == [ids[0], ids[1], later.json()["id"]]
    assert (await client.post(f"{API}/suites", json={"name": "Hot"})).status_code == 409
    assert (await client.post(f"{API}/suites", json={"name": "X", "tests": [999]})).status_code == 422
    told = {"name": "Hot", "tests": [], "tags": [], "mode": "sequential"}
    changed = await client.patch(f"{API}/suites/{suite['id']}", json=told)
    assert (changed.json()["tests"], changed.json()["mode"]) == ([], "sequential")
    async with served.platform.database.read() as session:
        noted = await session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "suite.update"))
    assert noted == {"fields": ["mode", "tags", "tests"]}  # its name is as it was
    assert (await client.delete(f"{API}/suites/{suite['id']}")).status_code == 204
