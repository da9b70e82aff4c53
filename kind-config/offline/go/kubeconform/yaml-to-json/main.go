// yaml-to-json reads one YAML document and writes it as JSON. It uses the library that kubeconform is built with anyway.
package main

import (
	"io"
	"log"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(json); err != nil {
		log.Fatal(err)
	}
}
