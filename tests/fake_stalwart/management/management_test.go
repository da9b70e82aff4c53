package management

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/store"
)

const using = `"using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"]`

// provisioning is the request that Stalwart 0.16.18 was seen to accept whole.
const provisioning = `{` + using + `,"methodCalls":[
 ["x:NetworkListener/set",{"create":{
  "l1":{"name":"http","bind":{"[::]:8080":true},"protocol":"http","tlsImplicit":false},
  "l2":{"name":"https","bind":{"[::]:443":true},"protocol":"http","tlsImplicit":true},
  "l3":{"name":"smtp","bind":{"[::]:25":true},"protocol":"smtp","tlsImplicit":false},
  "l4":{"name":"submission","bind":{"[::]:587":true},"protocol":"smtp","tlsImplicit":false},
  "l5":{"name":"submissions","bind":{"[::]:465":true},"protocol":"smtp","tlsImplicit":true},
  "l6":{"name":"imap","bind":{"[::]:143":true},"protocol":"imap","tlsImplicit":false},
  "l7":{"name":"imaps","bind":{"[::]:993":true},"protocol":"imap","tlsImplicit":true},
  "l8":{"name":"sieve","bind":{"[::]:4190":true},"protocol":"manageSieve","tlsImplicit":false}}},"a"],
 ["x:Tracer/set",{"create":{"t1":{"@type":"Stdout","enable":true,"level":"info","ansi":false,"buffered":false}}},"b"],
 ["x:Domain/set",{"create":{"dom":{"name":"example.org"}}},"c"],
 ["x:SystemSettings/set",{"update":{"singleton":{"defaultHostname":"mail.example.org","defaultDomainId":"#dom"}}},"d"],
 ["x:Account/set",{"create":{"u1":{"@type":"User","name":"user1","domainId":"#dom","roles":{"@type":"User"},
    "credentials":{"0":{"@type":"Password","secret":"correct horse battery staple 1"}}}}},"e"],
 ["x:AllowedIp/set",{"create":{"pod":{"address":"10.244.0.0/16","reason":"cluster"}}},"f"]]}`

func service(t *testing.T, limited bool) *Service {
	t.Helper()
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(data.Close)
	return New(data, accounts.Directory{Objects: data.Objects, RecoveryName: "admin", RecoveryPassword: "a:b"}, limited)
}

func ask(s http.Handler, method, path, body string, change func(*http.Request)) (int, store.Object) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.SetBasicAuth("admin", "a:b")
	if change != nil {
		change(request)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var answer store.Object
	json.Unmarshal(recorder.Body.Bytes(), &answer)
	return recorder.Code, answer
}

func send(t *testing.T, s *Service, calls string) []any {
	t.Helper()
	status, answer := ask(s, "POST", "/jmap", "{"+using+`,"methodCalls":[`+calls+"]}", nil)
	responses, _ := answer["methodResponses"].([]any)
	if status != 200 || responses == nil {
		t.Fatalf("%s: %d %v", calls, status, answer)
	}
	return responses
}

// arguments of a response.
func arguments(response any) store.Object { return response.([]any)[1].(store.Object) }

func expect(t *testing.T, got any, wanted string) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(wanted), &value); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, value) {
		text, _ := json.Marshal(got)
		t.Errorf("got    %s\nwanted %s", text, wanted)
	}
}

func TestProvisioningRequest(t *testing.T) {
	s := service(t, false)
	status, answer := ask(s, "POST", "/jmap", provisioning, nil)
	if status != 200 || answer["sessionState"] == "" {
		t.Fatal(status, answer)
	}
	responses := answer["methodResponses"].([]any)
	expect(t, responses[2], `["x:Domain/set",{"accountId":"d333333","created":{"dom":{"id":"b"}}},"c"]`)
	expect(t, responses[3], `["x:SystemSettings/set",{"accountId":"d333333","updated":{"singleton":null}},"d"]`)
	expect(t, responses[4], `["x:Account/set",{"accountId":"d333333","created":{"u1":{"id":"b"}}},"e"]`)
	listeners := arguments(responses[0])["created"].(store.Object)
	if len(listeners) != 8 {
		t.Errorf("got %v", listeners)
	}
	if _, ok := s.Directory.LogIn("User1@example.org", "correct horse battery staple 1"); !ok {
		t.Error("the account cannot log in")
	}
}

