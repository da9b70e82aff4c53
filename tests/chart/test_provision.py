"""provision.sh and seed-config.sh: the settings of a first start, all of them or none."""

import json
import shutil

from scripts import ScriptCase

# Plays curl: the health request passes once the server is there, the JMAP request is kept and answered.
CURL = """\
#!/bin/sh
case "$*" in
  *healthz*) test -e "$SEEN/server"; exit ;;
esac
cat >"$SEEN/config"
for word; do case $word in @*) cp "${word#@}" "$SEEN/request" ;; esac; done
echo "$*" >"$SEEN/arguments"
printf '%s' "$ANSWER"
exit "${CURL_STATUS:-0}"
"""
GOOD = json.dumps({"methodResponses": [["x:Tracer/set", {"created": {}}, "a"]]})


class ProvisionTest(ScriptCase):
    def setUp(self):
        super().setUp()
        self.program("curl", CURL)
        self.request = self.root / "request.json"
        self.request.write_text('{"using":[],"methodCalls":[]}')

    def provision(self, **env):
        (self.seen / "server").unlink(missing_ok=True)
        return self.run_script("provision.sh", self.volume / "data", self.request, 20,
                               **{"RECOVERY_PORT": "8080", "ANSWER": GOOD, **env})

    def assert_failed(self, done, words):
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"provision: FAILED: {words}", done.stderr)
        self.assertFalse((self.volume / "data").exists(), "a start that failed must leave nothing to build on")

    def test_the_store_is_moved_into_place_once_the_request_was_taken(self):
        done = self.provision()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([p.name for p in self.volume.iterdir()], ["data"])
        self.assertTrue((self.volume / "data" / "CURRENT").exists())
        server = (self.seen / "server").read_text()
        self.assertIn("STALWART_RECOVERY_MODE=1", server)
        self.assertIn("STALWART_RECOVERY_MODE_PORT=8080", server)
        self.assertEqual((self.seen / "request").read_text(), self.request.read_text())
        self.assertIn("Content-Type: application/json", (self.seen / "arguments").read_text())

    def test_passwords_stay_out_of_argument_lists(self):
        self.provision()
        password = (self.seen / "config").read_text().split(":")[1].strip('"\n')
        self.assertGreater(len(password), 30)
        self.assertNotIn(password, (self.seen / "arguments").read_text())

    def test_the_administrators_password_is_put_in_as_json(self):
        self.request.write_text('{"secret":"@ADMIN_PASSWORD@"}')
        for password in ('plain', 'q"uo\\te', "s'h $(ls) & | /", "per%cent %s"):
            shutil.rmtree(self.volume / "data", ignore_errors=True)
            self.assertEqual(self.provision(ADMIN_PASSWORD=password).returncode, 0)
            self.assertEqual(json.loads((self.seen / "request").read_text())["secret"], password)

    def test_a_store_that_is_there_is_never_touched(self):
        self.put("data/CURRENT", "mail")
        before = self.tree()
        self.assertEqual(self.provision(SERVER_FAILS="1").returncode, 0)
        self.assertEqual(self.tree(), before)

    def test_what_a_cut_start_left_is_thrown_away(self):
        self.put(".data.new/half", "x")
        (self.volume / "data").mkdir()
        self.assertEqual(self.provision().returncode, 0)
        self.assertEqual([f.name for f in (self.volume / "data").iterdir()], ["CURRENT"])

    def test_refusals_of_the_request(self):
        for answer in ('{"methodResponses":[["x:Domain/set",{"notCreated":{"dom":{"type":"invalid"}}},"a"]]}',
                       '{"methodResponses":[["x:A/set",{"notUpdated":{}},"a"]]}', '{"methodResponses":[["error",{},"a"]]}'):
            self.assert_failed(self.provision(ANSWER=answer), "the server refused a part of the request: " + answer)
        self.assert_failed(self.provision(ANSWER="<html>"), "the answer is not JMAP: <html>")
        self.assert_failed(self.provision(ANSWER="401", CURL_STATUS="22"), "the server refused the request: 401")

    def test_a_server_that_ends_early_or_badly(self):
        self.program("curl", "#!/bin/sh\nsleep 0.2\nexit 7\n")
        self.assert_failed(self.provision(SERVER_FAILS="1"), "the server ended before it answered")
        self.program("curl", CURL)
        self.assert_failed(self.provision(STOP_STATUS="3"), "the server ended with status 3")

    def test_a_server_that_never_answers(self):
        self.program("curl", "#!/bin/sh\nexit 7\n")
        done = self.run_script("provision.sh", self.volume / "data", self.request, 1, RECOVERY_PORT="8080")
        self.assert_failed(done, "the server did not answer within 1 s (provisioning.timeoutSeconds)")


class SeedConfigTest(ScriptCase):
    def seed(self):
        source = self.root / "config.toml"
        source.write_text("new")
        return self.run_script("seed-config.sh", source, self.volume / "etc" / "config.toml")

    def test_an_empty_volume_gets_the_settings(self):
        self.assertEqual(self.seed().returncode, 0)
        self.assertEqual((self.volume / "etc" / "config.toml").read_text(), "new")

    def test_settings_that_are_there_stay(self):
        self.put("etc/config.toml", "mine")
        self.assertEqual(self.seed().returncode, 0)
        self.assertEqual((self.volume / "etc" / "config.toml").read_text(), "mine")
