package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

// Singleton is the id of an object that there is once.
const Singleton = "singleton"

// Object is what the management interface keeps: JSON, as it came.
type Object = map[string]any

// Kind is all objects of one kind, by id.
type Kind struct {
	Last    int               `json:"last"`
	Objects map[string]Object `json:"objects"`
}

// Objects is all of them. Objects that it hands out are never changed; a change puts another one in their place.
type Objects struct {
	mutex sync.Mutex
	file  string
	kinds map[string]*Kind
}

func openObjects(file string) (*Objects, error) {
	objects := &Objects{file: file, kinds: map[string]*Kind{}}
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return objects, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &objects.kinds)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the data store: %w", err)
	}
	return objects, nil
}

// All gives the objects of one kind, by id.
func (o *Objects) All(kind string) map[string]Object {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return maps.Clone(o.kind(kind).Objects)
}

// Ids are in the order in which the objects were added.
func (o *Objects) Ids(kind string) []string {
	return slices.SortedFunc(maps.Keys(o.All(kind)), func(a, b string) int { return cmp.Compare(idNumber(a), idNumber(b)) })
}

// Get is nil where there is no such object.
func (o *Objects) Get(kind, id string) Object { return o.All(kind)[id] }

// Add keeps a new object and gives its id.
func (o *Objects) Add(kind string, object Object) (string, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	all := o.kind(kind)
	all.Last++
	id := idText(all.Last)
	all.Objects[id] = object
	return id, o.save()
}

// Put keeps the object in the place of the one with this id.
func (o *Objects) Put(kind, id string, object Object) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.kind(kind).Objects[id] = object
	return o.save()
}

// Remove takes the object out, where it is there.
func (o *Objects) Remove(kind, id string) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	delete(o.kind(kind).Objects, id)
	return o.save()
}

func (o *Objects) kind(name string) *Kind {
	if o.kinds[name] == nil {
		o.kinds[name] = &Kind{Objects: map[string]Object{}}
	}
	return o.kinds[name]
}

func (o *Objects) save() error {
	content, err := json.MarshalIndent(o.kinds, "", " ")
	if err != nil {
		return err
	}
	return WriteWhole(o.file, content)
}

const idDigits = "abcdefghijklmnopqrstuvwxyz792013"

// idText writes numbers as Stalwart does: 1 is "b", and the largest of 32 bits is "d333333".
func idText(number int) string {
	text := ""
	for ; number > 0; number /= len(idDigits) {
		text = string(idDigits[number%len(idDigits)]) + text
	}
	return text
}

func idNumber(text string) (number int) {
	for i := range len(text) {
		number = number*len(idDigits) + strings.IndexByte(idDigits, text[i])
	}
	return number
}
