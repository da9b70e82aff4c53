#include "base/error.h"

#include <utility>

#include "base/text.h"

namespace e2e {

std::string_view Name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kBadScenario: return "bad scenario";
    case ErrorKind::kToolMissing: return "tool missing";
    case ErrorKind::kCommandFailed: return "command failed";
    case ErrorKind::kTimeout: return "timeout";
    case ErrorKind::kExpectation: return "expectation";
    case ErrorKind::kTransport: return "transport";
    case ErrorKind::kInconclusive: return "inconclusive";
    case ErrorKind::kInterrupted: return "interrupted";
    case ErrorKind::kInfra: return "infrastructure";
    case ErrorKind::kInternal: return "internal";
  }
  return "unknown";
}

std::string SourceLocation::Text() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (line > 0 && column > 0) text += ":" + std::to_string(column);
  return text;
}

Error& Error::While(std::string doing) {
  context_.push_back(std::move(doing));
  return *this;
}

Error& Error::Detail(std::string text) {
  if (!detail_.empty() && !text.empty()) detail_ += "\n";
  detail_ += text;
  return *this;
}

Error& Error::Because(std::string reason) {
  reason_ = std::move(reason);
  return *this;
}

Error& Error::At(SourceLocation where) {
  if (!where_) where_ = std::move(where);
  return *this;
}

std::string Error::Render() const {
  std::string text;
  if (where_) text += where_->Text() + ": ";
  text += message_;
  if (!reason_.empty()) text += "\n  reason: " + reason_;
  for (const std::string& doing : context_) text += "\n  while " + doing;
  if (!detail_.empty()) text += "\n" + Indent(detail_, "    ");
  return text;
}

}  // namespace e2e
