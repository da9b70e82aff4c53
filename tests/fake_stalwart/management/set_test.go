package management

import (
	"net/http"
	"strings"
	"testing"

	"stalwart-e2e/fake-stalwart/store"
)

const domainAndAccount = `["x:Domain/set",{"create":{"dom":{"name":"example.org"}}},"a"],
 ["x:Account/set",{"create":{"u1":{"@type":"User","name":"user1","domainId":"#dom","roles":{"@type":"Admin"},
  "credentials":{"0":{"@type":"Password","secret":"correct horse battery staple 1"}}}}},"b"]`

func TestRefusedCreates(t *testing.T) {
	s := service(t, false)
	send(t, s, domainAndAccount)
	password := `"credentials":{"0":{"@type":"Password","secret":"correct horse"}}`
	for _, one := range []struct{ kind, object, problem string }{
		{"Domain", `{"name":"nodot"}`, "validationFailed"},
		{"Domain", `{"name":"example.1"}`, "validationFailed"},
		{"Domain", `{}`, "validationFailed"},
		{"Domain", `{"name":"EXAMPLE.org"}`, "primaryKeyViolation"},
		{"Domain", `{"name":"example.net","colour":"red"}`, "invalidProperties"},
		{"Account", `{"@type":"User","name":"a","domainId":"zzz",` + password + `}`, "validationFailed"},
		{"Account", `{"@type":"User","name":"a",` + password + `}`, "validationFailed"},
		{"Account", `{"@type":"User","name":"a","domainId":"#none",` + password + `}`, "validationFailed"},
		{"Account", `{"@type":"User","name":"User1","domainId":"b",` + password + `}`, "primaryKeyViolation"},
		{"Account", `{"@type":"User","name":"a","domainId":"b"}`, "validationFailed"},
		{"Account", `{"@type":"User","name":"a b","domainId":"b",` + password + `}`, "validationFailed"},
		{"Account", `{"@type":"User","name":"a","domainId":"b","credentials":{"0":{"@type":"Password","secret":"short"}}}`,
			"validationFailed"},
		{"Account", `{"@type":"User","name":"a","domainId":"b","credentials":{"0":{"@type":"Password","secret":"Password123"}}}`,
			"validationFailed"},
		{"NetworkListener", `{"name":"x","bind":{"[::]:25":true},"protocol":"gopher"}`, "validationFailed"},
		{"NetworkListener", `{"name":"x","bind":{"[::]":true},"protocol":"smtp"}`, "validationFailed"},
		{"NetworkListener", `{"name":"x","bind":["[::]:25"],"protocol":"smtp"}`, "validationFailed"},
		{"NetworkListener", `{"bind":{"[::]:25":true},"protocol":"smtp"}`, "validationFailed"},
		{"Tracer", `{"@type":"Console"}`, "validationFailed"},
		{"AllowedIp", `{"address":"everywhere"}`, "validationFailed"},
		{"MtaInboundThrottle", `{"rate":{"count":0,"period":1}}`, "validationFailed"},
		{"SystemSettings", `{"defaultHostname":"x"}`, "singleton"},
		{"Action", `{"@type":"ReloadSettings"}`, "validationFailed"},
		{"Action", `{"@type":"Explode"}`, "validationFailed"},
	} {
		response := arguments(send(t, s, `["x:`+one.kind+`/set",{"create":{"n":`+one.object+`}},"a"]`)[0])
		refusals, _ := response["notCreated"].(store.Object)
		refusal, _ := refusals["n"].(store.Object)
		if refusal["type"] != one.problem || response["created"] != nil {
			t.Errorf("%s %s: %v, wanted %s", one.kind, one.object, response, one.problem)
		}
	}
}

func TestReloadSaysWhy(t *testing.T) {
	actions := `{"r":{"@type":"ReloadSettings"},"p":{"@type":"PauseMtaQueue"}}`
	response := send(t, service(t, false), `["x:Action/set",{"create":`+actions+`},"a"]`)
	expect(t, response[0], `["x:Action/set",{"accountId":"d333333","created":{"p":{"id":"singleton"}},
	 "notCreated":{"r":{"type":"validationFailed",
	 "description":"Invalid address: failed to lookup address information","objectId":{"object":"SpamPyzor","id":"singleton"}}}},"a"]`)
}

