#!/usr/bin/env python3
"""`ledger verify`: what the shipped program says of a ledger's file alone."""
import unittest

from shipped_program import InFolder, run


class LedgerVerify(InFolder):
    def test_a_ledger_is_judged_by_itself(self):
        sent = [f'{{"op":"sending","id":"m{i}","account":"a","sha256":"s{i}","size":1}}' for i in range(3)]
        answered = ['{"op":"answered","id":"m0","ack":"ok","reply":"250"}',
                    '{"op":"answered","id":"m1","ack":"ok","reply":"250"}']
        found = ['{"op":"found","account":"a","mailbox":"INBOX","uidvalidity":1,"uid":%d,"id":"m%d","sha256":"s%d"}'
                 % (i + 1, i, i) for i in range(2)]

        def verdict(*lines):
            (self.root / "l.jsonl").write_text("".join(line + "\n" for line in lines))
            done = run("ledger", "verify", str(self.root / "l.jsonl"))
            return done.returncode, done.stdout

        code, out = verdict(*sent, *answered, '{"op":"read-back","messages":2}', *found)
        self.assertEqual(code, 0, out)
        self.assertIn("3 messages: 2 acknowledged, 0 refused, 1 unknown", out)
        self.assertIn("2 acknowledged: 0 lost, 0 corrupt", out)
        code, out = verdict(*sent, *answered, '{"op":"read-back","messages":1}', found[0])
        self.assertEqual(code, 1, out)
        self.assertIn("1 lost", out)
        self.assertIn("m1 to a", out)
        # A promise may have stood where something else stands now.
        code, out = verdict(*sent, answered[0], "xx", answered[1], '{"op":"read-back","messages":2}', *found)
        self.assertEqual(code, 4, out)
        self.assertIn("its line 5 is not one that the harness wrote", out)
        # The harness was killed while it read the mailboxes: that is not a read-back.
        code, out = verdict(*sent, *answered, '{"op":"read-back","messages":2}', found[0])
        self.assertEqual(code, 4, out)
        self.assertIn("no whole read-back", out)
        self.assertNotIn("cut off", out)
        # ... or while it wrote a line.
        (self.root / "l.jsonl").write_text("\n".join(sent) + "\n" + answered[0][:-3])
        done = run("ledger", "verify", str(self.root / "l.jsonl"))
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("3 messages: 0 acknowledged, 0 refused, 3 unknown", done.stdout)
        self.assertIn("its last line was cut off", done.stdout)
        self.assertEqual(run("ledger", "verify", str(self.root / "none")).returncode, 2)

    def test_a_ledger_of_changes_is_judged_by_itself(self):
        lines = ['{"op":"sending","id":"m","account":"a","sha256":"s","size":1,"mailbox":"x"}',
                 '{"op":"answered","id":"m","ack":"ok","reply":"OK"}',
                 '{"op":"changing","id":"1","kind":"move","account":"a","subject":"m","from":"x","to":"y"}',
                 '{"op":"changed","id":"1","ack":"ok","reply":"OK"}',
                 '{"op":"changing","id":"2","kind":"store","account":"a","subject":"m","from":"","to":"$Forwarded"}']

        def verdict(mailbox, flags):
            found = ('{"op":"found","account":"a","mailbox":"%s","uidvalidity":1,"uid":1,"id":"m","sha256":"s","flags":"%s"}'
                     % (mailbox, flags))
            (self.root / "l.jsonl").write_text(
                "\n".join([*lines, '{"op":"read-back","messages":1,"mailboxes":0,"scripts":0}', found, ""]))
            done = run("ledger", "verify", str(self.root / "l.jsonl"))
            return done.returncode, done.stdout

        for flags in "", "$Forwarded":
            code, out = verdict("y", flags)
            self.assertEqual(code, 0, out)
            self.assertIn("2 changes: 1 acknowledged, 0 refused, 1 unknown\n", out)
            self.assertIn("1 messages and 1 changes acknowledged: 0 lost", out)
        self.assertIn("1 resurrected", verdict("x", "")[1])
        code, out = verdict("y", "$Forwarded $MDNSent \\\\Seen")
        self.assertEqual(code, 1, out)
        self.assertIn("1 flags", out)


if __name__ == "__main__":
    unittest.main()
