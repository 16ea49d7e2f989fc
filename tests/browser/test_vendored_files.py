import hashlib
import re

from api.serving.graphiql import STATIC

VENDOR = STATIC / "vendor"
ROW = re.compile(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_file_of_others_is_as_its_list_says() -> None:
    listed = dict(ROW.findall((VENDOR / "README.md").read_text()))
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name != "README.md"]
    assert listed == {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