func TestUpdateDestroyQueryGet(t *testing.T) {
	s := service(t, false)
	throttle := `{"enable":true,"key":{"rcpt":true},"rate":{"count":25,"period":3600000}}`
	send(t, s, `["x:MtaInboundThrottle/set",{"create":{"t":`+throttle+`}},"a"]`)
	responses := send(t, s, `["x:MtaInboundThrottle/query",{},"q"],
	 ["x:MtaInboundThrottle/get",{"#ids":{"resultOf":"q","name":"x:MtaInboundThrottle/query","path":"/ids"}},"g"],
	 ["x:MtaInboundThrottle/set",{"update":{"b":{"enable":false,"rate/count":7,"key/senderDomain":true},"zzz":{"enable":false}}},"s"],
	 ["x:MtaInboundThrottle/get",{"ids":["b","zzz"],"properties":["rate","enable","key"]},"h"],
	 ["x:MtaInboundThrottle/set",{"destroy":["b","b"]},"d"]`)
	expect(t, arguments(responses[0])["ids"], `["b"]`)
	expect(t, arguments(responses[1])["list"],
		`[{"id":"b","enable":true,"key":{"rcpt":true},"rate":{"count":25,"period":3600000}}]`)
	expect(t, responses[2].([]any)[1], `{"accountId":"d333333","updated":{"b":null},"notUpdated":{"zzz":{"type":"notFound"}}}`)
	expect(t, responses[3].([]any)[1], `{"accountId":"d333333","state":"c93fee4b","notFound":["zzz"],
	 "list":[{"id":"b","enable":false,"key":{"rcpt":true,"senderDomain":true},"rate":{"count":7,"period":3600000}}]}`)
	expect(t, responses[4].([]any)[1], `{"accountId":"d333333","destroyed":["b"],"notDestroyed":{"b":{"type":"notFound"}}}`)
}

func TestSecretsStayInside(t *testing.T) {
	s := service(t, false)
	send(t, s, domainAndAccount)
	expect(t, arguments(send(t, s, `["x:Account/get",{"ids":null},"a"]`)[0])["list"],
		`[{"@type":"User","credentials":{"0":{"@type":"Password"}},"domainId":"b","id":"b","name":"user1","roles":{"@type":"Admin"}}]`)
	for _, object := range s.Store.Objects.All("Account") {
		secret := object["credentials"].(store.Object)["0"].(store.Object)["secret"].(string)
		if strings.Contains(secret, "horse") {
			t.Error("the password is kept as it is")
		}
	}
	send(t, s, `["x:Account/set",{"update":{"b":{"credentials/0/secret":"another fine thing"}}},"a"]`)
	if _, ok := s.Directory.LogIn("user1@example.org", "another fine thing"); !ok {
		t.Error("the new password is not known")
	}
}

func TestWhoMayManage(t *testing.T) {
	s := service(t, false)
	send(t, s, domainAndAccount)
	as := func(password string) func(*http.Request) {
		return func(request *http.Request) { request.SetBasicAuth("user1@example.org", password) }
	}
	body := "{" + using + `,"methodCalls":[["x:Domain/get",{},"a"]]}`
	if status, _ := ask(s, "POST", "/jmap", body, as("wrong")); status != 401 {
		t.Error(status)
	}
	_, answer := ask(s, "POST", "/jmap", body, as("correct horse battery staple 1"))
	if answer["methodResponses"].([]any)[0].([]any)[0] != "x:Domain/get" {
		t.Error(answer)
	}
	send(t, s, `["x:Account/set",{"update":{"b":{"roles":{"@type":"User"}}}},"a"]`)
	_, answer = ask(s, "POST", "/jmap", body, as("correct horse battery staple 1"))
	if arguments(answer["methodResponses"].([]any)[0])["type"] != "forbidden" {
		t.Error(answer)
	}
}

func TestDomainWithAccountsStays(t *testing.T) {
	s := service(t, false)
	send(t, s, domainAndAccount)
	responses := send(t, s, `["x:Domain/set",{"destroy":["b"]},"a"],["x:Account/set",{"destroy":["b"]},"b"],
	 ["x:Domain/set",{"destroy":["b"]},"c"]`)
	if arguments(responses[0])["notDestroyed"] == nil || arguments(responses[2])["destroyed"] == nil {
		t.Error(responses)
	}
}
