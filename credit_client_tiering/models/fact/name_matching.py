"""When are two written company names the same company? Pure functions, no database.

Three degrees, from certain to a question for a person:

* the unified social credit code is the same: the same legal person;
* :func:`name_key` is the same: the names differ in nothing but how they were typed;
* :func:`name_stem` is the same: they differ in legal form, in 集团 or in brackets. A
  股份有限公司 and a 有限公司 of one stem are different legal persons more often than not
  (a listed company and its daughter), so this is never more than a candidate.

有限责任公司 and 有限公司 name the same form (Company Law, art. 7) and a registry does not
give both to two firms of one stem. But names are registered per region, and a firm that
was wound up may live on in a newer one; the rare wrong merger would lift the wrong client
into a tier, a question costs one click. So this pair is a candidate too.
"""

import re
import unicodedata
from collections import defaultdict

# Legal forms at the end of a name; those that end in another one come first.
LEGAL_FORMS = ("股份有限公司", "股份公司", "有限责任公司", "有限公司", "公司")
# The branch of a company is no company: its name is no variant of its mother's.
BRANCH = "分公司"
GROUP_WORD = "集团"
SHORTEST_STEM = 2

# Dots that Unicode files under mathematics or letters and input methods write in names.
_DOTS = "\u22c5\u2219\u318d\u119e"
_MARK = "\0"
_BETWEEN_DIGITS = re.compile(f"(?<=[0-9]){_MARK}+(?=[0-9])")


class _Folding(dict):
    """Translation of characters, filled as they occur."""

    def __missing__(self, codepoint):
        self[codepoint] = folded = self._fold(chr(codepoint))
        return folded

    def _fold(self, char):
        category = unicodedata.category(char)
        if category == "Ps" or char == "<":
            return "("
        if category == "Pe" or char == ">":
            return ")"
        if category[0] == "Z" or category in ("Cc", "Cf") or _is_variation(char):
            return None
        if category[0] == "P" or char in _DOTS:
            return _MARK
        # Not private-use characters: some registries write rare ideographs with them.
        return char


def _is_variation(char):
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


_FOLDING = _Folding()


def name_key(name):
    """Return a name without what typing adds to it.

    Full width, compatibility forms (Ⅱ, ㈱) and case are folded, brackets of every kind
    become round ones, spaces and punctuation go; between digits a hyphen remains, since
    11-5 and 115 are two mines.

    >>> name_key("湖北 华成〔集团〕 股份有限公司")
    '湖北华成(集团)股份有限公司'
    """
    text = unicodedata.normalize("NFKC", name or "").casefold()
    text = unicodedata.normalize("NFKC", text).translate(_FOLDING)
    if _MARK in text:
        text = _BETWEEN_DIGITS.sub("-", text).replace(_MARK, "")
    return text.replace("()", "")


def name_stem(key):
    """Return a name key without brackets, legal form and 集团; "" when nothing is left.

    >>> name_stem(name_key("华成(集团)股份有限公司"))
    '华成'
    """
    stem = key.replace("(", "").replace(")", "")
    if stem.endswith(BRANCH):
        return stem
    stem = stem.removesuffix(GROUP_WORD)
    for form in LEGAL_FORMS:
        if stem.endswith(form):
            stem = stem.removesuffix(form)
            break
    stem = stem.removesuffix(GROUP_WORD)
    return stem if len(stem) >= SHORTEST_STEM else ""


class ClientIndex:
    """The clients of a book, to be found by code, by name and by stem.

    :param rows: iterable of (id, name, credit code or None)
    """

    def __init__(self, rows):
        self.codes = {}
        self.by_code = {}
        self.by_key = defaultdict(list)
        self.by_stem = defaultdict(list)
        for client_id, name, code in rows:
            self.codes[client_id] = code
            if code:
                self.by_code[code] = client_id
            key = name_key(name)
            if not key:
                continue
            self.by_key[key].append(client_id)
            stem = name_stem(key)
            if stem:
                self.by_stem[stem].append(client_id)

    def find(self, key, stem, code=None, confirmed=None, rejected=()):
        """Find the client that a listed name means.

        :param key: name key of the listed name
        :param stem: its stem
        :param code: its credit code, if the list gives one
        :param confirmed: id of the client a person said it is
        :param rejected: ids of clients a person said it is not
        :return: (``client id, how, {}``) with ``how`` one of ``person``, ``code``,
            ``name``; or (``None, why, candidates``) with a set of ids and ``why`` one of
            ``several``, ``other_code``, ``form``; or (``None, None, set()``)
        """
        if confirmed in self.codes:
            return confirmed, "person", set()
        same_code = self.by_code.get(code) if code else None
        if same_code and same_code not in rejected:
            return same_code, "code", set()
        same_name = {i for i in self.by_key.get(key, ()) if i not in rejected}
        if same_name:
            if len(same_name) > 1:
                return None, "several", same_name
            (only,) = same_name
            if self._contradicts(only, code):
                return None, "other_code", same_name
            return only, "name", set()
        # Two codes are two legal persons; of a mere stem nothing then remains to ask.
        same_stem = {
            i
            for i in self.by_stem.get(stem, ())
            if i not in rejected and not self._contradicts(i, code)
        }
        return None, "form" if same_stem else None, same_stem

    def _contradicts(self, client_id, code):
        known = self.codes[client_id]
        return bool(code and known and code != known)
