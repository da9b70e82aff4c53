import ssl
import subprocess
import unittest

from unit import InFolder

from accounts import Refused
from reload import reload


class ReloadTest(InFolder):
    def setUp(self):
        super().setUp()
        self.old, self.new = self.pair("old"), self.pair("new")
        self.asked = 0
        self.answers: list[bytes | None] = []

    def pair(self, name: str) -> bytes:
        file = self.folder / f"{name}.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                        "-keyout", str(self.folder / "key"), "-out", str(file)], check=True, capture_output=True)
        return ssl.PEM_cert_to_DER_cert(file.read_text())

    def ask(self):
        self.asked += 1

    def shown(self, _) -> bytes | None:
        return self.answers.pop(0) if self.answers else self.new

    def test_waits_until_all_show_the_new_one_every_time(self):
        self.answers = [self.old, None, self.new, self.old, self.new, self.new, self.old]
        reload(self.ask, self.folder / "new.crt", shown=self.shown)
        self.assertEqual((1, []), (self.asked, self.answers))

    def test_names_who_does_not(self):
        with self.assertRaises(Refused) as refused:
            reload(self.ask, self.folder / "new.crt", 0.05, lambda listener: self.old if listener.name == "imaps" else self.new)
        self.assertEqual({"error": "other", "details": "not shown 0.05 s after the reload by imaps"}, refused.exception.answer)

    def test_without_a_certificate_nobody_is_asked(self):
        with self.assertRaises(Refused):
            reload(self.ask, self.file("none.crt", b"no certificate\n"), shown=self.shown)
        self.assertEqual(0, self.asked)


if __name__ == "__main__":
    unittest.main()
