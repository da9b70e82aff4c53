// Error: what went wrong, why, where in a scenario, and the chain of things that were being done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

// Each kind has its own reaction in verdicts and exit codes (run/verdict.h).
enum class ErrorKind {
  kBadScenario,    // the input is wrong: nothing was started
  kToolMissing,    // a program or package is not installed
  kCommandFailed,  // an external program ended with a failure
  kTimeout,        // a wait's deadline passed
  kExpectation,    // the product answered, and the answer is wrong
  kTransport,      // a connection could not be made or was lost
  kInconclusive,   // a fault has no receipt, or a check could not be made
  kInterrupted,    // the user asked to stop
  kInfra,          // engine, registry, cluster, disk or port: not the product
  kInternal,       // a defect of the harness itself
};

std::string_view Name(ErrorKind kind);

// A place in a file that a user wrote. Lines and columns count from 1; 0 means unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  // "file:line:column", leaving out what is unknown.
  std::string Text() const;
};

// Value type. `context` is innermost first, as callers append on the way up.
class Error {
 public:
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& detail() const { return detail_; }
  // The code of the cause, where one is known: a name that stays the same ("ImageNotFound"). Empty otherwise.
  const std::string& reason() const { return reason_; }
  const std::optional<SourceLocation>& where() const { return where_; }
  const std::vector<std::string>& context() const { return context_; }

  // Appends what was being done ("installing release stalwart").
  Error& While(std::string doing);
  // Long text that explains the failure: the tail of stderr, a transcript, a command to paste.
  Error& Detail(std::string text);
  Error& Because(std::string reason);
  // Keeps the first location that was set: it is the most exact one.
  Error& At(SourceLocation where);

  // Message, then the reason's code, then one "while …" line for each context, then the indented detail.
  std::string Render() const;

 private:
  ErrorKind kind_;
  std::string message_;
  std::string detail_;
  std::string reason_;
  std::optional<SourceLocation> where_;
  std::vector<std::string> context_;
};

}  // namespace e2e
