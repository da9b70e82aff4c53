// The README's table of reasons says what the code says.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "cluster/reason.h"
#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

TEST(Readme, ListsEveryReasonWithItsLimit) {
  const std::string readme = TempDir::Read(SourceDir() / "README.md");
  const std::size_t start = readme.find("<!-- reasons:");
  ASSERT_NE(start, std::string::npos);
  std::vector<std::string> rows;
  for (const std::string& line : Split(readme.substr(start, readme.find("\n\n", start) - start), '\n')) {
    if (line.starts_with("| `")) rows.push_back(line);
  }
  std::vector<std::string> expected;
  for (const ReasonInfo& info : AllReasons()) {
    expected.push_back(fmt::format("| `{}` | {} | {} |", info.name, info.help, Text(info.hopeless)));
  }
  EXPECT_THAT(rows, testing::ElementsAreArray(expected));
}

}  // namespace
}  // namespace e2e
