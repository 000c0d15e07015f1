"""What a branch touches, beside what its requests declare."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal, NamedTuple

from changeflow.model.paths import shown
from changeflow.model.phrases import Told, told

Did = Literal["added", "changed", "removed"]

# the sentence that shows a touch
_SHOWN: Final[dict[tuple[str, Did], str]] = {
    ("path", "added"): "touch.path_added",
    ("path", "changed"): "touch.path_changed",
    ("path", "removed"): "touch.path_removed",
    ("terraform", "added"): "touch.terraform_added",
    ("terraform", "changed"): "touch.terraform_changed",
    ("terraform", "removed"): "touch.terraform_removed",
    ("image", "added"): "touch.image_added",
    ("image", "changed"): "touch.image_changed",
    ("image", "removed"): "touch.image_removed",
    ("helm", "added"): "touch.helm_added",
    ("helm", "changed"): "touch.helm_changed",
    ("helm", "removed"): "touch.helm_removed",
}


class Touch(NamedTuple):
    """Something that belongs to an item and that a branch adds, changes or removes.

    Attributes:
        kind: what it is.
        what: its name: a path, the address of a resource, an image or a Helm release.
        did: what the branch does to it.
        path: the file that shows it, from the top of the git repository.
        line: the first line of it that differs; 0 where that is not a line of the head.
    """

    kind: Literal["path", "terraform", "image", "helm"]
    what: str
    did: Did
    path: str
    line: int

    @property
    def place(self) -> str:
        """Return the file with its line, as a person looks it up."""
        return f"{self.path}:{self.line}" if self.line else self.path


class TouchedItem(NamedTuple):
    """An item that a branch touches.

    Attributes:
        ci: the item.
        touch: what shows it first.
        more: how much more does.
        proposed: whether only the branch itself says that this belongs to the item.
        action: what a request would say of the item: `add` while it is planned, else `modify`.
    """

    ci: str
    touch: Touch
    more: int
    proposed: bool
    action: str

    def told(self) -> Told:
        """Return what sentences name."""
        touch = self.touch
        code = _SHOWN[touch.kind, touch.did]
        showing = told(code, what=shown(touch.what), place=shown(touch.place))
        found: Told = {"ci": self.ci, "action": self.action, "touch": [showing], "more": self.more}
        return found | ({"case": "several"} if self.more else {})


class Unread(NamedTuple):
    """A file that may touch any item, because it cannot be read."""

    path: str
    why: Told


class BranchScope(NamedTuple):
    """What a branch touches, beside what the requests that it brings declare.

    Attributes:
        compared: whether there was a branch to compare with its base.
        touched: items, sorted.
        requests: the changes that it brings, or alters.
        declared: items that these requests name, to the requests.
        mapped: items that say what belongs to them.
        unread: what could not be read.
        unmapped: changed files that belong to no item.
        drafts: those of the requests that are drafts, and stand for nothing yet.
    """

    compared: bool
    touched: tuple[TouchedItem, ...]
    requests: frozenset[str]
    declared: Mapping[str, tuple[str, ...]]
    mapped: Collection[str]
    unread: tuple[Unread, ...]
    unmapped: int
    drafts: frozenset[str] = frozenset()

    def of_request(
        self,
        change: str,
        items: Collection[str],
        *,
        on_base: bool,
        is_over: Callable[[str], bool] = lambda _: False,
    ) -> BranchScope:
        """Return the scope as it concerns a request, which may not be committed yet.

        A request that is on the base already and that the branch leaves alone is not concerned.
        Another one that is a draft, or over, declares nothing for this one.

        Args:
            change: the id of the request.
            items: that it declares.
            on_base: whether the base has the request.
            is_over: returns whether another change was released, rejected or taken back.
        """
        if not self.compared and not self.unread:
            return self
        if on_base and change not in self.requests:
            return NOT_COMPARED
        requests = sorted(self.requests - self.drafts - {change})
        standing = {name for name in requests if not is_over(name)}
        declared: dict[str, tuple[str, ...]] = {}
        for ci, changes in self.declared.items():
            declared[ci] = tuple(name for name in changes if name in standing)
        for ci in items:
            declared[ci] = (change, *declared.get(ci, ()))
        return self._replace(declared={ci: by for ci, by in declared.items() if by})

    @property
    def undeclared(self) -> tuple[TouchedItem, ...]:
        """Return what no request declares, by what the base says belongs to items."""
        return tuple(one for one in self.missing if not one.proposed)

    @property
    def proposed(self) -> tuple[TouchedItem, ...]:
        """Return what no request declares, by what only the branch says belongs to items."""
        return tuple(one for one in self.missing if one.proposed)

    @property
    def missing(self) -> tuple[TouchedItem, ...]:
        """Return the items that are touched and that no request declares."""
        return tuple(one for one in self.touched if one.ci not in self.declared)

    def elsewhere(self, change: str) -> tuple[tuple[str, str], ...]:
        """Return touched items that other requests declare and this one does not, with one."""
        found = []
        for one in self.touched:
            by = self.declared.get(one.ci, ())
            if by and change not in by:
                found.append((one.ci, by[0]))
        return tuple(found)

    def untouched(self, change: str) -> tuple[str, ...]:
        """Return the items that a request declares and that the branch does not touch."""
        if not self.compared or self.unread:
            return ()
        touched = {one.ci for one in self.touched}
        found = []
        for ci, by in self.declared.items():
            if change in by and ci in self.mapped and ci not in touched:
                found.append(ci)
        return tuple(sorted(found))


NOT_COMPARED: Final = BranchScope(
    compared=False,
    touched=(),
    requests=frozenset(),
    declared={},
    mapped=frozenset(),
    unread=(),
    unmapped=0,
)
