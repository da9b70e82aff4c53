package management

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

const (
	coreCapability     = "urn:ietf:params:jmap:core"
	stalwartCapability = "urn:stalwart:jmap"
	sessionState       = "c93fee4b"
	maxCalls           = 16
	maxRequest         = 10_000_000
)

// request is one JMAP request on its way through its method calls.
type request struct {
	service   *Service
	accountID string
	admin     bool
	using     []string
	created   map[string]string // what "#name" stands for
	responses []invocation
}

// invocation is a method call or its response: name, arguments, the client's id.
type invocation struct {
	name      string
	arguments any
	id        string
}

func (i invocation) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{i.name, i.arguments, i.id})
}

type call struct {
	name      string
	arguments json.RawMessage
	id        string
}

func (c *call) UnmarshalJSON(text []byte) error {
	parts := []any{&c.name, &c.arguments, &c.id}
	if err := json.Unmarshal(text, &parts); err != nil || len(parts) != 3 {
		return errors.New("a method call has a name, arguments and an id")
	}
	return nil
}

func (s *Service) jmap(writer http.ResponseWriter, got *http.Request, accountID string, admin bool) {
	if got.Method != http.MethodPost {
		problem(writer, http.StatusMethodNotAllowed, "about:blank", "Only POST is allowed here.")
		return
	}
	kind, _, _ := mime.ParseMediaType(got.Header.Get("Content-Type"))
	var body struct {
		Using       []string `json:"using"`
		MethodCalls []call   `json:"methodCalls"`
	}
	err := json.NewDecoder(http.MaxBytesReader(writer, got.Body, maxRequest)).Decode(&body)
	switch {
	case kind != "application/json" || err != nil:
		refuse(writer, "notJSON", "The content type of the request was not application/json or the request did not parse as I-JSON.")
		return
	case body.Using == nil || body.MethodCalls == nil:
		refuse(writer, "notRequest", "The request parsed as JSON but did not match the type signature of the Request object.")
		return
	case len(body.MethodCalls) > maxCalls:
		refuse(writer, "limit", "The request has more method calls than maxCallsInRequest.")
		return
	}
	for _, capability := range body.Using {
		if capability != coreCapability && capability != stalwartCapability {
			refuse(writer, "unknownCapability", "The capability "+capability+" is not supported.")
			return
		}
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	current := &request{service: s, accountID: accountID, admin: admin, using: body.Using, created: map[string]string{}}
	for _, one := range body.MethodCalls {
		name, result := current.run(one)
		current.responses = append(current.responses, invocation{name, result, one.id})
	}
	answer(writer, http.StatusOK, "application/json",
		store.Object{"methodResponses": current.responses, "sessionState": sessionState})
}

func refuse(writer http.ResponseWriter, kind, detail string) {
	problem(writer, http.StatusBadRequest, "urn:ietf:params:jmap:error:"+kind, detail)
}

// run gives the name and the arguments of the response.
func (r *request) run(one call) (string, any) {
	if one.name == "Core/echo" && slices.Contains(r.using, coreCapability) {
		return one.name, one.arguments
	}
	kind, verb, _ := strings.Cut(strings.TrimPrefix(one.name, "x:"), "/")
	known := strings.HasPrefix(one.name, "x:") && slices.Contains([]string{"get", "set", "query"}, verb)
	_, played := kinds[kind]
	if !known || !(played || kind == "Bootstrap") || !slices.Contains(r.using, stalwartCapability) {
		return methodError("unknownMethod", "")
	}
	if !r.admin {
		return methodError("forbidden", "You are not allowed to do this.")
	}
	if r.service.Store == nil || kind == "Bootstrap" {
		return methodError("forbidden", "In bootstrap mode there is only Bootstrap, and this stand-in does not play it.")
	}
	var account struct {
		AccountID *string `json:"accountId"`
	}
	if json.Unmarshal(one.arguments, &account) != nil {
		return methodError("invalidArguments", "")
	}
	if account.AccountID != nil && *account.AccountID != r.accountID {
		return methodError("accountNotFound", "")
	}
	result, err := r.perform(kind, verb, one.arguments)
	if err != nil {
		return methodError("invalidArguments", err.Error())
	}
	return one.name, result
}

func (r *request) perform(kind, verb string, text json.RawMessage) (any, error) {
	switch verb {
	case "set":
		var arguments setArguments
		if err := json.Unmarshal(text, &arguments); err != nil {
			return nil, err
		}
		return r.set(kind, arguments), nil
	case "get":
		return r.get(kind, text)
	}
	return r.query(kind, text)
}

func methodError(kind, description string) (string, any) {
	result := store.Object{"type": kind}
	if description != "" {
		result["description"] = description
	}
	return "error", result
}

// resolve puts ids for "#name", which stands for what an earlier part of the request created. Only properties that
// hold ids are meant: a password may begin with a hash sign.
func (r *request) resolve(object store.Object) *setError {
	for property, value := range object {
		name, isReference := strings.CutPrefix(textOf(value), "#")
		if !isReference || !strings.HasSuffix(property, "Id") {
			continue
		}
		id, known := r.created[name]
		if !known {
			return invalid(property, "refers to #"+name+", which this request did not create")
		}
		object[property] = id
	}
	return nil
}

// idOf is for the places where an id stands as a key.
func (r *request) idOf(key string) string {
	if id, known := r.created[strings.TrimPrefix(key, "#")]; known && strings.HasPrefix(key, "#") {
		return id
	}
	return key
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}
