// The README's table of steps says what the catalog says.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "steps/catalog.h"
#include "support/source_dir.h"

namespace e2e {
namespace {

TEST(Readme, ListsEveryStepWithItsHelp) {
  std::ifstream in(SourceDir() / "README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), {}};
  const std::size_t start = readme.find("<!-- steps:");
  ASSERT_NE(start, std::string::npos);
  std::vector<std::string> rows;
  for (const std::string& line : Split(readme.substr(start, readme.find("\n\n", start) - start), '\n')) {
    if (line.starts_with("| `")) rows.push_back(line);
  }
  std::vector<std::string> expected;
  for (const StepKind& kind : BuiltinSteps()) expected.push_back(fmt::format("| `{}` | {} |", kind.name, kind.help));
  EXPECT_THAT(rows, testing::ElementsAreArray(expected));
}

}  // namespace
}  // namespace e2e
