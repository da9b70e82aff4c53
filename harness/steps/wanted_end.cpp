#include "steps/wanted_end.h"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/reason.h"

namespace e2e {
namespace {

// Whether waits end early for the reason, or only by their deadline.
bool EndsByItself(const std::string& reason) {
  return std::any_of(AllReasons().begin(), AllReasons().end(),
                     [&](const ReasonInfo& info) { return info.name == reason && info.hopeless.held.has_value(); });
}

}  // namespace

std::vector<std::string> ReasonNames() {
  std::vector<std::string> names;
  for (const ReasonInfo& info : AllReasons()) names.emplace_back(info.name);
  return names;
}

Status JudgeEnd(const WantedEnd& wanted, const Status& ended) {
  if (ended) {
    if (wanted.reason.empty()) return {};
    return Error(ErrorKind::kExpectation,
                 fmt::format("it became ready, although it ought to end with {}", wanted.reason));
  }
  const Error& error = ended.error();
  if (error.kind() == ErrorKind::kInterrupted || wanted.reason.empty()) return error;
  if (error.reason() != wanted.reason || (error.kind() == ErrorKind::kTimeout && EndsByItself(wanted.reason))) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("the wait ought to end as hopeless with {}, but: {}", wanted.reason, error.message()))
        .Because(error.reason())
        .Detail(error.detail());
  }
  for (const std::string& words : wanted.says) {
    if (error.Render().find(words) != std::string::npos) continue;
    return Error(ErrorKind::kExpectation, fmt::format("the wait does not say \"{}\": {}", words, error.message()))
        .Because(error.reason());
  }
  return {};
}

}  // namespace e2e
