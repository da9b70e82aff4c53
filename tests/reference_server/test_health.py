import os
import socket
import threading
import unittest

import unit  # noqa: F401  (sets the path)

import listeners
from health import STALE, Monitor
from listeners import LISTENERS, Listener


class MonitorTest(unittest.TestCase):
    def setUp(self):
        self.now = 100.0
        self.broken: dict[str, str] = {}
        self.monitor = Monitor(lambda listener: self.broken.get(listener.name), lambda: self.now)

    def test_not_ready_before_the_first_check(self):
        self.assertEqual({listener.name for listener in LISTENERS}, set(self.monitor.failing()))

    def test_ready_only_when_all_greet(self):
        self.monitor.check_once()
        self.assertEqual({}, self.monitor.failing())
        self.broken = {"imap": "no greeting"}
        self.monitor.check_once()
        self.assertEqual({"imap": "no greeting"}, self.monitor.failing())

    def test_an_old_result_says_nothing(self):
        self.monitor.check_once()
        self.now += STALE + 1
        self.assertIn("last check", self.monitor.failing()["server"])

    def test_stopping_is_not_ready(self):
        self.monitor.check_once()
        self.monitor.stop()
        self.assertEqual({"server": "is stopping"}, self.monitor.failing())

    def test_a_frozen_server_is_not_ready(self):
        self.monitor.check_once()
        child = os.posix_spawn("/bin/sh", ["sh", "-c", "kill -STOP $$"], os.environ)
        os.waitid(os.P_PID, child, os.WSTOPPED)
        self.monitor.watch_server("dovecot", child)
        self.assertIn("is stopped", self.monitor.failing()["dovecot"])
        os.kill(child, 9)
        os.waitpid(child, 0)


class GreetingTest(unittest.TestCase):
    def greeted_with(self, answer: bytes | None) -> str | None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            def serve():
                connection, _ = server.accept()
                with connection:
                    if answer is not None:
                        connection.sendall(answer)
                        connection.recv(100)

            thread = threading.Thread(target=serve)
            thread.start()
            result = listeners.failure(Listener("smtp", server.getsockname()[1], False, b"220 ", farewell=b"QUIT\r\n"))
            thread.join()
        return result

    def test_own_protocol(self):
        self.assertIsNone(self.greeted_with(b"220 ready\r\n"))

    def test_other_protocol(self):
        self.assertIn("greeted with", self.greeted_with(b"* OK IMAP\r\n"))

    def test_closed_at_once(self):
        self.assertIn("closed the connection", self.greeted_with(None))

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.assertIn("refused", listeners.failure(Listener("smtp", port, False, b"220 ")))


if __name__ == "__main__":
    unittest.main()
