#include "base/cleanup_stack.h"

namespace e2e {

std::vector<Error> CleanupStack::RunAll() {
  std::vector<Error> errors;
  while (!actions_.empty()) {
    auto [what, undo] = std::move(actions_.back());
    actions_.pop_back();
    if (auto undone = undo(); !undone) errors.push_back(undone.error().While("cleaning up: " + what));
  }
  return errors;
}

std::vector<std::string> CleanupStack::Pending() const {
  std::vector<std::string> names;
  for (auto action = actions_.rbegin(); action != actions_.rend(); ++action) names.push_back(action->first);
  return names;
}

}  // namespace e2e
