package server

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stalwart-e2e/fake-stalwart/store"
)

func TestReadConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	for _, one := range []struct {
		content     string
		environment map[string]string
		wanted      Config
		problem     string
	}{
		{"", nil, Config{Mode: Bootstrap, RecoveryPort: 8080}, ""},
		{`{"@type":"RocksDb","path":"/p","blobSize":16834}`, nil, Config{DataFolder: "/p", RecoveryPort: 8080}, ""},
		{`{"@type":"RocksDb","path":"/p"}`, map[string]string{"STALWART_RECOVERY_MODE": "true", "STALWART_RECOVERY_MODE_PORT": "81"},
			Config{Mode: Recovery, DataFolder: "/p", RecoveryPort: 81}, ""},
		{`{"@type":"RocksDb","path":"/p"}`, map[string]string{"STALWART_RECOVERY_ADMIN": "admin:a:b", "STALWART_HOSTNAME": "h"},
			Config{DataFolder: "/p", RecoveryPort: 8080, RecoveryName: "admin", RecoveryPassword: "a:b", Hostname: "h"}, ""},
		{`{"@type":"RocksDb","path":"/p"}`, map[string]string{"STALWART_RECOVERY_MODE_PORT": "x"}, Config{}, "not a port"},
		{`{`, nil, Config{}, "is not valid"},
		{`{"@type":"Sqlite","path":"/p"}`, nil, Config{}, `"Sqlite"`},
		{`{"@type":"RocksDb"}`, nil, Config{}, "needs a path"},
	} {
		os.Remove(file)
		if one.content != "" {
			os.WriteFile(file, []byte(one.content), 0o644)
		}
		got, err := ReadConfig(file, func(name string) string { return one.environment[name] })
		switch {
		case one.problem == "" && (err != nil || got != one.wanted):
			t.Errorf("%s: got %+v, %v", one.content, got, err)
		case one.problem != "" && (err == nil || !strings.Contains(err.Error(), one.problem)):
			t.Errorf("%s: got %v", one.content, err)
		}
	}
}

func TestDefaultsOnlyWhereThereIsNothing(t *testing.T) {
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	data.Objects.Add("MtaInboundThrottle", store.Object{"enable": false})
	for range 2 {
		if err := insertDefaults(data.Objects); err != nil {
			t.Fatal(err)
		}
	}
	var ports []string
	for _, object := range data.Objects.All("NetworkListener") {
		for address := range object["bind"].(store.Object) {
			_, port, _ := net.SplitHostPort(address)
			ports = append(ports, port)
		}
	}
	slices.Sort(ports)
	if wanted := []string{"25", "4190", "443", "465", "8080", "993", "995"}; !slices.Equal(ports, wanted) {
		t.Errorf("got %v", ports)
	}
	if len(data.Objects.All("MtaInboundThrottle")) != 1 {
		t.Error("throttles were added to one that was there")
	}
}

func TestHostname(t *testing.T) {
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	if got := hostnameOf(Config{Hostname: "node"}, data.Objects); got != "node" {
		t.Error(got)
	}
	data.Objects.Put("SystemSettings", store.Singleton, store.Object{"defaultHostname": "mail.example.org"})
	if got := hostnameOf(Config{Hostname: "node"}, data.Objects); got != "mail.example.org" {
		t.Error(got)
	}
}

func TestAnAddressOfIPv4IsIPv4Alone(t *testing.T) {
	for address, wanted := range map[string]string{"0.0.0.0:0": "0.0.0.0:", "127.0.0.1:0": "127.0.0.1:"} {
		socket, err := listen(address)
		if err != nil {
			t.Fatal(err)
		}
		socket.Close()
		if got := socket.Addr().String(); !strings.HasPrefix(got, wanted) {
			t.Errorf("%s: listens on %s", address, got)
		}
	}
}
