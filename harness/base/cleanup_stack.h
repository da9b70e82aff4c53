// CleanupStack: named undo actions, run in reverse order of what was made.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// RunAll() is called explicitly so that its errors are reported; the destructor is only the net below it.
// Thread rule: used by one thread.
class CleanupStack {
 public:
  CleanupStack() = default;
  ~CleanupStack() { RunAll(); }
  CleanupStack(const CleanupStack&) = delete;
  CleanupStack& operator=(const CleanupStack&) = delete;

  void Push(std::string what, std::function<Status()> undo) { actions_.emplace_back(std::move(what), std::move(undo)); }
  // Runs every action once, the newest first, whatever the others return; gives all errors.
  std::vector<Error> RunAll();
  // Forgets the actions: what was made is kept on purpose.
  void Release() { actions_.clear(); }
  // Trades all actions with `other`.
  void Swap(CleanupStack& other) { actions_.swap(other.actions_); }
  // What would be undone, the newest first.
  std::vector<std::string> Pending() const;

 private:
  std::vector<std::pair<std::string, std::function<Status()>>> actions_;
};

}  // namespace e2e
