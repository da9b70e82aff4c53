package management

import (
	"maps"
	"slices"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

// setError is one entry of notCreated, notUpdated or notDestroyed.
type setError struct {
	Type        string       `json:"type"`
	Description string       `json:"description,omitempty"`
	Properties  []string     `json:"properties,omitempty"`
	ObjectID    store.Object `json:"objectId,omitempty"`
}

func invalid(property, why string) *setError {
	return &setError{Type: "validationFailed", Description: property + " " + why, Properties: []string{property}}
}

func failed(err error) *setError { return &setError{Type: "serverFail", Description: err.Error()} }

type setArguments struct {
	Create  map[string]store.Object `json:"create"`
	Update  map[string]store.Object `json:"update"`
	Destroy []string                `json:"destroy"`
}

// setAnswer leaves out what is empty, as Stalwart does.
type setAnswer struct {
	AccountID    string                  `json:"accountId"`
	Created      map[string]store.Object `json:"created,omitempty"`
	Updated      map[string]any          `json:"updated,omitempty"`
	Destroyed    []string                `json:"destroyed,omitempty"`
	NotCreated   map[string]*setError    `json:"notCreated,omitempty"`
	NotUpdated   map[string]*setError    `json:"notUpdated,omitempty"`
	NotDestroyed map[string]*setError    `json:"notDestroyed,omitempty"`
}

func (r *request) set(kind string, arguments setArguments) setAnswer {
	answer := setAnswer{
		AccountID: r.accountID,
		Created:   map[string]store.Object{}, Updated: map[string]any{},
		NotCreated: map[string]*setError{}, NotUpdated: map[string]*setError{}, NotDestroyed: map[string]*setError{},
	}
	for _, key := range slices.Sorted(maps.Keys(arguments.Create)) {
		id, problem := r.create(kind, arguments.Create[key])
		if problem != nil {
			answer.NotCreated[key] = problem
			continue
		}
		r.created[key] = id
		answer.Created[key] = store.Object{"id": id}
	}
	for _, key := range slices.Sorted(maps.Keys(arguments.Update)) {
		if problem := r.update(kind, r.idOf(key), arguments.Update[key]); problem != nil {
			answer.NotUpdated[key] = problem
			continue
		}
		answer.Updated[key] = nil
	}
	for _, key := range arguments.Destroy {
		if problem := r.destroy(kind, r.idOf(key)); problem != nil {
			answer.NotDestroyed[key] = problem
			continue
		}
		answer.Destroyed = append(answer.Destroyed, key)
	}
	return answer
}

func (r *request) create(kind string, object store.Object) (string, *setError) {
	if kinds[kind].singleton {
		return "", &setError{Type: "singleton", Description: "There is one " + kind + ", and it can only be updated"}
	}
	if problem := r.resolve(object); problem != nil {
		return "", problem
	}
	if problem := r.service.validate(kind, &proposal{object: object}); problem != nil {
		return "", problem
	}
	if kind == "Action" {
		return store.Singleton, nil // Done, not kept.
	}
	id, err := r.service.Store.Objects.Add(kind, object)
	if err != nil {
		return "", failed(err)
	}
	return id, nil
}

func (r *request) update(kind, id string, patch store.Object) *setError {
	object := r.service.Store.Objects.Get(kind, id)
	if object == nil && !(kinds[kind].singleton && id == store.Singleton) {
		return &setError{Type: "notFound"}
	}
	if problem := r.resolve(patch); problem != nil {
		return problem
	}
	patched, problem := apply(object, patch)
	if problem != nil {
		return problem
	}
	if problem := r.service.validate(kind, &proposal{id: id, object: patched}); problem != nil {
		return problem
	}
	if err := r.service.Store.Objects.Put(kind, id, patched); err != nil {
		return failed(err)
	}
	return nil
}

func (r *request) destroy(kind, id string) *setError {
	objects := r.service.Store.Objects
	if kinds[kind].singleton {
		return &setError{Type: "singleton"}
	}
	if objects.Get(kind, id) == nil {
		return &setError{Type: "notFound"}
	}
	if kind == "Domain" && slices.ContainsFunc(slices.Collect(maps.Values(objects.All("Account"))),
		func(account store.Object) bool { return account["domainId"] == id }) {
		return &setError{Type: "objectIsLinked", Description: "There are accounts in this domain"}
	}
	if err := objects.Remove(kind, id); err != nil {
		return failed(err)
	}
	if kind == "Account" {
		if err := r.service.Store.ForgetAccount(id); err != nil {
			return failed(err)
		}
	}
	return nil
}

// apply makes a new object out of one that stays as it is. A key may be a path into the object (RFC 8620 section 5.3), and null
// takes a property out.
func apply(object, patch store.Object) (store.Object, *setError) {
	patched, _ := clone(object).(store.Object)
	if patched == nil {
		patched = store.Object{}
	}
	for path, value := range patch {
		steps := strings.Split(path, "/")
		at := patched
		for _, step := range steps[:len(steps)-1] {
			next, isObject := at[unescape(step)].(store.Object)
			if !isObject {
				return nil, &setError{Type: "invalidPatch", Description: "There is no " + path, Properties: []string{path}}
			}
			at = next
		}
		last := unescape(steps[len(steps)-1])
		if value == nil {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	return patched, nil
}

func unescape(step string) string { return strings.NewReplacer("~1", "/", "~0", "~").Replace(step) }

func clone(value any) any {
	switch value := value.(type) {
	case store.Object:
		copied := store.Object{}
		for key, one := range value {
			copied[key] = clone(one)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, one := range value {
			copied[i] = clone(one)
		}
		return copied
	}
	return value
}
