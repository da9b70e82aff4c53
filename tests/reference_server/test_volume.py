import os
import unittest
from pathlib import Path
from unittest import mock

from unit import InFolder

import certificate
import configuration
import delivered
import volume as volumes
from layout import TEMPLATES, Volume


class DeliveredTest(InFolder):
    def setUp(self):
        super().setUp()
        self.volume = Volume(self.folder / "volume")
        self.scripts = self.folder / "scripts"
        self.scripts.mkdir()

    def queued(self, name: str, identity: str):
        record = f"Message-ID: {identity}".encode()
        self.file(f"volume/queue/{name}", b"C\x10 1 2 3N" + bytes([len(record)]) + record + b"N\x00X\x00")

    def stored(self, name: str, identity: str):
        self.file(f"volume/mail/{name}", f"Subject: x\nMessage-Id:\n {identity}\n\nMessage-ID: <body@x>\n".encode())

    def test_no_queue_no_script(self):
        self.stored("u@x/Maildir/new/1.a", "<1@x>")
        self.assertEqual({}, delivered.write_scripts(self.volume, self.scripts))

    def test_message_in_queue_and_mailbox(self):
        for number, place in enumerate(("active/A", "incoming/B", "deferred/C/D")):
            self.queued(place, f"<{number}@x>")
        self.queued("active/Z", '<a"\\b@x>')
        self.stored("u@x/Maildir/new/1700000000.a", "<0@x>")
        self.stored("u@x/Maildir/.Junk Mail/cur/1700000001.b:2,S", "<2@x>")
        self.stored("u@x/Maildir/new/1700000002.c", '<a"\\b@x>')
        self.stored("u@x/Maildir/.Sent Items/cur/1.d", "<1@x>")
        self.stored("v@x/Maildir/tmp/1.e", "<0@x>")
        self.assertEqual({"u@x": 3}, delivered.write_scripts(self.volume, self.scripts))
        script = (self.scripts / "u@x.sieve").read_text()
        self.assertIn('"<0@x>",\n  "<2@x>",\n  "<a\\"\\\\b@x>"\n', script)

    def test_only_the_header_counts(self):
        self.queued("active/A", "<body@x>")
        self.stored("u@x/Maildir/new/1.a", "<1@x>")
        self.assertEqual({}, delivered.write_scripts(self.volume, self.scripts))


class VolumeTest(InFolder):
    def test_stale_locks_go_and_mail_stays(self):
        stale = [self.file(f"u@x/{name}") for name in (".dovecot.lda-dupes.lock", "Maildir/dovecot-uidlist.lock", "Maildir/.Drafts/x.lock")]
        kept = [self.file(f"u@x/{name}") for name in ("Maildir/new/1.lock", "Maildir/dovecot-uidlist")]
        volumes.remove_stale_locks(self.folder)
        self.assertEqual([False] * 3 + [True] * 2, [file.exists() for file in stale + kept])

    def test_sockets_and_pid_files_go_and_the_queue_stays(self):
        stale = [self.file(name) for name in ("private/lmtp", "public/qmgr", "pid/master.pid")]
        kept = self.file("incoming/A")
        volumes.remove_queue_leftovers(self.folder)
        self.assertEqual([False, False, False, True], [file.exists() for file in [*stale, kept]])

    def test_a_volume_that_cannot_be_written(self):
        with mock.patch("os.access", return_value=False), self.assertRaisesRegex(SystemExit, "cannot be written"):
            volumes.lock(Volume(self.folder))

    def test_settings_as_stalwart_leaves_them(self):
        volume = Volume(self.folder)
        volumes.leave_settings(volume)
        text = volume.settings.read_text()
        self.assertEqual(self.folder / "etc" / "config.toml", volume.settings)
        self.assertTrue(all(line.startswith("#") for line in text.splitlines()) and "reference server" in text)
        volume.settings.write_text("mine")
        volumes.leave_settings(volume)
        self.assertEqual("mine", volume.settings.read_text())

    def test_one_server_to_a_volume(self):
        held = volumes.lock(Volume(self.folder))
        with self.assertRaisesRegex(SystemExit, "in use by another server"):
            volumes.lock(Volume(self.folder))
        os.close(held)
        os.close(volumes.lock(Volume(self.folder)))


class ConfigurationTest(InFolder):
    def test_all_places_are_filled(self):
        for ipv6 in (True, False):
            entries = configuration.values("mail.example.org", Path("/c"), Path("/k"), ipv6, {})
            for template in TEMPLATES.rglob("*.*"):
                text = configuration.filled(template.read_text(), entries)
                settings = [line for line in text.splitlines() if not line.startswith("#")]
                self.assertNotRegex("\n".join(settings), r"@[A-Z0-9_]+@", template.name)
                self.assertTrue(ipv6 or "::" not in text, template.name)

    def test_the_session_timeout_is_that_of_the_settings(self):
        self.assertEqual("5m", configuration.session_timeout({}))
        self.assertEqual("20s", configuration.session_timeout({"session.timeout": "20s"}))
        for wrong in ("", "0s", "20", "20s\nmynetworks = 0.0.0.0/0", 20):
            self.assertEqual("5m", configuration.session_timeout({"session.timeout": wrong}), wrong)

    def test_hostname(self):
        self.assertEqual("localhost", configuration.hostname({}))
        self.assertEqual("mail.example.org", configuration.hostname({"STALWART_HOSTNAME": "Mail.example.org"}))
        for wrong in ("a b", "x\nmynetworks = 0.0.0.0/0", "-a", "ü"):
            with self.assertRaisesRegex(SystemExit, "is no host name"):
                configuration.hostname({"STALWART_HOSTNAME": wrong})

    def test_hostname_of_settings(self):
        settings = self.file("config.toml", b'[server]\nhostname = "mx.example.org"\n[storage]\ndata = "rocksdb"\n')
        self.assertEqual("mx.example.org", configuration.hostname({}, settings))
        self.assertEqual("mail.example.org", configuration.hostname({"STALWART_HOSTNAME": "mail.example.org"}, settings))
        self.assertEqual("localhost", configuration.hostname({}, self.file("other.toml", b"[storage]\n")))


class CertificateTest(InFolder):
    def test_made_once_and_again_for_another_name(self):
        folder, mounted = self.folder / "own", self.folder / "mounted"
        first = certificate.pair(folder, "mail.example.org", mounted)[0].read_bytes()
        self.assertEqual(first, certificate.pair(folder, "mail.example.org", mounted)[0].read_bytes())
        self.assertNotEqual(first, certificate.pair(folder, "other.example.org", mounted)[0].read_bytes())
        self.assertEqual(0o600, (folder / "tls.key").stat().st_mode & 0o777)

    def test_mounted_one_wins(self):
        files = (self.file("mounted/tls.crt"), self.file("mounted/tls.key"))
        self.assertEqual(files, certificate.pair(self.folder / "own", "x", self.folder / "mounted"))
        self.assertFalse((self.folder / "own").exists())


if __name__ == "__main__":
    unittest.main()
