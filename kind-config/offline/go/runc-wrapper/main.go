// An OCI runtime in front of runc, for machines whose capability bounding set lacks some capability.
// Older Docker asks runc for every capability it knows, and runc refuses what cannot be had. This program
// takes the missing ones out of the request and then becomes runc. Every container exec passes through it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

type object = map[string]json.RawMessage

func main() {
	if request := requestFile(os.Args[1:]); request != "" {
		if err := dropMissing(request); err != nil {
			fmt.Fprintf(os.Stderr, "runc-wrapper: %s: %v\n", request, err)
			os.Exit(1)
		}
	}
	runc, err := exec.LookPath("runc")
	if err == nil {
		err = syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ())
	}
	fmt.Fprintf(os.Stderr, "runc-wrapper: runc: %v\n", err)
	os.Exit(1)
}

// requestFile is the JSON that runc is about to read: the bundle of a create or run, the process of an exec.
func requestFile(args []string) string {
	bundle, process, starts := ".", "", false
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		switch name {
		case "create", "run":
			starts = true
		case "--bundle", "-b":
			bundle = value
		case "--process", "-p":
			process = value
		}
	}
	if starts {
		return filepath.Join(bundle, "config.json")
	}
	return process
}

// dropMissing rewrites one file: a whole bundle, or a bare process.
func dropMissing(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	missing, err := missingCapabilities()
	if err != nil {
		return err
	}
	var root object
	if err := json.Unmarshal(text, &root); err != nil {
		return err
	}
	path := []string{"capabilities"}
	if _, isBundle := root["process"]; isBundle {
		path = []string{"process", "capabilities"}
	}
	if err := filter(root, path, missing); err != nil {
		return err
	}
	if text, err = json.Marshal(root); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// filter descends along the path and leaves everything beside it byte for byte as it was.
func filter(parent object, path []string, missing map[string]bool) error {
	raw, ok := parent[path[0]]
	if !ok || string(raw) == "null" {
		return nil
	}
	var child object
	if err := json.Unmarshal(raw, &child); err != nil {
		return err
	}
	if len(path) > 1 {
		if err := filter(child, path[1:], missing); err != nil {
			return err
		}
	} else {
		for set, raw := range child {
			var names, kept []string
			if err := json.Unmarshal(raw, &names); err != nil {
				return err
			}
			for _, name := range names {
				if !missing[name] {
					kept = append(kept, name)
				}
			}
			child[set], _ = json.Marshal(kept)
		}
	}
	var err error
	parent[path[0]], err = json.Marshal(child)
	return err
}

// missingCapabilities are those that the kernel knows and this process can never get.
func missingCapabilities() (map[string]bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, err
	}
	_, rest, found := strings.Cut(string(status), "\nCapBnd:")
	if !found {
		return nil, fmt.Errorf("no CapBnd in /proc/self/status")
	}
	var bounding uint64
	if _, err := fmt.Sscanf(rest, "%x", &bounding); err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	for bit, name := range capabilities {
		if bounding&(1<<bit) == 0 {
			missing[name] = true
		}
	}
	return missing, nil
}

// By bit number, as in linux/capability.h.
var capabilities = [...]string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
	"CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
	"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
	"CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
}
