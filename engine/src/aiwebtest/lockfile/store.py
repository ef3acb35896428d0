"""The lockfile on disk: `shop.test.yaml` has `shop.test.lock.json` beside it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from aiwebtest.core.case import Case, Step
from aiwebtest.core.errors import UsageError
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.scope import Scope
from aiwebtest.lockfile.document import Entries, Steps, StoredAction, Unreadable, read, write
from aiwebtest.lockfile.keys import case_key, filled, named, step_key

__all__ = ["Lockfile", "lockfile_path"]

_PATIENCE_S = 20.0  # for another process that is writing the same file


def lockfile_path(test_file: Path | str, directory: Path | None = None) -> Path:
    """Return where the groundings of a test file are kept: beside it, or under its name in `directory`."""
    test_file = Path(test_file)
    stem = test_file.name.removesuffix(test_file.suffix)
    return (directory or test_file.parent) / f"{stem}.lock.json"


class Lockfile:
    """The groundings of one test file's cases, each from a step that passed in a case that passed.

    Safe to share between the workers of a run. Several processes may write cases of one file: each save reads the file
    anew and replaces only the cases recorded here.

    `notice` says why a file that is there could not be used; its steps are then grounded as if it were absent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._entries: Entries = {}
        self._recorded: dict[str, Steps] = {}
        self._kept: frozenset[str] | None = None  # names of the groups that may stay, once `prune` said so
        self._mutex = threading.RLock()

    @classmethod
    def for_file(cls, test_file: Path | str, *, directory: Path | None = None) -> Lockfile:
        """Return the lockfile of a test file, read if it is there."""
        lockfile = cls(lockfile_path(test_file, directory))
        try:
            lockfile._entries = lockfile._on_disk()
        except Unreadable as exc:
            after = "It is left as it is" if exc.newer else "Cases that pass are written to it anew"
            lockfile.notice = f"{lockfile.path.name} cannot be used: {exc}. Its steps are grounded anew. {after}."
        return lockfile

    def get(self, case: Case, step: Step, scope: Scope | None = None) -> tuple[Grounding, ...] | None:
        """Return the stored groundings of a step, None when there are none.

        With a `scope`, names of its variables and secrets in them are filled in: such a grounding must be masked
        before it is shown.
        """
        with self._mutex:
            actions = self._entries.get(case_key(case, step), {}).get(step_key(case, step))
        if not actions:
            return None
        try:
            return tuple(action.grounding(step.text, filled(step.text, scope)) for action in actions)
        except UsageError:  # the sentence names a variable that this run has not set
            return None

    def record(
        self,
        case: Case,
        groundings: Mapping[Step, Sequence[Grounding]],
        scope: Scope | None = None,
        *,
        anew: bool = False,
    ) -> None:
        """Take over the groundings of a case that passed; `save` writes them.

        A replayed grounding leaves its entry as it is. A step without new groundings (skipped, not placed by an
        element, healed without leave) keeps its entry; entries of sentences that the case no longer has are dropped.
        Where all was looked for `anew`, so is what a check reads no more.
        """
        by_group: dict[str, Steps] = {case_key(case): {}}
        with self._mutex:
            for step in dict.fromkeys([*case.steps, *groundings]):
                actions = self._actions(case, step, groundings.get(step, ()), scope, anew)
                if actions:
                    by_group.setdefault(case_key(case, step), {})[step_key(case, step)] = actions
            self._entries.update(by_group)
            self._recorded.update(by_group)

    def _actions(
        self, case: Case, step: Step, groundings: Sequence[Grounding], scope: Scope | None, anew: bool
    ) -> tuple[StoredAction, ...]:
        old = self._entries.get(case_key(case, step), {}).get(step_key(case, step), ())
        name = named(step.text, scope)
        acted = [one for one in groundings if one.action != "read"]
        read = [one for one in groundings if one.action == "read"]
        return (
            *_renewed([one for one in old if one.action != "read"], acted, name),
            *_renewed([one for one in old if one.action == "read" and not anew], read, name),
        )

    def prune(self, cases: Iterable[Case]) -> None:
        """Drop what belongs to no case any more; `cases` are all cases of the file, every data row included."""
        kept = set()
        for case in cases:
            kept.add(case_key(case))
            if case.session is not None:
                kept.update(case_key(case, step) for step in case.session.steps)
        with self._mutex:
            self._kept = frozenset(kept)

    def save(self) -> bool:
        """Write what was recorded, merged into what others wrote meanwhile; return whether the file changed.

        Raises UsageError when the file cannot be written.
        """
        with self._mutex:
            if not self._recorded and self._kept is None:
                return False
            try:
                with FileLock(_guard(self.path), timeout=_PATIENCE_S):
                    return self._merge()
            except Timeout as exc:
                raise UsageError(
                    f"{self.path} is being written by another process for more than {_PATIENCE_S:.0f} s.",
                    mend="end that process, or give this run a lockfile directory of its own.",
                ) from exc
            except OSError as exc:
                raise UsageError(
                    f"{self.path} cannot be written: {exc.strerror}.", mend="make its folder writable."
                ) from exc

    def _merge(self) -> bool:
        try:
            before: Entries | None = self._on_disk()
        except Unreadable as exc:
            if exc.newer:
                return False
            before = None
        merged = {**(before or {}), **self._recorded}
        if self._kept is not None:
            merged = {name: steps for name, steps in merged.items() if name in self._kept}
        merged = {name: steps for name, steps in merged.items() if steps}
        self._recorded, self._entries = {}, merged
        if merged == before or not (merged or self.path.exists()):
            return False
        _replace(self.path, write(merged))
        return True

    def _on_disk(self) -> Entries:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as exc:
            raise Unreadable(f"it cannot be opened ({exc.strerror})") from exc
        return read(data)


def _renewed(
    old: Sequence[StoredAction], groundings: Sequence[Grounding], name: Callable[[str], str]
) -> Sequence[StoredAction]:
    """Return what is to be stored: a replayed grounding leaves its entry as it is, and none leave all as they are."""
    if not groundings:
        return old
    if len(old) == len(groundings):
        pairs = zip(groundings, old, strict=True)
        return [was if new.source == "replay" else StoredAction.of(new, name) for new, was in pairs]
    return [StoredAction.of(grounding, name) for grounding in groundings]


def _guard(path: Path) -> Path:
    """Return the file that guards `path` against writers at once, outside the project: it is not for git."""
    user = os.getuid() if hasattr(os, "getuid") else ""  # elsewhere the folder is the user's own
    folder = Path(tempfile.gettempdir()) / f"aiwebtest-locks-{user}"
    folder.mkdir(exist_ok=True)
    return folder / hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]


def _replace(path: Path, text: str) -> None:
    """Write beside and rename, so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
