// tests/invalid/: files with one mistake each, and what the user is told; scenarios/: files without any.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "scenario/loader.h"
#include "steps/catalog.h"
#include "support/source_dir.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SourceDir();

std::vector<fs::path> InvalidFiles() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kSource / "tests/invalid")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string Diagnostics(const fs::path& file) {
  Problems problems;
  if (auto scenario = LoadScenario(file, kSource / "scenarios", problems)) {
    Compile(std::move(*scenario), BuiltinSteps(), problems);
  }
  return Render(problems);
}

class InvalidScenario : public testing::TestWithParam<fs::path> {};

TEST_P(InvalidScenario, IsToldAsItsFirstLineSays) {
  constexpr std::string_view kExpected = "# expected: ";
  const std::string first = Split(TempDir::Read(GetParam()), '\n').front();
  ASSERT_TRUE(first.starts_with(kExpected)) << "the first line must be: " << kExpected << "LINE:COLUMN: error: …";
  EXPECT_EQ(Diagnostics(GetParam()), GetParam().string() + ":" + first.substr(kExpected.size()) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Files, InvalidScenario, testing::ValuesIn(InvalidFiles()),
                         [](const auto& file) { return CamelCase(file.param.stem().string()); });

TEST(Scenarios, OfTheRepositoryAllCompile) {
  Problems problems;
  std::vector<Scenario> scenarios = LoadScenarios(kSource / "scenarios", problems);
  EXPECT_GE(scenarios.size(), 7u);
  for (Scenario& scenario : scenarios) {
    const std::string id = scenario.Id();
    const std::size_t steps = scenario.steps.size();
    const auto compiled = Compile(std::move(scenario), BuiltinSteps(), problems);
    ASSERT_TRUE(compiled) << id << "\n" << Render(problems);
    EXPECT_EQ(compiled->steps.size(), steps) << id;
  }
  EXPECT_EQ(Render(problems), "");
}

}  // namespace
}  // namespace e2e
