// OctetSearch: which texts are in octets that come piece by piece, as those of a message too large to keep.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

class OctetSearch {
 public:
  // How much of the beginning is kept, for the reader of a failure.
  static constexpr std::size_t kHead = 1500;

  // None of them empty.
  explicit OctetSearch(std::vector<std::string> texts);

  void Take(std::string_view piece);
  // Of the text with that place in the list.
  bool found(std::size_t text) const { return found_[text]; }
  std::size_t size() const { return size_; }
  const std::string& head() const { return head_; }

 private:
  std::vector<std::string> texts_;
  std::size_t longest_ = 0;
  std::vector<bool> found_;
  std::size_t size_ = 0;
  std::string head_;
  // The end of what came, in which a text may begin that the next piece goes on with.
  std::string tail_;
};

}  // namespace e2e
