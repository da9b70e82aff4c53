#include "steps/octet_search.h"

#include <algorithm>
#include <utility>

namespace e2e {

OctetSearch::OctetSearch(std::vector<std::string> texts) : texts_(std::move(texts)), found_(texts_.size(), false) {
  for (const std::string& text : texts_) longest_ = std::max(longest_, text.size());
}

void OctetSearch::Take(std::string_view piece) {
  size_ += piece.size();
  head_ += piece.substr(0, kHead - head_.size());
  tail_ += piece;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (!found_[i]) found_[i] = tail_.find(texts_[i]) != std::string::npos;
  }
  const std::size_t kept = longest_ == 0 ? 0 : longest_ - 1;
  if (tail_.size() > kept) tail_.erase(0, tail_.size() - kept);
}

}  // namespace e2e
