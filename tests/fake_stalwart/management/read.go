package management

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

type resultReference struct {
	ResultOf string `json:"resultOf"`
	Name     string `json:"name"`
	Path     string `json:"path"`
}

func (r *request) get(kind string, text json.RawMessage) (any, error) {
	var arguments struct {
		IDs        *[]string        `json:"ids"`
		Reference  *resultReference `json:"#ids"`
		Properties []string         `json:"properties"`
	}
	if err := json.Unmarshal(text, &arguments); err != nil {
		return nil, err
	}
	var ids []string
	switch {
	case arguments.Reference != nil:
		var err error
		if ids, err = r.idsOf(*arguments.Reference); err != nil {
			return nil, err
		}
	case arguments.IDs != nil:
		ids = *arguments.IDs
	default:
		ids = r.all(kind)
	}
	list, notFound := []store.Object{}, []string{}
	for _, id := range ids {
		object := r.service.Store.Objects.Get(kind, id)
		if object == nil && !(kinds[kind].singleton && id == store.Singleton) {
			notFound = append(notFound, id)
			continue
		}
		list = append(list, shown(id, object, arguments.Properties))
	}
	return store.Object{"accountId": r.accountID, "state": sessionState, "list": list, "notFound": notFound}, nil
}

func (r *request) query(kind string, text json.RawMessage) (any, error) {
	var arguments struct {
		Filter store.Object `json:"filter"`
	}
	if err := json.Unmarshal(text, &arguments); err != nil {
		return nil, err
	}
	for property, value := range arguments.Filter {
		if !slices.Contains(kinds[kind].properties, property) || textOf(value) == "" {
			return nil, fmt.Errorf("filter: only properties with a text, not %s", property)
		}
	}
	ids := []string{}
	for _, id := range r.all(kind) {
		object := r.service.Store.Objects.Get(kind, id)
		differs := func(property string) bool {
			return !strings.EqualFold(textOf(object[property]), textOf(arguments.Filter[property]))
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(arguments.Filter)), differs) {
			ids = append(ids, id)
		}
	}
	return store.Object{"accountId": r.accountID, "queryState": sessionState, "canCalculateChanges": false,
		"position": 0, "total": len(ids), "ids": ids}, nil
}

// idsOf takes the ids that an earlier query of this request found (RFC 8620 section 3.7).
func (r *request) idsOf(reference resultReference) ([]string, error) {
	for _, response := range r.responses {
		result, _ := response.arguments.(store.Object)
		ids, isList := result["ids"].([]string)
		if response.id == reference.ResultOf && response.name == reference.Name && reference.Path == "/ids" && isList {
			return ids, nil
		}
	}
	return nil, fmt.Errorf("#ids: there is no such result")
}

func (r *request) all(kind string) []string {
	if kinds[kind].singleton {
		return []string{store.Singleton}
	}
	return r.service.Store.Objects.Ids(kind)
}

// shown is an object as a client sees it: with its id, and without secrets.
func shown(id string, object store.Object, properties []string) store.Object {
	visible, _ := clone(object).(store.Object)
	if visible == nil {
		visible = store.Object{}
	}
	withoutSecrets(visible)
	if properties != nil {
		maps.DeleteFunc(visible, func(property string, _ any) bool { return !slices.Contains(properties, property) })
	}
	visible["id"] = id
	return visible
}

func withoutSecrets(value any) {
	object, _ := value.(store.Object)
	delete(object, "secret")
	for _, one := range object {
		withoutSecrets(one)
	}
}