func TestHealthAndAuthentication(t *testing.T) {
	s := service(t, false)
	anonymous := func(request *http.Request) { request.Header.Del("Authorization") }
	wrong := func(request *http.Request) { request.SetBasicAuth("admin", "b") }
	for _, which := range []string{"live", "ready"} {
		status, answer := ask(s, "GET", "/healthz/"+which, "", anonymous)
		if status != 200 {
			t.Error(which, status)
		}
		expect(t, answer, `{"detail":"OK","status":200,"title":"OK","type":"about:blank"}`)
	}
	for _, one := range []struct {
		method, path string
		change       func(*http.Request)
		status       int
	}{
		{"GET", "/elsewhere", anonymous, 404},
		{"GET", "/.well-known/jmap", anonymous, 401},
		{"GET", "/jmap/session", wrong, 401},
		{"GET", "/jmap/session", nil, 200},
		{"POST", "/jmap", anonymous, 401},
		{"GET", "/jmap", nil, 405},
	} {
		if status, _ := ask(s, one.method, one.path, "", one.change); status != one.status {
			t.Errorf("%s %s: %d, wanted %d", one.method, one.path, status, one.status)
		}
	}
}

func TestRequestErrors(t *testing.T) {
	s := service(t, false)
	form := func(request *http.Request) { request.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	many := strings.Repeat(`["x:Domain/get",{},"a"],`, 16) + `["x:Domain/get",{},"a"]`
	for body, kind := range map[string]string{
		"{": "notJSON",
		`{"using":["urn:example:none"],"methodCalls":[]}`:     "unknownCapability",
		`{` + using + `,"methodCalls":[["x:Domain/get",{}]]}`: "notJSON",
		`{` + using + `,"methodCalls":[` + many + `]}`:        "limit",
	} {
		status, answer := ask(s, "POST", "/jmap", body, nil)
		if status != 400 || answer["type"] != "urn:ietf:params:jmap:error:"+kind {
			t.Errorf("%s: %d %v", body, status, answer)
		}
	}
	status, answer := ask(s, "POST", "/jmap", provisioning, form)
	if status != 400 || answer["type"] != "urn:ietf:params:jmap:error:notJSON" {
		t.Errorf("got %d %v", status, answer)
	}
}

func TestMethodErrors(t *testing.T) {
	s := service(t, false)
	for one, kind := range map[string]string{
		`["x:Unheard/get",{},"a"]`:                      "unknownMethod",
		`["Email/get",{},"a"]`:                          "unknownMethod",
		`["x:Domain/changes",{},"a"]`:                   "unknownMethod",
		`["x:Domain/get",{"accountId":"b"},"a"]`:        "accountNotFound",
		`["x:Domain/get",{"ids":"b"},"a"]`:              "invalidArguments",
		`["x:Domain/query",{"filter":{"x":"y"}},"a"]`:   "invalidArguments",
		`["x:Bootstrap/set",{"update":{}},"a"]`:         "forbidden",
		`["x:Domain/get",{"accountId":"d333333"},"a"]`:  "",
		`["x:SenderAuth/get",{"ids":["singleton"]},""]`: "",
	} {
		result := send(t, s, one)[0].([]any)
		got, _ := result[1].(store.Object)["type"].(string)
		if got != kind || (kind != "") != (result[0] == "error") {
			t.Errorf("%s: %v", one, result)
		}
	}
	status, answer := ask(s, "POST", "/jmap", `{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["x:Domain/get",{},"a"]]}`, nil)
	if status != 200 {
		t.Fatal(status)
	}
	expect(t, answer["methodResponses"], `[["error",{"type":"unknownMethod"},"a"]]`)
}

func TestBootstrapKeepsNothing(t *testing.T) {
	s := New(nil, accounts.Directory{RecoveryName: "admin", RecoveryPassword: "a:b"}, false)
	response := send(t, s, `["x:Domain/set",{"create":{"d":{"name":"example.org"}}},"a"]`)[0]
	if kind := arguments(response)["type"]; kind != "forbidden" {
		t.Error(kind)
	}
	if status, _ := ask(s, "GET", "/healthz/ready", "", nil); status != 200 {
		t.Error(status)
	}
}

func TestAnonymousLimit(t *testing.T) {
	from := func(address string, known bool) func(*http.Request) {
		return func(request *http.Request) {
			request.RemoteAddr = address
			if !known {
				request.Header.Del("Authorization")
			}
		}
	}
	for _, one := range []struct {
		limited bool
		change  func(*http.Request)
		refused int
	}{
		{true, from("192.0.2.1:1", false), 5},
		{true, from("192.0.2.1:1", true), 0},
		{true, from("127.0.0.1:1", false), 0},
		{true, from("[::1]:1", false), 0},
		{false, from("192.0.2.1:1", false), 0},
	} {
		s, refused := service(t, one.limited), 0
		for range 105 {
			if status, _ := ask(s, "GET", "/healthz/live", "", one.change); status == 429 {
				refused++
			}
		}
		if refused != one.refused {
			t.Errorf("%+v: %d refused", one, refused)
		}
	}
}
