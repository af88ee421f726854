"""What we ship: the wheel has what it needs and nothing else, and works with the checkout out of reach."""

from __future__ import annotations

import email.parser
import importlib.util
import os
import pathlib
import re
import shutil
import site
import subprocess
import sys
import sysconfig
import venv
import zipfile

import pytest

from compose2oam.cli import manual

SAMPLE = "shop"


def files_below(folder: pathlib.Path) -> set[str]:
    """All files of a source folder, without what Python leaves behind."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(root: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A wheel, built from a source distribution, built from the checkout: both ways are walked at once."""
    target = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(root)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = target.glob("*.whl")
    return found


def test_the_wheel_holds_the_package_the_rules_and_nothing_else(wheel: pathlib.Path, root: pathlib.Path) -> None:
    """The exact list: every module, every rule under ``compose2oam/_mappings``, every manual page, the licence."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    version = wheel.name.split("-")[1]
    dist_info = f"compose2oam-{version}.dist-info"
    pages = f"compose2oam-{version}.data/data/share/man/man1"
    assert names == (
        {f"compose2oam/{name}" for name in files_below(root / "compose2oam")}
        | {f"compose2oam/_mappings/{name}" for name in files_below(root / "mappings")}
        | {f"{pages}/{name}" for name in manual.pages(version)}
        | {f"{dist_info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    )


def test_the_metadata_says_what_a_package_index_shows(wheel: pathlib.Path, root: pathlib.Path) -> None:
    """Version from its one place, the Python that is needed, the licence, and the README as description."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.parser.Parser().parsestr(archive.read(name).decode("utf-8"))
    version = re.search(r'__version__ = "(.+)"', (root / "compose2oam/_version.py").read_text())
    assert version is not None
    assert metadata["Version"] == version[1]
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_payload() == (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def installed(wheel: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The ``compose2oam`` command of a fresh environment with the wheel in it.

    The dependencies are borrowed from this environment by a ``.pth`` file: no network is needed, and an editable
    install of the checkout does not leak in, since ``.pth`` files of a folder added in this way are not read.
    """
    home = tmp_path_factory.mktemp("fresh")
    has_pip = importlib.util.find_spec("pip") is not None
    venv.create(home, with_pip=not has_pip, symlinks=os.name != "nt")
    scripts = pathlib.Path(sysconfig.get_path("scripts", "venv", {"base": str(home)}))
    library = pathlib.Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    pip = (
        [sys.executable, "-m", "pip", "--python", str(scripts / "python")]
        if has_pip
        else [scripts / "python", "-m", "pip"]
    )
    done = subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (library / "borrowed.pth").write_text("".join(f"{folder}\n" for folder in site.getsitepackages()))
    return scripts / "compose2oam"


def run(command: pathlib.Path, *arguments: str, cwd: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command, or its Python, with nothing of ours in the environment."""
    return subprocess.run(
        [str(command), *arguments],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_installed_wheel_converts_from_an_empty_directory(
    installed: pathlib.Path, root: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """The code and the rules of the wheel, not of a checkout, turn a copied sample into what is kept beside it."""
    project, empty = tmp_path / "project", tmp_path / "empty"
    shutil.copytree(root / "samples" / SAMPLE, project)
    empty.mkdir()

    asked = run(installed.with_name("python"), "-c", "import compose2oam; print(compose2oam.__file__)", cwd=empty)
    assert pathlib.Path(asked.stdout.strip()).is_relative_to(installed.parents[1]), asked.stderr

    listed = run(installed, "mappings", "list", cwd=empty)
    assert "C2O-" in listed.stdout, listed.stderr

    done = run(installed, "convert", str(project / "compose.yaml"), cwd=empty)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (project / "application.yaml").read_text(encoding="utf-8")
    assert not list(empty.iterdir())


def test_the_installed_wheel_has_manual_pages_where_man_looks(installed: pathlib.Path) -> None:
    """Beside the folder of programs, which is how ``man`` finds them (manpath(5))."""
    pages = installed.parents[1] / "share" / "man" / "man1"
    assert "compose2oam\\-convert \\- convert a Compose project" in (pages / "compose2oam-convert.1").read_text()
