// Package server decides in which mode to run, and runs.
package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Mode is how much of a server there is.
type Mode int

const (
	// Normal is the whole server.
	Normal Mode = iota
	// Recovery has management and no mail.
	Recovery
	// Bootstrap has no data store yet, and keeps nothing.
	Bootstrap
)

// Config is all that is settled before anything is opened.
type Config struct {
	Mode             Mode
	DataFolder       string
	Hostname         string // nothing where the environment does not say
	RecoveryName     string
	RecoveryPassword string
	RecoveryPort     int
}

// ReadConfig reads the file, where it is, and the environment.
func ReadConfig(file string, getenv func(string) string) (Config, error) {
	config := Config{Hostname: getenv("STALWART_HOSTNAME"), RecoveryPort: 8080}
	config.RecoveryName, config.RecoveryPassword, _ = strings.Cut(getenv("STALWART_RECOVERY_ADMIN"), ":")
	if text := getenv("STALWART_RECOVERY_MODE_PORT"); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return config, fmt.Errorf("STALWART_RECOVERY_MODE_PORT is not a port: %s", text)
		}
		config.RecoveryPort = int(port)
	}
	if value := strings.ToLower(getenv("STALWART_RECOVERY_MODE")); value == "1" || value == "true" {
		config.Mode = Recovery
	}
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		config.Mode = Bootstrap
		return config, nil
	}
	if err != nil {
		return config, fmt.Errorf("cannot read the configuration: %w", err)
	}
	config.DataFolder, err = dataFolder(content)
	if err != nil {
		return config, fmt.Errorf("%s: %w", file, err)
	}
	return config, nil
}

func dataFolder(content []byte) (string, error) {
	var store struct {
		Type string `json:"@type"`
		Path string `json:"path"`
	}
	if err := json.Unmarshal(content, &store); err != nil {
		return "", fmt.Errorf("is not valid: %w", err)
	}
	if store.Type != "RocksDb" {
		return "", fmt.Errorf("@type %q is not a data store that is known here: only RocksDb is", store.Type)
	}
	if store.Path == "" {
		return "", errors.New("a data store of @type RocksDb needs a path")
	}
	return store.Path, nil
}
