package lies

import (
	"reflect"
	"testing"
	"time"
)

func TestFromEnvironment(t *testing.T) {
	told, err := FromEnvironment([]string{"HOME=/x", "FAKE_STALWART_VERSION=0.15.5", "FAKE_STALWART_SKIP_PORT=143, 993",
		"FAKE_STALWART_START_DELAY=2s", "FAKE_STALWART_ACK_BEFORE_WRITE=1m", "FAKE_STALWART_LOSE_EVERY=3"})
	if err != nil {
		t.Fatal(err)
	}
	wanted := Lies{"0.15.5", map[string]bool{"143": true, "993": true}, 2 * time.Second, time.Minute, 3}
	if !reflect.DeepEqual(told, wanted) {
		t.Errorf("got %+v, wanted %+v", told, wanted)
	}
}

func TestHonestWithoutLies(t *testing.T) {
	told, err := FromEnvironment([]string{"STALWART_HOSTNAME=x", "FAKE_STALWART_LOSE_EVERY="})
	if err != nil || !reflect.DeepEqual(told, Honest()) {
		t.Errorf("got %+v, %v", told, err)
	}
}

func TestMistakesAreErrors(t *testing.T) {
	for _, entry := range []string{"FAKE_STALWART_LOSE=3", "FAKE_STALWART_LOSE_EVERY=0", "FAKE_STALWART_LOSE_EVERY=x",
		"FAKE_STALWART_START_DELAY=5"} {
		if _, err := FromEnvironment([]string{entry}); err == nil {
			t.Errorf("%s was accepted", entry)
		}
	}
}
