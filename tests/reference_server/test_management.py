import base64
import getpass
import json
import unittest

from unit import InFolder

from accounts import Accounts
from management import Management
from volume import Homes

USER = {"type": "individual", "name": "u@example.org", "secrets": ["s"], "emails": ["u@example.org"], "roles": ["user"]}


class ManagementTest(InFolder):
    def setUp(self):
        super().setUp()
        accounts = Accounts.create(self.folder / "accounts.json", "pass:word")
        self.reloads = 0
        self.management = Management(accounts, Homes(self.folder, getpass.getuser()), self.count_reload)

    def count_reload(self):
        self.reloads += 1

    def call(self, method: str, path: str, body=None, login: str = "admin:pass:word") -> tuple[int, dict]:
        authorization = "Basic " + base64.b64encode(login.encode()).decode()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.management.answer(method, path, authorization, content)

    def test_create_show_remove(self):
        self.assertEqual((200, {"data": 1}), self.call("POST", "/api/principal", {"type": "domain", "name": "example.org"}))
        self.assertEqual((200, {"data": 2}), self.call("POST", "/api/principal", USER))
        self.assertTrue((self.folder / "u@example.org").is_dir())
        shown = self.call("GET", "/api/principal/u%40example.org")[1]["data"]
        self.assertEqual((2, "individual", ["u@example.org"]), (shown["id"], shown["type"], shown["emails"]))
        self.assertNotIn("secrets", shown)
        self.assertEqual((200, {"data": None}), self.call("DELETE", "/api/principal/u@example.org"))
        self.assertFalse((self.folder / "u@example.org").exists(), "its mail goes with it")
        self.assertEqual((200, {"error": "notFound", "item": "u@example.org"}), self.call("GET", "/api/principal/u@example.org"))

    def test_errors_are_status_200(self):
        self.assertEqual((200, {"error": "notFound", "item": "example.org"}), self.call("POST", "/api/principal", USER))
        for body in (b"", b"{", b"[]", b"\xff"):
            status, answer = self.call("POST", "/api/principal", body)
            self.assertEqual((200, "other"), (status, answer["error"]))

    def test_only_the_administrator(self):
        for login in ("admin:wrong", "u@example.org:s", "admin", ""):
            self.assertEqual(401, self.call("GET", "/api/reload", login=login)[0], login)
        for header in (None, "", "Bearer x", "Basic ???"):
            self.assertEqual(401, self.management.answer("GET", "/api/reload", header, b"")[0], header)

    def test_settings_and_reload(self):
        change = [{"type": "insert", "prefix": "queue.limiter", "values": [["enable", "false"]], "assert_empty": False}]
        self.assertEqual((200, {"data": None}), self.call("POST", "/api/settings", change))
        self.assertEqual(200, self.call("GET", "/api/reload?dry-run=true")[0])
        self.assertEqual("unsupported", self.call("POST", "/api/settings", [{"type": "x"}])[1]["error"])
        self.assertEqual("other", self.call("POST", "/api/settings", {})[1]["error"])

    def test_a_certificate_is_read_anew_when_asked_for(self):
        self.call("GET", "/api/reload")
        self.call("GET", "/api/reload/certificate", login="admin:wrong")
        self.assertEqual(0, self.reloads)
        self.assertEqual(200, self.call("GET", "/api/reload/certificate")[0])
        self.assertEqual(1, self.reloads)

    def test_a_quota_is_a_number(self):
        self.call("POST", "/api/principal", {"type": "domain", "name": "example.org"})
        for wrong in ("1 GB", -1, [1]):
            self.assertEqual("other", self.call("POST", "/api/principal", {**USER, "quota": wrong})[1].get("error"), wrong)
        self.call("POST", "/api/principal", {**USER, "quota": 65536})
        self.assertEqual(65536, self.call("GET", "/api/principal/u@example.org")[1]["data"]["quota"])

    def test_other_paths(self):
        self.assertEqual(404, self.call("GET", "/api/elsewhere")[0])
        self.assertEqual(404, self.call("GET", "/api/principal")[0])


if __name__ == "__main__":
    unittest.main()
