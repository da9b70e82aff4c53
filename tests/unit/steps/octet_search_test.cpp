// OctetSearch: texts in octets that come in pieces.
#include "steps/octet_search.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

TEST(OctetSearch, FindsTextsAcrossPiecesOfAnySize) {
  const std::string octets("one\r\ntwo\0three", 14);
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
    OctetSearch search({"one\r\nt", std::string("o\0t", 3), "twothree", "e"});
    for (std::size_t at = 0; at < octets.size(); at += piece) search.Take(std::string_view(octets).substr(at, piece));
    EXPECT_TRUE(search.found(0)) << piece;
    EXPECT_TRUE(search.found(1)) << piece;
    EXPECT_FALSE(search.found(2)) << piece;
    EXPECT_TRUE(search.found(3)) << piece;
    EXPECT_EQ(search.size(), octets.size());
    EXPECT_EQ(search.head(), octets);
  }
}

TEST(OctetSearch, KeepsNoMoreThanTheBeginning) {
  OctetSearch search({});
  for (int i = 0; i < 5; ++i) search.Take(std::string(1000, static_cast<char>('a' + i)));
  EXPECT_EQ(search.size(), 5000u);
  EXPECT_EQ(search.head(), std::string(1000, 'a') + std::string(500, 'b'));
}

}  // namespace
}  // namespace e2e
