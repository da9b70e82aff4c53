// DialogueLine: one line of a scripted conversation, as the scenario has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "scenario/fields.h"
#include "steps/filler_lines.h"

namespace e2e {

// A counted string (RFC 9051 section 4.3): its text, or so many octets.
struct DialogueLiteral : FieldGroup {
  void Fields(FieldVisitor& visitor) override;
  std::vector<std::vector<std::string>> Alternatives() const override { return {{"text"}, {"size"}}; }
  std::string Check() const override;

  std::string text;
  SizeRange size;
  // Whether the sender waits for consent between the count and the octets.
  bool sync = true;
};

struct DialogueCapture : FieldGroup {
  void Fields(FieldVisitor& visitor) override;
  std::vector<std::string> SavesValues() const override { return {name}; }

  std::string name;
  std::string pattern;
};

// A group that says all by being there.
struct DialogueMark : FieldGroup {
  void Fields(FieldVisitor&) override {}
};

struct DialogueEof : FieldGroup {
  void Fields(FieldVisitor& visitor) override;
  std::string Check() const override;

  // Whether it may say nothing before it closes.
  bool quiet = true;
  // Patterns that no line of what it says may match.
  std::vector<std::string> without;
};

// Sends, or expects a reply, a line among others, the end of the connection or a TLS handshake: one of these.
struct DialogueLine : FieldGroup {
  void Fields(FieldVisitor& visitor) override;
  std::vector<std::vector<std::string>> Alternatives() const override {
    return {{"send"},  {"raw"},        {"filler"},  {"expect", "expect-all", "expect-none", "capture"},
            {"await"}, {"expect-eof"}, {"starttls"}};
  }
  std::string Check() const override;

  bool Sends() const { return !send.empty() || !raw.empty() || filler.given; }
  bool ExpectsReply() const;

  std::string send;
  std::string raw;
  FillerLines filler;
  std::string expect;
  std::vector<std::string> expect_all;
  std::vector<std::string> expect_none;
  std::string await;
  DialogueLiteral literal;
  DialogueCapture capture;
  DialogueMark starttls;
  DialogueEof expect_eof;
  Duration within{10'000};
};

// For FieldRule::check of a name that texts refer to; one without dots can't be a fixed one.
std::string NameMistake(const std::string& name);
// "a\nb" as lines that each end in CRLF; a last line end of the text is not one more line.
std::string AsLines(std::string_view text);
// Line ends as they are on the wire: CRLF.
std::string WithCrlf(std::string_view text);
// Octets that don't matter, in lines that a mail may hold.
std::string Filler(std::size_t size);
// `text` with the escapes \r \n \t \0 \\ and \xHH replaced. kBadScenario for any other.
Outcome<std::string> Unescaped(std::string_view text);

}  // namespace e2e
