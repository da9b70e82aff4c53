package sieve

import (
	"net/mail"
	"slices"
	"testing"
)

func TestScriptsFile(t *testing.T) {
	header := mail.Header{"Subject": {"A list of things"}}
	inbox := Filing{}
	for script, wanted := range map[string][]Filing{
		"":                                      {inbox},
		"# a remark":                            {inbox},
		"keep; discard;":                        {inbox},
		"keep;":                                 {inbox},
		"discard;":                              {},
		"stop;discard;":                         {inbox},
		`require "fileinto"; fileinto "Lists";`: {{"Lists", false}},
		`require ["fileinto", "copy", "mailbox"]; fileinto :copy :create "Lists";`:           {{"Lists", true}, inbox},
		`require ["fileinto", "copy"]; fileinto :copy "Lists"; discard;`:                     {{"Lists", false}},
		`require "fileinto"; if header :contains "subject" "LIST" { fileinto "Lists"; }`:     {{"Lists", false}},
		`if header :is ["to", "subject"] ["x", "list"] { discard; } else { keep; }`:          {inbox},
		`if false { keep; } elsif not false { discard; } else { keep; } if true { stop; }`:   {},
		`if true { if header :contains "Subject" ["y", "things"] { discard; stop; } } keep;`: {},
	} {
		program, err := Compile(script)
		if err != nil {
			t.Errorf("%s: %v", script, err)
			continue
		}
		if got := program.Run(header); !slices.Equal(got, wanted) {
			t.Errorf("%s: got %v", script, got)
		}
	}
}

func TestWhatIsNoScriptIsRefused(t *testing.T) {
	for _, script := range []string{"keep", "no such command;", "discard {}", `fileinto "Lists";`, `require "vnd.nothing";`,
		`require "fileinto"; fileinto :now "Lists";`, `require "fileinto"; fileinto;`, "if true { keep;", "if maybe { keep; }",
		`if header :like "a" "b" { keep; }`, `if header :is "a" { keep; }`, `"keep`, "else { keep; }", "if not", "require [",
		`require ["copy";`, "}", `if header :is "a" ["b" "c"] { keep; }`} {
		if _, err := Compile(script); err == nil {
			t.Errorf("%s: compiled", script)
		}
	}
}
