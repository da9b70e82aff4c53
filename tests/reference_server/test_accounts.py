import unittest
from unittest import mock

from unit import InFolder

import durable
import passwords
from accounts import Accounts, Refused


def individual(name: str, **more) -> dict:
    return {"type": "individual", "name": name, "secrets": ["secret"], "emails": [name], "roles": ["user"], **more}


class AccountsTest(InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "accounts.json"
        self.accounts = Accounts.create(self.path, "admin-secret")
        self.accounts.add({"type": "domain", "name": "Example.org"})

    def refused(self, request: dict) -> dict:
        with self.assertRaises(Refused) as caught:
            self.accounts.add(request)
        return caught.exception.answer

    def test_everything_is_there_after_a_new_start(self):
        self.accounts.add(individual("User@example.org"))
        self.accounts.change_settings([{"type": "insert", "prefix": "queue", "values": [["a", "1"]]}])
        again = Accounts.load(self.path)
        self.assertEqual(["example.org"], again.domains())
        self.assertEqual(["user@example.org"], again.individuals())
        self.assertEqual({"queue.a": "1"}, again.settings())
        self.assertTrue(again.is_admin("admin", "admin-secret"))
        self.assertFalse(again.is_admin("admin", "other"))
        self.assertFalse(again.is_admin("user@example.org", "secret"))
        self.assertEqual(3, again.add(individual("next@example.org"))[0])

    def test_no_secret_is_on_disk_in_clear(self):
        self.accounts.add(individual("user@example.org", secrets=["hunter2-in-clear"]))
        content = self.path.read_text()
        self.assertNotIn("hunter2-in-clear", content)
        self.assertNotIn("admin-secret", content)
        self.assertEqual(0o600, self.path.stat().st_mode & 0o777)

    def test_the_first_account_of_a_domain_is_its_postmaster(self):
        self.assertIsNone(self.accounts.owner("postmaster@example.org"))
        self.accounts.add(individual("first@example.org"))
        self.accounts.add(individual("second@example.org"))
        self.assertEqual("first@example.org", self.accounts.owner("Postmaster@Example.ORG"))
        self.assertIsNone(self.accounts.owner("postmaster@example.net"))

    def test_refusals(self):
        self.accounts.add(individual("user@example.org"))
        self.assertEqual({"error": "fieldAlreadyExists", "field": "name", "value": "EXAMPLE.org"},
                         self.refused({"type": "domain", "name": "EXAMPLE.org"}))
        self.assertEqual({"error": "fieldAlreadyExists", "field": "emails", "value": "user@example.org"},
                         self.refused(individual("other", emails=["user@example.org"])))
        self.assertEqual({"error": "fieldMissing", "field": "name"}, self.refused({"type": "individual"}))
        self.assertEqual({"error": "notFound", "item": "example.net"}, self.refused(individual("user@example.net")))
        self.assertEqual("unsupported", self.refused({"type": "list", "name": "all"})["error"])
        for name in ("../etc", "a/b", "a..b@example.org", "", "-x", "two words"):
            self.assertIn(self.refused(individual(name, emails=[]))["error"], ("other", "fieldMissing"), name)
        self.assertEqual("other", self.refused(individual("x@example.org", roles=[1]))["error"])

    def test_only_the_role_lets_an_account_log_in(self):
        self.accounts.add(individual("without@example.org", roles=[]))
        self.accounts.add(individual("with@example.org"))
        self.assertIsNone(self.accounts.login("without@example.org"))
        self.assertTrue(passwords.verify("secret", self.accounts.login("WITH@example.org")))
        self.assertIsNone(self.accounts.login("example.org"))
        self.assertEqual("without@example.org", self.accounts.owner("Without@Example.org"))

    def test_remove(self):
        self.accounts.add(individual("user@example.org"))
        with self.assertRaises(Refused):
            self.accounts.remove("example.org")
        self.accounts.remove("user@example.org")
        self.accounts.remove("example.org")
        self.assertEqual([], Accounts.load(self.path).domains())

    def test_a_change_that_cannot_be_written_was_not_made(self):
        with mock.patch("os.replace", side_effect=OSError(28, "No space left on device")), self.assertRaises(OSError):
            self.accounts.add(individual("user@example.org"))
        self.assertEqual([], self.accounts.individuals())
        self.assertEqual([], Accounts.load(self.path).individuals())
        self.assertEqual([self.path], list(self.folder.iterdir()), "no draft stays behind")

    def test_a_damaged_file_is_never_taken_for_an_empty_one(self):
        for content in (b"", b"{", b"[]", b'{"principals": {}}'):
            durable.write(self.path, content)
            with self.assertRaisesRegex(SystemExit, "accounts.json is not a whole accounts file"):
                Accounts.load(self.path)


class PasswordsTest(unittest.TestCase):
    def test_a_hash_given_is_kept(self):
        self.assertEqual("{CRYPT}$6$salt$hash", passwords.stored("$6$salt$hash"))
        self.assertEqual("{SSHA512}abc", passwords.stored("{SSHA512}abc"))
        self.assertEqual("{PLAIN}$a", passwords.stored("{PLAIN}$a"))

    def test_plain_text_is_hashed(self):
        kept = passwords.stored("$dollars")
        self.assertTrue(passwords.verify("$dollars", kept))
        self.assertFalse(passwords.verify("dollars", kept))
        self.assertFalse(passwords.verify("x", "{CRYPT}x"))


if __name__ == "__main__":
    unittest.main()
