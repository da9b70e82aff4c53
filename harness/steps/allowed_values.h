// AllowedValues: what a register of the server may hold, as far as its one client can know.
#pragma once

#include <set>
#include <string>

namespace e2e {

// The last acknowledged write wins, one without an answer widens, and a refused one leaves things as they were. The
// client writes one value at a time.
class AllowedValues {
 public:
  // Anything at all.
  AllowedValues() = default;
  explicit AllowedValues(std::string only) : now_({std::move(only)}) {}

  // A write of `to` is under way, and may be done or not. Not empty `from`: it changes that value alone.
  void Begin(const std::string& from, const std::string& to) {
    before_ = now_;
    after_ = {to};
    if (!from.empty() && !before_.empty()) {
      after_ = before_;
      if (after_.erase(from) > 0) after_.insert(to);
    }
    if (!now_.empty()) now_.insert(after_.begin(), after_.end());
  }
  void Done() { now_ = after_; }
  void Refused() { now_ = before_; }

  bool Allows(const std::string& value) const { return now_.empty() || now_.contains(value); }
  // Empty: anything.
  const std::set<std::string>& values() const { return now_; }

 private:
  std::set<std::string> now_;
  std::set<std::string> before_;
  std::set<std::string> after_;
};

}  // namespace e2e
