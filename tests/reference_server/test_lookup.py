import io
import json
import unittest

from unit import InFolder

from accounts import Accounts
from lookup import DovecotDict, PostfixMaps


class LookupTest(InFolder):
    def setUp(self):
        super().setUp()
        self.accounts = Accounts.create(self.folder / "accounts.json", "x")
        self.accounts.add({"type": "domain", "name": "example.org"})
        self.accounts.add({"type": "individual", "name": "u@example.org", "secrets": ["{PLAIN}s"], "roles": ["user"],
                           "emails": ["u@example.org", "alias@example.org"]})

    def dict_lookup(self, *lines: bytes) -> list[bytes]:
        sink = io.BytesIO()
        DovecotDict(self.accounts, self.folder).talk(io.BytesIO(b"".join(lines)), sink)
        return sink.getvalue().splitlines()

    def test_dovecot(self):
        hello = b"H3\t0\t0\t\taccounts\n"
        found = self.dict_lookup(hello, b"Lshared/passdb/u@example.org\tu@example.org\n", b"Lshared/userdb/alias@example.org\tx\n",
                                 b"Lshared/passdb/alias@example.org\tx\n", b"Lshared/userdb/nobody\tx\n", b"Lx\n")
        self.assertEqual({"password": "{PLAIN}s"}, json.loads(found[0][1:]))
        self.assertEqual({"user": "u@example.org", "home": str(self.folder / "u@example.org")}, json.loads(found[1][1:]))
        self.assertEqual([b"N", b"N", b"N"], found[2:], "login is by the account's name only")

    def test_a_quota_goes_with_the_account(self):
        self.accounts.add({"type": "individual", "name": "q@example.org", "emails": ["q@example.org"], "quota": 65536})
        found = json.loads(self.dict_lookup(b"Lshared/userdb/q@example.org\tx\n")[0][1:])
        self.assertEqual(("maildir:User quota", "*:bytes=65536"), (found["quota"], found["quota_rule"]))

    def test_escaped_key(self):
        self.assertEqual([b"N"], self.dict_lookup(b"Lshared/passdb/a\x01tb\x01\n"))

    def test_postfix(self):
        sink = io.BytesIO()
        requests = ["domains example.org", "domains example.net", "mailboxes alias@example.org", "senders nobody@example.org", "x y"]
        source = io.BytesIO(b"".join(b"%d:%s," % (len(one), one.encode()) for one in requests))
        PostfixMaps(self.accounts).talk(source, sink)
        self.assertEqual(b"14:OK example.org,9:NOTFOUND ,16:OK u@example.org,9:NOTFOUND ,13:PERM no map x,", sink.getvalue())

    def test_detail_of_an_address(self):
        maps = PostfixMaps(self.accounts)
        self.assertEqual("OK u@example.org", maps.find("mailboxes", "u+lists+a@example.org"))
        self.assertEqual("NOTFOUND ", maps.find("mailboxes", "x+u@example.org"))
        self.assertEqual("NOTFOUND ", maps.find("senders", "u+lists@example.org"))

    def test_postfix_garbage_ends_the_connection(self):
        for content in (b"", b"x", b"5", b"99999999999:", b"3:abcd"):
            sink = io.BytesIO()
            PostfixMaps(self.accounts).talk(io.BytesIO(content), sink)
            self.assertEqual(b"", sink.getvalue())

    def test_a_new_account_is_found_at_once(self):
        maps = PostfixMaps(self.accounts)
        self.assertEqual("NOTFOUND ", maps.find("mailboxes", "new@example.org"))
        self.accounts.add({"type": "individual", "name": "new@example.org", "emails": ["new@example.org"]})
        self.assertEqual("OK new@example.org", maps.find("mailboxes", "new@example.org"))


if __name__ == "__main__":
    unittest.main()
