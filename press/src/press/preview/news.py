"""What open pages have to know: whether they have changed, and which errors stand."""

import secrets
from collections.abc import Iterable, Mapping


class News:
    """When each page changed last, and the errors that stand now.

    Nothing is kept of a change but its number, so that a day of saves takes no more room than one.
    """

    def __init__(self) -> None:
        self._name = secrets.token_hex(4)  # marks of another preview, which has ended, are foreign
        self._count = 0
        self._changed: dict[str, int] = {}
        self._all_changed = 0
        self.errors: Mapping[str, str] = {}

    def mark(self) -> str:
        """Name the present, for a page to ask later what came after.

        It has to be taken before the page's file is read: what changes in between is then told.
        """
        return f"{self._name}-{self._count}"

    def tell(self, files: Iterable[str]) -> None:
        """Note that files of the site have just changed.

        Parameters
        ----------
        files
            Their names, relative to the site. Where there are others than pages, all pages count
            as changed, for pictures and styles may be of any page.
        """
        names = list(files)
        self._count += bool(names)
        if all(name.endswith(".html") for name in names):
            self._changed |= dict.fromkeys(names, self._count)
        else:
            self._all_changed = self._count
            self._changed.clear()

    def changed_since(self, mark: str, page: str) -> bool:
        """Tell whether a page has changed since a mark.

        Parameters
        ----------
        mark
            The mark; one of another preview is older than every change.
        page
            The page's name, relative to the site.

        Returns
        -------
        bool
        """
        name, _, count = mark.partition("-")
        if name != self._name or not count.isdecimal():
            return True
        return max(self._all_changed, self._changed.get(page, 0)) > int(count)
